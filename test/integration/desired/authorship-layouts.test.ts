/** Whose doing an entry is, in histories that are not a single line, and in repositories that do not hold all of it. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Authorship } from '../../../src/desired/history/authorship.ts';
import { GitSync } from '../../support/git-sync.ts';
import { commit, git, repository, temporaryFolder } from './folder.ts';
import { load } from './load.ts';
import { Asker, list, whose } from './whose.ts';

const FIRST = 'Add webhooks of users';

/** Merges a branch into the current one, and commits `files` as the result where they are given. */
function merge(folder: string, branch: string, files?: Readonly<Record<string, string>>): void {
  try {
    git(folder, 'merge', '--quiet', '--no-ff', '--no-commit', branch);
  } catch (error) {
    if (files === undefined) throw error;
  }
  commit(folder, files ?? {}, `Merge ${branch}`);
}

describe('an entry that comes out of a merge', () => {
  it('is the doing of the commit of the branch that changed it', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B', 'C', 'D'), 'e.yaml': list('E') });
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    commit(folder, { 'a.yaml': list('A at new', 'B', 'C', 'D') }, 'Branch changes A');
    commit(folder, { 'e.yaml': '[]' }, 'Branch removes E');
    git(folder, 'checkout', '--quiet', 'main');
    commit(folder, { 'a.yaml': list('A', 'B', 'C', 'D at new') }, 'Main changes D');
    merge(folder, 'feature');
    commit(folder, { 'f.yaml': list('F') }, 'Add F');
    expect(await whose(folder, 'E')).toEqual({
      A: 'Branch changes A',
      B: FIRST,
      C: FIRST,
      D: 'Main changes D',
      F: 'Add F',
      E: 'Branch removes E (was at e.yaml:1:3)',
    });
  });

  it('is the doing of the merge if that resolved a conflict as none of its parents has it', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B', 'C') });
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    commit(folder, { 'a.yaml': list('A at branch', 'B at branch', 'C') }, 'Branch');
    git(folder, 'checkout', '--quiet', 'main');
    commit(folder, { 'a.yaml': list('A at main', 'B at main', 'C') }, 'Main');
    merge(folder, 'feature', { 'a.yaml': list('A at both', 'B at branch', 'Extra') });
    expect(await whose(folder, 'C')).toEqual({
      A: 'Merge feature',
      B: 'Branch',
      Extra: 'Merge feature',
      C: 'Merge feature (was at a.yaml:7:3)',
    });
  });

  it('is the doing of the commit before, where a merge left the files as one parent has them', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B') });
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    commit(folder, { 'a.yaml': list('A at new', 'B') }, 'Branch');
    git(folder, 'checkout', '--quiet', 'main');
    commit(folder, { 'README.md': 'about' }, 'Main');
    merge(folder, 'feature');
    expect(await whose(folder)).toEqual({ A: 'Branch', B: FIRST });
  });

  it('is the doing of one commit after a squash', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B') });
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    commit(folder, { 'a.yaml': list('A at new', 'B') }, 'One');
    commit(folder, { 'a.yaml': list('A at new', 'B', 'C') }, 'Two');
    git(folder, 'checkout', '--quiet', 'main');
    git(folder, 'merge', '--quiet', '--squash', 'feature');
    commit(folder, {}, 'Squash');
    expect(await whose(folder)).toEqual({ A: 'Squash', B: FIRST, C: 'Squash' });
  });

  it('was removed on the one line, though the other never had it', async () => {
    const folder = repository({ 'a.yaml': list('A') });
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    commit(folder, { 'c.yaml': list('C') }, 'Branch');
    git(folder, 'checkout', '--quiet', 'main');
    commit(folder, { 'b.yaml': list('B') }, 'Add B');
    rmSync(join(folder, 'b.yaml'));
    commit(folder, {}, 'Remove B');
    merge(folder, 'feature');
    expect(await whose(folder, 'B')).toMatchObject({ B: 'Remove B (was at b.yaml:1:3)' });
  });
});

/** Four commits: A is of the first, B of the second, C of the fourth; D was removed by the third. */
function four(): string {
  const folder = repository({ 'hooks/a.yaml': list('A', 'B', 'D') });
  commit(folder, { 'hooks/a.yaml': list('A', 'B at new', 'D') }, 'Second');
  commit(folder, { 'hooks/a.yaml': list('A', 'B at new') }, 'Third');
  commit(folder, { 'hooks/a.yaml': list('A', 'B at new'), 'hooks/c.yaml': list('C') }, 'Fourth');
  return folder;
}

const WHOLE = { A: FIRST, B: 'Second', C: 'Fourth', D: 'Third (was at a.yaml:7:3)' };

function clone(upstream: string, ...args: readonly string[]): string {
  const folder = join(temporaryFolder(), 'clone');
  git('/', 'clone', '--quiet', ...args, `file://${upstream}`, folder);
  return folder;
}

describe('the history', () => {
  it('is read from loose objects, from packs, and from a worktree that is detached', async () => {
    const folder = four();
    expect(await whose(join(folder, 'hooks'), 'D')).toEqual(WHOLE);
    git(folder, 'gc', '--quiet', '--aggressive', '--prune=now');
    expect(await whose(join(folder, 'hooks'), 'D')).toEqual(WHOLE);
    const linked = join(temporaryFolder(), 'linked');
    git(folder, 'worktree', 'add', '--quiet', '--detach', linked);
    expect(await whose(join(linked, 'hooks'), 'D')).toEqual(WHOLE);
    expect(await whose(join(linked, 'hooks/a.yaml'), 'D')).toEqual({ A: FIRST, B: 'Second', D: WHOLE.D });
  });

  it('ends where a shallow clone ends, and the entries there may be older', async () => {
    const upstream = four();
    expect(await whose(join(clone(upstream, '--depth=1'), 'hooks'), 'D')).toEqual({
      A: 'Fourth (or older)',
      B: 'Fourth (or older)',
      C: 'Fourth (or older)',
    });
    expect(await whose(join(clone(upstream, '--depth=3'), 'hooks'), 'D')).toEqual({
      A: 'Second (or older)',
      B: 'Second (or older)',
      C: 'Fourth',
      D: WHOLE.D,
    });
  });

  it('goes on once a shallow clone is deepened', async () => {
    const folder = clone(four(), '--depth=1');
    const asker = new Asker(join(folder, 'hooks'));
    await asker.whose('D');
    git(folder, 'fetch', '--quiet', '--unshallow');
    commit(folder, { 'README.md': 'about' }, 'Fifth');
    expect(await asker.whose('D')).toEqual(WHOLE);
  });

  it('is read for 2 000 commits, and what is older is called so', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet', '--template=', '--initial-branch=main');
    const hooks = new Map([
      [0, list('A', 'B')],
      [1_500, list('A', 'B at new')],
    ]);
    const commits = Array.from({ length: 2_100 }, (_, n) => {
      const [name, content] = hooks.has(n) ? ['hooks/a.yaml', hooks.get(n) ?? ''] : ['n', `${n}`];
      return `commit refs/heads/main\ncommitter Ada <ada@tenant.tld> ${1_790_000_000 + n} +0000\ndata ${content.length}\n${content}\nM 100644 inline ${name}\ndata ${content.length}\n${content}\n`;
    });
    execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, input: commits.join(''), stdio: 'pipe' });
    git(folder, 'reset', '--quiet', '--hard', 'main');
    expect(await whose(join(folder, 'hooks'))).toEqual({ A: '99 (or older)', B: expect.stringContaining('title: A') });
  });

  it('is read for some time, and what is older than was come to is called so', async () => {
    const path = repository({ 'a.yaml': list('A', 'B') });
    commit(path, { 'a.yaml': list('A', 'B at new') }, 'Second');
    const { revision, desired } = await load(path);
    const subjects = async (mostMs?: number) => {
      const authorship = new Authorship({ path, substitute: {}, ...(mostMs !== undefined && { mostMs }) });
      const found = await authorship.of(revision.id, desired, ['Z']);
      return Array.from(found, ([title, { subject, isOldestKnown }]) => [title, subject, isOldestKnown]);
    };
    expect(await subjects(0)).toEqual([
      ['A', 'Second', true],
      ['B', 'Second', true],
    ]);
    expect(await subjects()).toEqual([
      ['A', FIRST, undefined],
      ['B', 'Second', undefined],
    ]);
  });

  it('is read past commits whose messages have megabytes', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet', '--template=', '--initial-branch=main');
    const [first, text] = [list('A'), 'é'.repeat(1_000_000)];
    const commits = [first, list('A', 'B')].map(
      (file) =>
        `commit refs/heads/main\ncommitter Ada <ada@tenant.tld> 1790000000 +0000\ndata ${Buffer.byteLength(text)}\n${text}\nM 100644 inline a.yaml\ndata ${file.length}\n${file}\n`,
    );
    execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, input: commits.join(''), stdio: 'pipe' });
    git(folder, 'reset', '--quiet', '--hard', 'main');
    expect(await whose(folder)).toEqual({ A: `${'é'.repeat(200)}…`, B: `${'é'.repeat(200)}…` });
  });

  it('of a partial clone ends where its files are missing', async () => {
    const upstream = four();
    git(upstream, 'config', 'uploadpack.allowFilter', 'true');
    const folder = clone(upstream, '--filter=blob:none');
    expect(await whose(join(folder, 'hooks'))).toEqual({ A: 'Third (or older)', B: 'Third (or older)', C: 'Fourth' });
  });
});

describe('a daemon that asks again', () => {
  it('remembers through shallow fetches of which commits the entries are', async () => {
    const folder = temporaryFolder();
    const sync = await GitSync.in(folder, false);
    await sync.publish('First', { 'a.yaml': list('A', 'B', 'D') });
    const asker = new Asker(join(sync.link, 'webhooks'));
    expect(await asker.whose()).toEqual({ A: 'First', B: 'First', D: 'First' });
    for (const prune of [false, true]) {
      const id = await sync.publish(`Change ${prune}`, { 'a.yaml': list('A', `B at ${prune}`, `D at ${prune}`) });
      if (prune) {
        git(join(folder, 'root'), 'reflog', 'expire', '--expire-unreachable=all', '--all');
        git(join(folder, 'root'), 'gc', '--quiet', '--prune=now');
      }
      expect(await asker.whose()).toEqual({ A: 'First', B: `Change ${prune}`, D: `Change ${prune}` });
      expect((await asker.commits()).get('B')?.id).toBe(id);
    }
    await sync.publish('Remove', { 'a.yaml': list('A', 'B at true') });
    git(join(folder, 'root'), 'reflog', 'expire', '--expire-unreachable=all', '--all');
    git(join(folder, 'root'), 'gc', '--quiet', '--prune=now');
    expect(await asker.whose('D')).toEqual({
      A: 'First',
      B: 'Change true',
      D: 'Remove (was at a.yaml:7:3)',
    });
  });

  it('remembers what a shallow fetch left behind that skipped commits, and that it may be older', async () => {
    const upstream = repository({ 'a.yaml': list('A', 'B') });
    const folder = clone(upstream, '--depth=1');
    const asker = new Asker(folder);
    await asker.whose();
    commit(upstream, { 'README.md': 'about' }, 'Skipped');
    commit(upstream, { 'a.yaml': list('A', 'B at new') }, 'Change');
    git(folder, 'fetch', '--quiet', '--depth=1');
    git(folder, 'reset', '--quiet', '--hard', 'origin/main');
    git(folder, 'reflog', 'expire', '--expire=all', '--all');
    git(folder, 'gc', '--quiet', '--prune=now');
    expect(await asker.whose()).toEqual({ A: `${FIRST} (or older)`, B: 'Change (or older)' });
  });

  it('is answered by the commits since, also by those that came to nothing', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B', 'C') });
    const asker = new Asker(folder);
    expect(await asker.whose()).toEqual({ A: FIRST, B: FIRST, C: FIRST });
    commit(folder, { 'a.yaml': list('A at new', 'B') }, 'Change A, remove C');
    git(folder, 'revert', '--no-edit', 'HEAD');
    commit(folder, { 'a.yaml': list('A', 'B at new') }, 'Change B, remove C');
    const answer = { A: 'Revert "Change A, remove C"', B: 'Change B, remove C' };
    expect(await asker.whose('C')).toEqual({ ...answer, C: 'Change B, remove C (was at a.yaml:7:3)' });
    expect(await asker.whose()).toEqual(answer);
    commit(folder, { 'README.md': 'about' }, 'Describe');
    expect(await asker.whose('C')).toEqual({ ...answer, C: 'Change B, remove C (was at a.yaml:7:3)' });
  });

  it('is answered by the other history after a forced push', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B') });
    const asker = new Asker(folder);
    await asker.whose();
    git(folder, 'checkout', '--quiet', '--orphan', 'other');
    commit(folder, { 'a.yaml': list('A') }, 'Anew');
    commit(folder, { 'a.yaml': list('A', 'B') }, 'Anew B');
    expect(await asker.whose('Z')).toEqual({ A: 'Anew', B: 'Anew B' });
    git(folder, 'checkout', '--quiet', '--detach', 'HEAD~1');
    expect(await asker.whose('B')).toEqual({ A: 'Anew' });
  });

  it('gets the same answer without a look at the repository while nothing changed', async () => {
    const path = repository({ 'a.yaml': list('A', 'B') });
    const authorship = new Authorship({ path, substitute: {} });
    const { revision, desired } = await load(path);
    const before = await authorship.of(revision.id, desired, ['Z']);
    rmSync(join(path, '.git/objects'), { recursive: true });
    expect(await authorship.of(revision.id, [...desired], ['Z'])).toEqual(before);
  });

  it('gets no answer to what it has given up asking', async () => {
    const path = repository({ 'a.yaml': list('A') });
    const authorship = new Authorship({ path, substitute: {} });
    const { revision, desired } = await load(path);
    expect(await authorship.of(revision.id, desired, [], AbortSignal.abort())).toEqual(new Map());
    expect([...(await authorship.of(revision.id, desired, []))]).toHaveLength(1);
  });
});
