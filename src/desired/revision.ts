/** Which state of the checkout this is: the commit, or a hash of the content where there is no git. */
import { dirname } from 'node:path';
import type { Revision } from '../subscription.ts';
import { contentHash } from './content-hash.ts';
import { isYaml } from './find-files.ts';
import { readCommit } from './git/commit.ts';
import { differs } from './git/differs.ts';
import type { Head } from './git/head.ts';
import type { Location } from './locate.ts';
import { look } from './look.ts';
import { type ReadFile, readFiles } from './read-files.ts';

/**
 * Reads the files below `path` too: `dirty` is about them alone. Throws NotReadableError.
 * Absent are `ref` where HEAD is detached, and what the commit says where its object cannot be read.
 */
export async function readRevision(path: string): Promise<Revision> {
  const { location, head, found } = await look(path);
  const { files } = await readFiles(path, found.files);
  return revisionOf(location, head, files);
}

export async function revisionOf(
  location: Location,
  head: Head | undefined,
  files: readonly ReadFile[],
): Promise<Revision> {
  const { repository } = location;
  const { gitDir, commonDir } = repository ?? {};
  if (repository === undefined || head === undefined || gitDir === undefined || commonDir === undefined) {
    // git-sync names its worktrees by their commit; its repository need not be mounted beside them.
    const name = gitDir === undefined ? repository?.worktreeName : undefined;
    return {
      id: name !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name : `sha256:${contentHash(files)}`,
    };
  }
  const commit = await readCommit(commonDir, head.id);
  if (commit === undefined) return head;
  const { tree, ...said } = commit;
  const folder = location.isFile ? dirname(location.real) : location.real;
  const watched = {
    repository: { ...repository, gitDir, commonDir },
    folder,
    counts: !location.isFile && isYaml,
  } as const;
  const dirty = await differs(watched, tree, files);
  return { ...head, ...said, ...(dirty === undefined ? {} : { dirty }) };
}
