/** Whether git is in the middle of something in a worktree. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** No command on a checkout of webhooks holds the lock this long; one that was killed does for ever. */
const STALE_LOCK_MS = 10 * 60_000;

const MARKS: readonly (readonly [mark: string, what: string, mend: string])[] = [
  ['rebase-merge', 'a rebase', 'git rebase --continue or --abort'],
  ['rebase-apply', 'a rebase or git am', 'git rebase --continue or --abort, or git am --continue or --abort'],
  ['MERGE_HEAD', 'a merge', 'git merge --continue or --abort'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick', 'git cherry-pick --continue or --abort'],
  ['REVERT_HEAD', 'a revert', 'git revert --continue or --abort'],
  // Goes through old states, in which what has come since looks deleted.
  ['BISECT_LOG', 'a bisection', 'git bisect reset'],
];

/** What is going on and what ends it, as a sentence; undefined if nothing. `now`: epoch milliseconds. */
export async function inProgress(root: string, gitDir: string, now: number): Promise<string | undefined> {
  const lock = join(gitDir, 'index.lock');
  const lockStats = await stat(lock).catch(() => undefined);
  if (lockStats !== undefined) {
    const ageMs = now - lockStats.mtimeMs;
    if (ageMs < STALE_LOCK_MS) return `a git command is at work in ${root} (${lock}): waiting for its end`;
    return `${lock} has been there for ${Math.floor(ageMs / 60_000)} minutes: if no git command is running in ${root}, remove it`;
  }
  for (const [mark, what, mend] of MARKS) {
    const isThere = await stat(join(gitDir, mark)).catch(() => undefined);
    if (isThere !== undefined) return `${what} is under way in ${root}: finish it (${mend})`;
  }
  return undefined;
}
