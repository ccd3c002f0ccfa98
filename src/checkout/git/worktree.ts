/** Finds the git folders of ordinary clones, linked worktrees and submodules, without running git. */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { readWhole } from '../open-real.ts';

/** Bytes of a `.git` or `commondir` file, which holds one path. */
const MAX_POINTER_BYTES = 8_192;

export interface Repository {
  /** The root of the worktree: the folder that `.git` is in. */
  readonly root: string;
  /**
   * Holds HEAD, index and marks of operations under way; undefined if `.git` points to a folder that is not mounted.
   */
  readonly gitDir: string | undefined;
  /** Holds branches and objects; differs from `gitDir` in linked worktrees. Undefined if `commondir` cannot be read. */
  readonly commonDir: string | undefined;
  /** The last step of the path in a `.git` file; for git-sync's worktrees it is the commit. */
  readonly worktreeName?: string;
}

/** The repository that `folder` (a real path) lies in, at any depth. */
export async function findRepository(folder: string): Promise<Repository | undefined> {
  for (let root = folder; ; root = dirname(root)) {
    const repository = await repositoryAt(root);
    if (repository !== undefined) return repository;
    if (root === dirname(root)) return undefined;
  }
}

/** The repository whose `.git` is in this very folder. */
export async function repositoryAt(root: string): Promise<Repository | undefined> {
  const dotGit = join(root, '.git');
  const stats = await stat(dotGit).catch(() => undefined);
  if (stats?.isDirectory()) {
    // As in git, a folder of that name without a HEAD is not a repository.
    return (await exists(join(dotGit, 'HEAD')))
      ? { root, gitDir: dotGit, commonDir: await commonDirOf(dotGit) }
      : undefined;
  }
  if (!stats?.isFile() || stats.size > MAX_POINTER_BYTES) return undefined;
  const [, target] = /^gitdir: (.+?)\r?\n?$/s.exec(String(await readWhole(dotGit, MAX_POINTER_BYTES))) ?? [];
  if (target === undefined) return undefined;
  const gitDir = resolve(root, target);
  const worktreeName = target.split('/').at(-1) ?? '';
  if (!(await exists(join(gitDir, 'HEAD')))) return { root, gitDir: undefined, commonDir: undefined, worktreeName };
  return { root, gitDir, commonDir: await commonDirOf(gitDir), worktreeName };
}

async function commonDirOf(gitDir: string): Promise<string | undefined> {
  const commonDir = await readWhole(join(gitDir, 'commondir'), MAX_POINTER_BYTES).then(String, (error: unknown) =>
    systemCode(error) === 'ENOENT' ? '.' : undefined,
  );
  return commonDir === undefined ? undefined : resolve(gitDir, commonDir.trim());
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** No command on a checkout of webhooks holds the lock this long; that of a killed command stays for ever. */
const STALE_LOCK_MS = 10 * 60_000;

const MARKS: readonly (readonly [mark: string, what: string, fix: string])[] = [
  ['rebase-merge', 'a rebase', 'git rebase --continue or --abort'],
  ['rebase-apply', 'a rebase or git am', 'git rebase --continue or --abort, or git am --continue or --abort'],
  ['MERGE_HEAD', 'a merge', 'git merge --continue or --abort'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick', 'git cherry-pick --continue or --abort'],
  ['REVERT_HEAD', 'a revert', 'git revert --continue or --abort'],
  // A bisection checks out old states, in which later subscriptions look deleted.
  ['BISECT_LOG', 'a bisection', 'git bisect reset'],
];

/** The operation of git under way and how to end it, as a sentence; undefined if there is none. `now`: epoch ms. */
export async function inProgress(root: string, gitDir: string, now: number): Promise<string | undefined> {
  const lock = join(gitDir, 'index.lock');
  const lockStats = await stat(lock).catch(() => undefined);
  if (lockStats !== undefined) {
    const ageMs = now - lockStats.mtimeMs;
    if (ageMs < STALE_LOCK_MS) return `a git command is at work in ${root} (${lock}): waiting for its end`;
    return `${lock} has been there for ${Math.floor(ageMs / 60_000)} minutes: if no git command is running in ${root}, remove it`;
  }
  for (const [mark, what, fix] of MARKS) {
    const isThere = await stat(join(gitDir, mark)).catch(() => undefined);
    if (isThere !== undefined) return `${what} is under way in ${root}: finish it (${fix})`;
  }
  return undefined;
}
