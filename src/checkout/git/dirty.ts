/**
 * Finds whether files of a worktree differ from its commit. It compares contents, not what git's index says of them.
 */
import { readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pauses } from '../../base/async.ts';
import type { Committed } from './commit.ts';
import { isBlob } from './objects.ts';
import { isSparse } from './sparse.ts';

export interface WorktreeFile {
  /** Where it was found, relative to the watched folder. */
  readonly name: string;
  /** The real path, links followed. */
  readonly real: string;
  readonly content: Uint8Array;
}

export interface Watched {
  readonly committed: Committed;
  /** Real path. */
  readonly folder: string;
  /**
   * Which committed files below `folder` make the checkout dirty if they are gone; false: only `files` are compared.
   */
  readonly counts: ((name: string) => boolean) | false;
}

/**
 * True for files that are changed, not committed, or gone. Undefined if it cannot be determined, because some of the
 * commit's folders are not in the repository, or are beyond the budget.
 */
export async function differs(
  { committed: { repository, files: committed }, folder, counts }: Watched,
  files: readonly WorktreeFile[],
): Promise<boolean | undefined> {
  const fromRoot = (path: string): string[] => relative(repository.root, path).split(sep).filter(Boolean);
  const pause = pauses();
  try {
    for (const { name, real, content } of files) {
      await pause();
      // The name shows whether a link was added, the real path whether the content changed.
      if ((await committed.find(fromRoot(join(folder, name)))) === undefined) return true;
      const entry = await committed.find(fromRoot(real));
      if (entry === undefined || entry.kind === 'folder') return true;
      if (entry.kind === 'file' && !isBlob(content, entry.id)) return true;
    }
    if (counts === false) return false;
    const sparse = await isSparse(repository);
    if (sparse !== false) return sparse === undefined ? undefined : false;

    const present = new Set(files.map(({ real }) => real));
    for await (const { path, entry } of committed.below(fromRoot(folder))) {
      const real = join(folder, path);
      if (entry.kind === 'link') {
        const target = await readlink(real, { encoding: 'buffer' }).catch(() => undefined);
        if (target === undefined || !isBlob(target, entry.id)) return true;
      } else if (entry.kind === 'file' && counts(path) && !present.has(real)) return true;
    }
    return false;
  } catch {
    return undefined;
  }
}
