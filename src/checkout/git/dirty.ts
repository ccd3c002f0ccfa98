/** Whether files of a worktree are other than its commit has them. Contents are compared, not git's notes about them. */
import { readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pauses } from '../../base/async.ts';
import type { Committed } from './commit.ts';
import { isBlob } from './objects.ts';
import { isSparse } from './sparse.ts';

export interface WorktreeFile {
  /** Where it was found, from the watched folder on. */
  readonly name: string;
  /** Where it is, links followed. */
  readonly real: string;
  readonly content: Uint8Array;
}

export interface Watched {
  readonly committed: Committed;
  /** Real path. */
  readonly folder: string;
  /** Files that the commit has below `folder` and that count when they are gone; false where only `files` are meant. */
  readonly counts: ((name: string) => boolean) | false;
}

/**
 * True for files that are changed, not committed, or gone. Undefined where it cannot be told, since some of the
 * commit's folders are not in the repository, or there is more of them or in one of them than is read.
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
      // The name tells of a link that was added, the real path what is in the file.
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
