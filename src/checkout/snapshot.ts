/** A snapshot of the checkout without the contents of its files, to find out whether it changed while it was read. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { mapBounded } from '../base/async.ts';
import { findFiles, type Found } from './find-files.ts';
import { type Head, readHead } from './git/head.ts';
import { CONCURRENCY } from './limits.ts';
import { locate, type Location } from './location.ts';
import { NotReadableError } from './not-readable.ts';

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
