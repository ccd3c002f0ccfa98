/** Where a checkout's git keeps its things: ordinary clones, linked worktrees, submodules. Nothing is executed. */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode } from '../not-readable-error.ts';
import { readWhole } from './open-file.ts';

/** What is in them is one path. */
const MAX_POINTER_BYTES = 8_192;

export interface Repository {
  /** Of the worktree: the folder `.git` is in. */
  readonly root: string;
  /** HEAD, index and what is under way; undefined where `.git` points to what is not there, e.g. not mounted. */
  readonly gitDir: string | undefined;
  /** Branches and objects; the same as `gitDir` but for linked worktrees. Undefined where what names it cannot be read. */
  readonly commonDir: string | undefined;
  /** The last part of where a `.git` file points: for git-sync's worktrees, the commit. */
  readonly worktreeName?: string;
}

/** The repository `folder` (a real path) lies in, at whatever depth. */
export async function findRepository(folder: string): Promise<Repository | undefined> {
  for (let root = folder; ; root = dirname(root)) {
    const repository = await repositoryAt(root);
    if (repository !== undefined) return repository;
    if (root === dirname(root)) return undefined;
  }
}

/** The one whose `.git` is in this very folder. */
export async function repositoryAt(root: string): Promise<Repository | undefined> {
  const dotGit = join(root, '.git');
  const stats = await stat(dotGit).catch(() => undefined);
  if (stats?.isDirectory()) {
    // As git does: a folder of that name without a HEAD is none of its own.
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
    errorCode(error) === 'ENOENT' ? '.' : undefined,
  );
  return commonDir === undefined ? undefined : resolve(gitDir, commonDir.trim());
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
