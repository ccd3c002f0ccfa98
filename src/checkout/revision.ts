/** Identifies the state of the checkout: by its commit, or by a hash of the content where there is no git. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Revision } from '../subscription/subscription.ts';
import { isYaml } from './find-files.ts';
import type { Committed } from './git/commit.ts';
import { differs } from './git/dirty.ts';
import type { ReadFile, SourceFile } from './read-files.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * `files`: those below the path; `dirty` is about them alone. Facts of the commit are absent where it cannot be read.
 */
export async function revisionOf(
  { location, head }: Snapshot,
  committed: Committed | undefined,
  files: readonly ReadFile[],
): Promise<Revision> {
  if (head === undefined) {
    const { repository } = location;
    // git-sync names its worktrees after their commit, which helps where its repository is not mounted beside them.
    const name = repository?.gitDir === undefined ? repository?.worktreeName : undefined;
    return {
      id: name !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name : `sha256:${contentHash(files)}`,
    };
  }
  if (committed === undefined) return head;
  const { tree: _, ...said } = committed.commit;
  const folder = location.isFile ? dirname(location.real) : location.real;
  const dirty = await differs({ committed, folder, counts: !location.isFile && isYaml }, files);
  return { ...head, ...said, ...(dirty === undefined ? {} : { dirty }) };
}

/** SHA-256, in hexadecimal. */
export function contentHash(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { name, content } of files)
    hash.update(`${Buffer.byteLength(name)} ${name} ${content.length} `).update(content);
  return hash.digest('hex');
}
