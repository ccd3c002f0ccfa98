/** The checkout, read once and consistently: what it asks for, at which revision, and what is wrong with it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owns, Policy } from '../config/config.ts';
import { compileHosts } from '../config/delivery-hosts.ts';
import { compileOwns, type IsOwned } from '../config/owns.ts';
import type { Revision } from '../subscription.ts';
import type { Checkout, Loaded } from './checkout.ts';
import { type Compile, compileFiles } from './compile-files.ts';
import { conflictMarkerLine } from './conflict-marker.ts';
import { readCommitted } from './git/committed.ts';
import { inProgress } from './git/in-progress.ts';
import { exists, type Repository } from './git/repository.ts';
import { type HasEntries, hasEntriesOncePerBlob } from './has-entries.ts';
import { pauses } from './in-slices.ts';
import { Lacking } from './lacking.ts';
import { type Look, look } from './look.ts';
import { NotReadableError } from './not-readable-error.ts';
import { oncePerContent } from './once-per-content.ts';
import { type ReadFile, readFiles } from './read-files.ts';
import { revisionOf } from './revision.ts';
import type { Names } from './substitute.ts';

export interface LoadOptions {
  /** A folder or a file. */
  readonly path: string;
  readonly substitute: Names;
  /** Where there are rules, an entry outside them is an error. */
  readonly owns?: Owns;
  /** Where there are patterns, a url on another host is an error. */
  readonly hosts?: Policy['hosts'];
}

/**
 * Gives what the checkout says at each call, and never throws for what it is. Files that are as they were are not
 * parsed again. `now`, epoch milliseconds, tells a stale lock from a fresh one.
 */
export function checkoutLoader(
  { path, substitute, owns, hosts = [] }: LoadOptions,
  now: () => number = Date.now,
): () => Promise<Loaded> {
  const bounds = { isOwned: isOwnedBy(owns), isWithinHosts: compileHosts(hosts) };
  const compile = oncePerContent(async (files) => compileFiles(files, { substitute, ...bounds }));
  const hasEntries = hasEntriesOncePerBlob();
  return async () => {
    try {
      return { ok: true, checkout: await load(path, compile, hasEntries, now) };
    } catch (error) {
      if (error instanceof NotReadableError) return { ok: false, reason: error.reason, message: error.message };
      throw error;
    }
  };
}

async function load(path: string, compile: Compile, hasEntries: HasEntries, now: () => number): Promise<Checkout> {
  const before = await look(path);
  await refuseUnfinished(before, now());
  const { files, problems } = await readFiles(path, before.found.files);
  const committed = await readCommitted(before.location.repository, before.head);
  const revision = await revisionOf(before, committed, files);
  const lacking = new Lacking(before.location, committed);
  const notCheckedOut = await lacking.notCheckedOut(files);
  for (const submodule of lacking.submodules) await refuseInProgress(submodule, now());
  const after = await look(path);
  await refuseUnfinished(after, now());
  if (before.digest !== after.digest) {
    throw new NotReadableError('moving', `${path} changed while it was read: it is read again`);
  }
  // Only now: a marker half written is not somebody's to resolve.
  const pause = pauses();
  for (const { name, content } of files) {
    await pause();
    const line = conflictMarkerLine(content);
    if (line === undefined) continue;
    throw new NotReadableError(
      'busy',
      `${join(path, name)}:${line}: conflict markers of a merge: resolve and commit it`,
    );
  }
  const { desired, tombstones, problems: written, withoutEntries } = await compile(files);
  const empty = new Set(withoutEntries);
  const emptied = await lacking.emptied(
    files.filter(({ name }) => empty.has(name)),
    hasEntries,
  );
  for (const some of [before.found.problems, notCheckedOut, written, emptied, lacking.untold()]) problems.addAll(some);
  return {
    revision,
    desired,
    tombstones,
    problems: problems.byPlace(),
    errors: problems.errors,
    files: before.found.files.length,
    changedAt: await changedAt(before, revision, files),
  };
}

/** Without rules nothing can be pruned, and nothing is said against what cannot. */
export function isOwnedBy(owns: Owns = []): IsOwned | undefined {
  return owns === 'all' || owns.length === 0 ? undefined : compileOwns(owns);
}

async function refuseUnfinished({ location, head, found }: Look, now: number): Promise<void> {
  if (location.repository === undefined) return;
  await refuseInProgress(location.repository, now);
  const { root, gitDir } = location.repository;
  if (gitDir === undefined) return;
  // What a clone looks like before its files are there must not be taken for a checkout without any.
  const isUnborn = head === undefined || !(await exists(join(gitDir, 'index')));
  if (isUnborn && found.files.length === 0) {
    throw new NotReadableError('busy', `nothing has been checked out in ${root} yet: waiting for the clone`);
  }
}

async function refuseInProgress({ root, gitDir }: Repository, now: number): Promise<void> {
  const doing = gitDir === undefined ? undefined : await inProgress(root, gitDir, now);
  if (doing !== undefined) throw new NotReadableError('busy', doing);
}

async function changedAt({ location }: Look, { time, dirty }: Revision, files: readonly ReadFile[]): Promise<number> {
  if (time !== undefined && dirty !== true) return Date.parse(time);
  const newest = files.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), 0);
  return Math.floor(newest > 0 ? newest : (await stat(location.real)).mtimeMs);
}
