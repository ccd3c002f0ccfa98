import { appendFileSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Revision } from '../../../src/subscription/subscription.ts';
import { commit, git, repository, subscription, temporaryFolder, write } from './folder.ts';
import { load } from './load.ts';

const files = { 'webhooks/users.yaml': subscription('Users'), 'README.md': 'about' };

/** The facts of the first commit of `repository(files)`. */
const said = {
  author: 'Ada Ä. Lovelace',
  time: '2026-11-20T09:00:00.000Z',
  subject: 'Add webhooks of users',
  dirty: false,
};

const revisionAt = async (path: string): Promise<Revision> => (await load(path)).revision;

describe('the revision', () => {
  it('of an ordinary clone is the commit HEAD names, and follows a pull', async () => {
    const upstream = repository(files);
    const clone = join(temporaryFolder(), 'clone');
    git('/', 'clone', '--quiet', upstream, clone);
    const id = git(clone, 'rev-parse', 'HEAD');
    expect(await revisionAt(join(clone, 'webhooks'))).toEqual({ id, ref: 'refs/heads/main', ...said });

    const next = commit(upstream, { 'webhooks/orders.yaml': subscription('Orders') }, 'Add orders');
    git(clone, 'pull', '--quiet');
    expect(await revisionAt(clone)).toMatchObject({ id: next, subject: 'Add orders', dirty: false });
  });

  it('of a linked worktree is its own', async () => {
    const main = repository(files);
    const linked = join(temporaryFolder(), 'linked');
    git(main, 'worktree', 'add', '--quiet', '-b', 'feature/x', linked);
    const id = commit(linked, { 'webhooks/more.yaml': subscription('More') }, 'More');
    expect(await revisionAt(join(linked, 'webhooks'))).toMatchObject({
      id,
      ref: 'refs/heads/feature/x',
      subject: 'More',
      dirty: false,
    });
    expect(await revisionAt(main)).toMatchObject({ ref: 'refs/heads/main', subject: 'Add webhooks of users' });
  });

  it('is found in packed refs, where names that only end alike are others', async () => {
    const folder = repository(files);
    const id = git(folder, 'rev-parse', 'HEAD');
    commit(folder, { 'a.yaml': subscription('A') }, 'Second');
    git(folder, 'branch', 'x/main', id);
    git(folder, 'branch', 'main-2', id);
    const head = git(folder, 'rev-parse', 'HEAD');
    git(folder, 'pack-refs', '--all');
    expect(await revisionAt(folder)).toMatchObject({ id: head, ref: 'refs/heads/main' });
  });

  it('of a repository after gc comes out of the pack, deltas included', async () => {
    const many = Array.from({ length: 20 }, (_, n) => [`webhooks/n${n}.yaml`, subscription(`N${n}`)] as const);
    const folder = repository(Object.fromEntries(many));
    for (let n = 0; n < 3; n++) commit(folder, { [`webhooks/n${n}.yaml`]: subscription(`M${n}`) }, `Change ${n}`);
    git(folder, 'gc', '--quiet', '--aggressive', '--prune=now');
    const packs = join(folder, '.git/objects/pack');
    const index = readdirSync(packs).find((name) => name.endsWith('.idx')) ?? '';
    // A chain's length and base stand at the end of a line only where there are any.
    expect(git(packs, 'verify-pack', '-v', index)).toMatch(/^\w+ tree +\d+ \d+ \d+ \d+ \w+$/m);

    for (let n = 2; n >= 0; n--) {
      expect(await revisionAt(folder)).toMatchObject({ subject: `Change ${n}`, dirty: false });
      git(folder, 'checkout', '--quiet', '--detach', 'HEAD~1');
    }
  });

  it('of a shallow clone is there as well', async () => {
    const upstream = repository(files);
    const id = commit(upstream, { 'webhooks/orders.yaml': subscription('Orders') }, 'Add orders');
    const clone = join(temporaryFolder(), 'clone');
    git('/', 'clone', '--quiet', '--depth=1', `file://${upstream}`, clone);
    expect(await revisionAt(clone)).toMatchObject({ id, subject: 'Add orders', dirty: false });
  });

  it('of a clone that borrows its objects is there as well', async () => {
    const upstream = repository(files);
    const clone = join(temporaryFolder(), 'clone');
    git('/', 'clone', '--quiet', '--shared', upstream, clone);
    expect(await revisionAt(clone)).toMatchObject(said);
  });

  it('with a detached HEAD has no ref', async () => {
    const folder = repository(files);
    git(folder, 'checkout', '--quiet', '--detach');
    expect(await revisionAt(folder)).toEqual({ id: git(folder, 'rev-parse', 'HEAD'), ...said });
  });

  it('of a SHA-256 repository has 64 digits, packed or not', async () => {
    const folder = repository(files, '--object-format=sha256');
    const id = git(folder, 'rev-parse', 'HEAD');
    expect(id).toHaveLength(64);
    expect(await revisionAt(folder)).toEqual({ id, ref: 'refs/heads/main', ...said });
    git(folder, 'gc', '--quiet');
    expect(await revisionAt(folder)).toEqual({ id, ref: 'refs/heads/main', ...said });
  });

  it('of git-sync is its worktree, read through the link', async () => {
    const { root, id } = gitSync();
    expect(await revisionAt(join(root, 'current/webhooks'))).toEqual({ id, ...said });
  });

  it('of git-sync without its repository mounted is the name of the worktree', async () => {
    const { root, id } = gitSync();
    rmSync(join(root, '.git'), { recursive: true });
    expect(await revisionAt(join(root, 'current/webhooks'))).toEqual({ id });
  });

  it('without git is a hash of names and contents', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': subscription('A'), 'notes.txt': 'x' });
    const { id, ...others } = await revisionAt(folder);
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(others).toEqual({});

    write(folder, { 'notes.txt': 'y' });
    expect((await revisionAt(folder)).id).toBe(id);
    write(folder, { 'a.yaml': subscription('B') });
    expect((await revisionAt(folder)).id).not.toBe(id);
  });

  it('before the first commit is a hash too', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    write(folder, { 'a.yaml': subscription('A') });
    expect((await revisionAt(folder)).id).toMatch(/^sha256:/);
  });
});

describe('a checkout is dirty', () => {
  const dirtyAfter = async (change: (folder: string) => void): Promise<boolean | undefined> => {
    const folder = repository({
      ...files,
      'webhooks/deep/er/a.yaml': subscription('A'),
      'other/b.yaml': subscription('B'),
    });
    change(folder);
    return (await revisionAt(join(folder, 'webhooks'))).dirty;
  };

  it.each<[string, (folder: string) => void]>([
    ['a change', (folder) => appendFileSync(join(folder, 'webhooks/deep/er/a.yaml'), '# more\n')],
    ['a change that is staged', (folder) => (write(folder, { 'webhooks/users.yaml': '' }), git(folder, 'add', '.'))],
    ['a new file', (folder) => write(folder, { 'webhooks/new.yml': subscription('New') })],
    ['a new folder', (folder) => write(folder, { 'webhooks/new/a.yml': subscription('New') })],
    ['a file that is gone', (folder) => rmSync(join(folder, 'webhooks/deep'), { recursive: true })],
    ['a new link', (folder) => symlinkSync('../other/b.yaml', join(folder, 'webhooks/link.yaml'))],
  ])('by %s', async (_, change) => {
    expect(await dirtyAfter(change)).toBe(true);
  });

  it.each<[string, (folder: string) => void]>([
    ['what is not YAML', (folder) => write(folder, { 'webhooks/notes.txt': 'x', 'webhooks/.hidden.yaml': 'x' })],
    ['what is not below the path', (folder) => write(folder, { 'other/b.yaml': '' })],
    [
      'line ends that git turned',
      (folder) => write(folder, { 'webhooks/users.yaml': files['webhooks/users.yaml'].replaceAll('\n', '\r\n') }),
    ],
    [
      'the same content written again',
      (folder) => write(folder, { 'webhooks/users.yaml': files['webhooks/users.yaml'] }),
    ],
  ])('not by %s', async (_, change) => {
    expect(await dirtyAfter(change)).toBe(false);
  });

  it('not by links that are committed, nor by what a sparse checkout leaves out', async () => {
    const folder = repository({ 'webhooks/users.yaml': subscription('Users'), 'other/b.yaml': subscription('B') });
    symlinkSync('../other', join(folder, 'webhooks/others'));
    const id = commit(folder, {}, 'Link');
    expect(await revisionAt(join(folder, 'webhooks'))).toMatchObject({ id, dirty: false });
    git(folder, 'sparse-checkout', 'set', 'webhooks');
    expect(await revisionAt(folder)).toMatchObject({ id, dirty: false });
  });

  it('only by itself where the path is one file', async () => {
    const folder = repository({ ...files, 'webhooks/b.yaml': subscription('B') });
    rmSync(join(folder, 'webhooks/b.yaml'));
    expect(await revisionAt(join(folder, 'webhooks/users.yaml'))).toMatchObject({ dirty: false });
  });
});

describe('the time of the last change', () => {
  it("is the commit's, unless the files were changed since", async () => {
    const folder = repository(files);
    expect((await load(folder)).changedAt).toBe(Date.parse('2026-11-20T09:00:00Z'));
    const before = Date.now() - 1000;
    write(folder, { 'webhooks/users.yaml': subscription('People') });
    expect((await load(folder)).changedAt).toBeGreaterThan(before);
  });

  it("is the newest file's where there is no git", async () => {
    const folder = temporaryFolder();
    const before = Date.now() - 1000;
    writeFileSync(join(folder, 'a.yaml'), subscription('A'));
    expect((await load(folder)).changedAt).toBeGreaterThan(before);
  });
});

/** `<root>/.git`, `<root>/.worktrees/<commit>` and a link to it, as git-sync 4 lays them out. */
function gitSync(): { root: string; id: string } {
  const upstream = repository(files);
  const root = temporaryFolder();
  git(root, 'init', '--quiet');
  git(root, 'fetch', '--quiet', '--depth=1', `file://${upstream}`, 'main');
  const id = git(root, 'rev-parse', 'FETCH_HEAD');
  mkdirSync(join(root, '.worktrees'));
  git(root, 'worktree', 'add', '--quiet', '--detach', `.worktrees/${id}`, id);
  writeFileSync(join(root, '.worktrees', id, '.git'), `gitdir: ../../.git/worktrees/${id}\n`);
  symlinkSync(`.worktrees/${id}`, join(root, 'current'));
  return { root, id };
}

describe('a file outside of the repository that holds what looks like an id', () => {
  const SECRET = '5ec2e7'.repeat(11).slice(0, 64);
  const secretFile = (): string => {
    const outside = temporaryFolder();
    write(outside, { 'client-secret': `${SECRET}\n`, 'packed-refs': `${SECRET} refs/heads/main\n` });
    return outside;
  };

  it.each<[string, (gitDir: string, outside: string) => void]>([
    ['HEAD', (gitDir, outside) => link(join(outside, 'client-secret'), join(gitDir, 'HEAD'))],
    ['a branch', (gitDir, outside) => link(join(outside, 'client-secret'), join(gitDir, 'refs/heads/main'))],
    [
      'the folder of branches',
      (gitDir, outside) => {
        write(gitDir, { HEAD: 'ref: refs/heads/client-secret\n' });
        link(outside, join(gitDir, 'refs/heads'));
      },
    ],
    [
      'packed-refs',
      (gitDir, outside) => {
        rmSync(join(gitDir, 'refs/heads/main'));
        link(join(outside, 'packed-refs'), join(gitDir, 'packed-refs'));
      },
    ],
  ])('is not shown as the revision where a link stands for %s', async (_, make) => {
    const folder = repository(files);
    make(join(folder, '.git'), secretFile());

    const revision = await revisionAt(folder);

    expect(JSON.stringify(revision)).not.toContain(SECRET);
    expect(revision.id).toMatch(/^sha256:/);
  });

  it('is believed where it is a commit of the repository: some tools keep branches elsewhere', async () => {
    const folder = repository(files);
    const shared = temporaryFolder();
    cpSync(join(folder, '.git/refs'), join(shared, 'refs'), { recursive: true });
    link(join(shared, 'refs'), join(folder, '.git/refs'));

    expect(await revisionAt(folder)).toMatchObject({ ref: 'refs/heads/main', ...said });
  });
});

function link(target: string, path: string): void {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}
