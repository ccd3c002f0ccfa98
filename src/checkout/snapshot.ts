/** Which state the checkout is in: a digest that tells whether it changed while it was read, and the revision. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mapBounded } from '../base/async.ts';
import type { Revision } from '../subscription/subscription.ts';
import { CONCURRENCY, findFiles, type Found, isYaml } from './find-files.ts';
import type { Committed } from './git/commit.ts';
import { differs } from './git/dirty.ts';
import { type Head, readHead } from './git/head.ts';
import { locate, type Location } from './location.ts';
import { NotReadableError } from './not-readable.ts';
import type { ReadFile, SourceFile } from './read-files.ts';

export interface Snapshot {
  readonly location: Location;
  readonly head?: Head;
  readonly found: Found;
  /** A hash of the real path, the commit and every file's identity, size and times. */
  readonly digest: string;
}

/** Throws NotReadableError. */
export async function takeSnapshot(path: string): Promise<Snapshot> {
  const location = await locate(path);
  const { gitDir, commonDir } = location.repository ?? {};
  const head = gitDir !== undefined && commonDir !== undefined ? await readHead(gitDir, commonDir) : undefined;
  const found = await findFiles(location);
  const stats = await mapBounded(found.files, CONCURRENCY, async ({ real }) =>
    stat(real, { bigint: true }).catch(() => undefined),
  );

  const hash = createHash('sha256').update(JSON.stringify([location.real, head, found.problems.byPlace()]));
  for (const [index, { name, real }] of found.files.entries()) {
    const { dev, ino, size, mtimeNs, ctimeNs } = stats[index] ?? {};
    hash.update(`\0${name}\0${real}\0${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`);
  }
  return { location, ...(head && { head }), found, digest: hash.digest('hex') };
}

/** The digest of a snapshot; for a checkout that cannot be read, `unreadable: ` and the reason. */
export async function fingerprint(path: string): Promise<string> {
  try {
    return (await takeSnapshot(path)).digest;
  } catch (error) {
    if (error instanceof NotReadableError) return `unreadable: ${error.reason}`;
    throw error;
  }
}

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
  const { tree: _tree, parents: _parents, ...said } = committed.commit;
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
