/** What a worktree's commit says, for those who ask how the worktree differs from it. */
import { type Commit, readCommit } from './commit.ts';
import { CommittedFiles } from './committed-files.ts';
import { type Head, readHead } from './head.ts';
import type { Repository } from './repository.ts';
import { TreeBudget } from './tree-budget.ts';

export interface Committed {
  readonly repository: Repository & { readonly gitDir: string; readonly commonDir: string };
  readonly head: Head;
  readonly commit: Commit;
  readonly files: CommittedFiles;
}

/** Undefined where nothing can be known: no repository, or not mounted; no commit, or not readable. */
export async function readCommitted(
  repository: Repository | undefined,
  knownHead?: Head,
  budget = new TreeBudget(),
): Promise<Committed | undefined> {
  if (repository === undefined) return undefined;
  const { gitDir, commonDir } = repository;
  if (gitDir === undefined || commonDir === undefined) return undefined;
  const head = knownHead ?? (await readHead(gitDir, commonDir));
  const commit = head && (await readCommit(commonDir, head.id));
  if (head === undefined || commit === undefined) return undefined;
  const files = new CommittedFiles(commonDir, commit.tree, budget);
  return { repository: { ...repository, gitDir, commonDir }, head, commit, files };
}
