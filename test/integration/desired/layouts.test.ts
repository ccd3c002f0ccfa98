import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fingerprint } from '../../../src/checkout/snapshot.ts';
import { checkoutLoader } from '../../../src/desired/load.ts';
import { git, repository, subscription, temporaryFolder, write } from './folder.ts';
import { load, refusal, titles } from './load.ts';

describe('a folder', () => {
  it('is searched at any depth, in order of names, without dot-files and dot-folders', async () => {
    const folder = temporaryFolder();
    write(folder, {
      'b.yml': subscription('B'),
      'a/deep/er.yaml': subscription('A'),
      '.hidden.yaml': subscription('Hidden'),
      '.github/x.yaml': subscription('Hidden too'),
      'notes.txt': 'not ours',
    });
    const { desired, files } = await load(folder);
    expect(desired.map(({ title, source }) => `${source.file} ${title}`)).toEqual(['a/deep/er.yaml A', 'b.yml B']);
    expect(files).toBe(2);
  });

  it('may be a link, and may be empty', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    expect(await titles(join(folder, 'link'))).toEqual([]);
  });

  it('that is one file is read whatever it is called', async () => {
    const folder = temporaryFolder();
    write(folder, { 'subscriptions.conf': subscription('A') });
    const { desired } = await load(join(folder, 'subscriptions.conf'));
    expect(desired.map(({ source }) => source.file)).toEqual(['subscriptions.conf']);
  });
});

describe('the layouts of sidecars', () => {
  it('a ConfigMap is read through ..data, each file once, before and after a swap', async () => {
    const folder = temporaryFolder();
    write(folder, { '..1/users.yaml': subscription('Users'), '..2/users.yaml': subscription('People') });
    symlinkSync('..1', join(folder, '..data'));
    symlinkSync('..data/users.yaml', join(folder, 'users.yaml'));
    expect(await titles(folder)).toEqual(['Users']);
    const before = await fingerprint(folder);

    symlinkSync('..2', join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
    expect(await titles(folder)).toEqual(['People']);
    expect(await titles(join(folder, 'users.yaml'))).toEqual(['People']);
    expect(await fingerprint(folder)).not.toBe(before);
  });

  it('a git-sync link may be swapped, with the watched path below it', async () => {
    const root = temporaryFolder();
    write(root, { '.worktrees/1/hooks/a.yaml': subscription('A'), '.worktrees/2/hooks/a.yaml': subscription('B') });
    symlinkSync('.worktrees/1', join(root, 'current'));
    expect(await titles(join(root, 'current/hooks'))).toEqual(['A']);
    unlinkSync(join(root, 'current'));
    expect(await refusal(join(root, 'current/hooks'))).toMatch(/^missing: .*does not exist: check source.path/);
    symlinkSync('.worktrees/2', join(root, 'current'));
    expect(await titles(join(root, 'current/hooks'))).toEqual(['B']);
  });
});

describe('links', () => {
  it('inside the checkout are followed, each file and folder once', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a/x.yaml': subscription('X') });
    symlinkSync('..', join(folder, 'a/loop'));
    symlinkSync('a/x.yaml', join(folder, 'y.yaml'));
    symlinkSync('self.yaml', join(folder, 'self.yaml'));
    symlinkSync('nowhere.yaml', join(folder, 'z.yaml'));
    const { desired, problems } = await load(folder);
    expect(desired.map(({ title }) => title)).toEqual(['X']);
    expect(problems.map(({ file, rule }) => [file, rule])).toEqual([
      ['self.yaml', 'broken-link'],
      ['z.yaml', 'broken-link'],
    ]);
  });

  it('to a folder that is missing are errors: what was in it must not look deleted', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': subscription('A') });
    symlinkSync('teams/orders', join(folder, 'orders'));
    symlinkSync('../teams/payments', join(folder, 'payments'));
    const { desired, problems, errors } = await load(folder);
    expect(desired.map(({ title }) => title)).toEqual(['A']);
    expect(problems).toMatchObject([
      { file: 'orders', rule: 'broken-link' },
      { file: 'payments', rule: 'link-outside' },
    ]);
    expect(errors).toBe(2);
  });

  it('out of it are refused without being read', async () => {
    const folder = temporaryFolder();
    write(folder, { 'outside/secret.yaml': 'password: hunter2', 'in/a.yaml': subscription('A') });
    symlinkSync('../outside/secret.yaml', join(folder, 'in/x.yaml'));
    symlinkSync('../outside', join(folder, 'in/y'));
    const { desired, problems } = await load(join(folder, 'in'));
    expect(desired.map(({ title }) => title)).toEqual(['A']);
    expect(problems.map(({ file, rule, severity }) => [file, rule, severity])).toEqual([
      ['x.yaml', 'link-outside', 'error'],
      ['y', 'link-outside', 'error'],
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('may lead anywhere in the same worktree, but not to what git keeps for itself', async () => {
    const folder = repository({ 'shared/common.yaml': subscription('Common'), 'live/a.yaml': subscription('A') });
    symlinkSync('../shared/common.yaml', join(folder, 'live/common.yaml'));
    symlinkSync('../.git/config', join(folder, 'live/config.yaml'));
    const { desired, problems } = await load(join(folder, 'live'));
    expect(desired.map(({ title }) => title)).toEqual(['A', 'Common']);
    expect(problems).toMatchObject([{ file: 'config.yaml', rule: 'link-outside' }]);
  });
});

describe('a file system that gives a few bytes at a time', () => {
  it('is asked until it has given all of a file', async () => {
    const folder = temporaryFolder();
    write(folder, {
      'a.yaml': `subscriptions:\n${['A', 'B', 'C'].map((t) => `- { title: ${t}, url: https://t.tld/${t} }\n`).join('')}`,
    });
    await giveAtMost(52, join(folder, 'a.yaml'));
    expect(await titles(folder)).toEqual(['A', 'B', 'C']);
  });
});

/** Until the end of the test no read from a file returns more bytes, as on some network volumes. */
async function giveAtMost(bytes: number, anyFile: string): Promise<void> {
  await using handle = await open(anyFile);
  const files = Object.getPrototypeOf(handle) as { read: (...args: [Buffer, number, number, number]) => unknown };
  const { read } = files;
  files.read = async function (this: unknown, buffer, offset, length, position) {
    return read.call(this, buffer, offset, Math.min(length, bytes), position);
  };
  onTestFinished(() => void Object.assign(files, { read }));
}

describe('what must not be read', () => {
  it('is reported, and the rest is read: pipes, files too large, bytes that are not text, names in capitals', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    write(folder, {
      'a.yaml': subscription('A'),
      'b.YML': subscription('B'),
      'large.yaml': `# ${'x'.repeat(1_048_576)}`,
      'latin.yaml': Buffer.from('title: \xff', 'latin1'),
    });
    const { desired, problems, files } = await load(folder);
    expect(desired.map(({ title }) => title)).toEqual(['A']);
    expect(problems.map(({ file, rule }) => [file, rule])).toEqual([
      ['b.YML', 'file-name'],
      ['large.yaml', 'file-size'],
      ['latin.yaml', 'encoding'],
      ['pipe.yaml', 'not-a-file'],
    ]);
    expect(files).toBe(3);
    expect(await refusal(join(folder, 'pipe.yaml'))).toMatch(/^refused: .*is neither a folder nor a file/);
  });

  it('is the whole, where it is more than a checkout may hold', async () => {
    const folder = temporaryFolder();
    for (let n = 0; n < 11; n++) write(folder, { [`${n}.yaml`]: `# ${'x'.repeat(1_000_000)}` });
    expect(await refusal(folder)).toMatch(/^refused: the YAML files below .* are larger than 10 MiB together/);
    const crowded = temporaryFolder();
    for (let n = 0; n <= 10_000; n++) writeFileSync(join(crowded, `${n}.yaml`), '');
    expect(await refusal(crowded)).toMatch(/^refused: .* holds more than 10000 YAML files: set source.path/);
  });

  it('is nothing at all: a missing folder is never an empty checkout', async () => {
    const folder = temporaryFolder();
    expect(await refusal(join(folder, 'none'))).toMatch(/^missing: /);
    expect(await fingerprint(join(folder, 'none'))).toBe('unreadable: missing');
    write(folder, { file: '' });
    expect(await refusal(join(folder, 'file/below'))).toMatch(/^missing: /);
    symlinkSync('loop', join(folder, 'loop'));
    expect(await refusal(join(folder, 'loop'))).toMatch(/^refused: .*leads back to itself/);
  });
});

describe('a checkout in the middle of something is waited for:', () => {
  it.each([
    ['rebase-merge/', 'a rebase is under way'],
    ['rebase-apply/', 'a rebase or git am is under way'],
    ['MERGE_HEAD', 'a merge is under way'],
    ['CHERRY_PICK_HEAD', 'a cherry-pick is under way'],
    ['REVERT_HEAD', 'a revert is under way'],
    ['BISECT_LOG', 'a bisection is under way'],
    ['index.lock', 'a git command is at work'],
  ])('%s', async (mark, message) => {
    const folder = repository({ 'a.yaml': subscription('A') });
    const path = join(folder, '.git', mark);
    if (mark.endsWith('/')) mkdirSync(path);
    else writeFileSync(path, '');
    expect(await refusal(folder)).toMatch(new RegExp(`^busy: .*${message}`));
    rmSync(path, { recursive: true });
    expect(await refusal(folder)).toBe('readable');
  });

  it('a stale lock is named, with what to do about it', async () => {
    const folder = repository({ 'a.yaml': subscription('A') });
    const lock = join(folder, '.git/index.lock');
    writeFileSync(lock, '');
    utimesSync(lock, 0, 1_000);
    expect(await refusal(folder, () => (1_000 + 25 * 60) * 1000)).toBe(
      `busy: ${lock} has been there for 25 minutes: if no git command is running in ${folder}, remove it`,
    );
  });

  it('a linked worktree has locks of its own', async () => {
    const main = repository({ 'a.yaml': subscription('A') });
    const linked = join(temporaryFolder(), 'linked');
    git(main, 'worktree', 'add', '--quiet', '--detach', linked);
    writeFileSync(join(main, '.git/index.lock'), '');
    expect(await titles(linked)).toEqual(['A']);
    writeFileSync(join(main, '.git/worktrees/linked/index.lock'), '');
    expect(await refusal(linked)).toMatch(/^busy: /);
  });

  it('conflict markers, at their line', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'title: A\n<<<<<<< HEAD\nurl: x\n=======\nurl: y\n>>>>>>> other\n' });
    expect(await refusal(folder)).toBe(`busy: ${folder}/a.yaml:2: conflict markers of a merge: resolve and commit it`);
  });

  it('a clone whose files are not there yet', async () => {
    const upstream = repository({ 'a.yaml': subscription('A') });
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    expect(await refusal(folder)).toMatch(/^busy: nothing has been checked out/);
    const clone = join(folder, 'clone');
    git('/', 'clone', '--quiet', '--no-checkout', upstream, clone);
    expect(await refusal(clone)).toMatch(/^busy: nothing has been checked out/);
    git(clone, 'checkout', '--quiet');
    expect(await titles(clone)).toEqual(['A']);
  });
});

describe('the fingerprint', () => {
  it('stays while nothing changes, and changes with content, files and commit', async () => {
    const folder = repository({ 'a.yaml': subscription('A') });
    const seen = new Set([await fingerprint(folder)]);
    expect(seen).toContain(await fingerprint(folder));
    const changes = [
      () => write(folder, { 'a.yaml': subscription('B') }),
      () => write(folder, { 'b.yaml': subscription('C') }),
      () => git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'Empty'),
      () => git(folder, 'switch', '--quiet', '--create', 'other'),
      () => rmSync(join(folder, 'b.yaml')),
    ];
    for (const [index, change] of changes.entries()) {
      change();
      expect(seen).not.toContain(await fingerprint(folder));
      seen.add(await fingerprint(folder));
      expect(seen.size).toBe(index + 2);
    }
  });
});

describe('a checkout that is swapped while it is read', () => {
  it('is read as one or the other, or not at all, never as a mixture', async () => {
    const root = temporaryFolder();
    const names = Array.from({ length: 40 }, (_, n) => n);
    for (const side of ['left', 'right']) {
      write(root, Object.fromEntries(names.map((n) => [`${side}/${n}.yaml`, subscription(`${side} ${n}`)])));
    }
    symlinkSync('left', join(root, 'current'));
    const outcomes = new Set<string>();
    for (let n = 0; n < 30; n++) {
      const loading = refusalOrSides(join(root, 'current'));
      symlinkSync(n % 2 === 0 ? 'right' : 'left', join(root, 'next'));
      await new Promise((resolve) => setImmediate(resolve));
      renameSync(join(root, 'next'), join(root, 'current'));
      outcomes.add(await loading);
    }
    for (const outcome of outcomes) expect(['left', 'right', 'moving']).toContain(outcome);
  });
});

async function refusalOrSides(path: string): Promise<string> {
  const loaded = await checkoutLoader({ path, substitute: {} })();
  if (!loaded.ok) return loaded.reason;
  return [...new Set(loaded.checkout.desired.map(({ title }) => title.split(' ', 1)[0]))].join(' and ');
}
