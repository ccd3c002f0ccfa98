/** Whether files of a worktree are other than its commit has them. Contents are compared, not git's notes about them. */
import { createHash } from 'node:crypto';
import { readlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CommittedFiles } from './committed-files.ts';
import { exists, type Repository } from './repository.ts';

export interface WorktreeFile {
  /** Where it was found, from the watched folder on. */
  readonly name: string;
  /** Where it is, links followed. */
  readonly real: string;
  readonly content: Uint8Array;
}

export interface Watched {
  readonly repository: Repository & { readonly gitDir: string; readonly commonDir: string };
  /** Real path. */
  readonly folder: string;
  /** Files that the commit has below `folder` and that count when they are gone; false where only `files` are meant. */
  readonly counts: ((name: string) => boolean) | false;
}

/**
 * True for files that are changed, not committed, or gone. Undefined where it cannot be told, since some of the
 * commit's folders are not in the repository.
 */
export async function differs(
  watched: Watched,
  tree: string,
  files: readonly WorktreeFile[],
): Promise<boolean | undefined> {
  const { repository, folder, counts } = watched;
  const committed = new CommittedFiles(repository.commonDir, tree);
  const algorithm = tree.length === 40 ? 'sha1' : 'sha256';
  const fromRoot = (path: string): string[] => relative(repository.root, path).split(sep).filter(Boolean);
  try {
    for (const { name, real, content } of files) {
      // The name tells of a link that was added, the real path what is in the file.
      if ((await committed.find(fromRoot(join(folder, name)))) === undefined) return true;
      const entry = await committed.find(fromRoot(real));
      if (entry === undefined || entry.kind === 'folder') return true;
      if (entry.kind === 'file' && !isBlob(content, entry.id, algorithm)) return true;
    }
    if (counts === false || (await exists(join(repository.gitDir, 'info/sparse-checkout')))) return false;

    const present = new Set(files.map(({ real }) => real));
    for await (const { path, entry } of committed.below(fromRoot(folder))) {
      const real = join(folder, path);
      if (entry.kind === 'link') {
        const target = await readlink(real, { encoding: 'buffer' }).catch(() => undefined);
        if (target === undefined || !isBlob(target, entry.id, algorithm)) return true;
      } else if (counts(path) && !present.has(real)) return true;
    }
    return false;
  } catch {
    return undefined;
  }
}

/** Where git turns line ends on the way into the worktree, the commit has the plain ones. */
function isBlob(content: Uint8Array, id: string, algorithm: 'sha1' | 'sha256'): boolean {
  if (blobId(content, algorithm) === id) return true;
  const text = Buffer.from(content).toString('latin1');
  return text.includes('\r\n') && blobId(Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1'), algorithm) === id;
}

function blobId(content: Uint8Array, algorithm: 'sha1' | 'sha256'): string {
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}
