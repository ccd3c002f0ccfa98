/** The checkout, read once and consistently: what it asks for, at which revision, and what is wrong with it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inSlices, pauses } from '../base/async.ts';
import { readCommitted } from '../checkout/git/commit.ts';
import { readObject } from '../checkout/git/objects.ts';
import { exists, inProgress, type Repository } from '../checkout/git/worktree.ts';
import { type HasEntries, Lacking } from '../checkout/lacking.ts';
import { MAX_FILE_BYTES, MAX_FILES } from '../checkout/limits.ts';
import { type NotReadable, NotReadableError } from '../checkout/not-readable.ts';
import { conflictMarkerLine, type ReadFile, readFiles } from '../checkout/read-files.ts';
import { contentHash, revisionOf } from '../checkout/revision.ts';
import { takeSnapshot, type Snapshot } from '../checkout/snapshot.ts';
import type { Owns, Policy } from '../config/config.ts';
import { compileHosts } from '../config/delivery-hosts.ts';
import { compileOwns, type IsOwned } from '../config/owns.ts';
import { parseInSteps } from '../document/parse.ts';
import type { Problem } from '../document/problems.ts';
import type { Desired, Revision, Tombstone } from '../subscription/subscription.ts';
import { type Compile, type Compiled, compileFiles } from './compile.ts';
import { shapeOf } from './entries.ts';
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
  const compile = cachedCompile(async (files) => compileFiles(files, { substitute, ...bounds }));
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
  const before = await takeSnapshot(path);
  await refuseUnfinished(before, now());
  const { files, problems } = await readFiles(path, before.found.files);
  const committed = await readCommitted(before.location.repository, before.head);
  const revision = await revisionOf(before, committed, files);
  const lacking = new Lacking(before.location, committed);
  const notCheckedOut = await lacking.notCheckedOut(files);
  for (const submodule of lacking.submodules) await refuseInProgress(submodule, now());
  const after = await takeSnapshot(path);
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

async function refuseUnfinished({ location, head, found }: Snapshot, now: number): Promise<void> {
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

async function changedAt(
  { location }: Snapshot,
  { time, dirty }: Revision,
  files: readonly ReadFile[],
): Promise<number> {
  if (time !== undefined && dirty !== true) return Date.parse(time);
  const newest = files.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), 0);
  return Math.floor(newest > 0 ? newest : (await stat(location.real)).mtimeMs);
}

/** What a checkout says, read once and consistently. */
export interface Checkout {
  readonly revision: Revision;
  /** Every entry that has no error of its own, in order of file name and position. */
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** Errors and warnings of all files, by place; of very many the first ones, and how many there are beyond them. */
  readonly problems: readonly Problem[];
  /** How many errors there are, told or not. Any withholds the deletes of the pass. */
  readonly errors: number;
  readonly files: number;
  /** Epoch milliseconds: the commit's time, or the newest file's where there is no git or the checkout is dirty. */
  readonly changedAt: number;
}

export type Loaded =
  | { readonly ok: true; readonly checkout: Checkout }
  /** `message`: one sentence with the place and what to do. */
  | { readonly ok: false; readonly reason: NotReadable; readonly message: string };

/** Goes by the bytes, which are always read: times and sizes of files may lie. Only the last result is kept. */
function cachedCompile(compile: Compile): Compile {
  let last: { readonly hash: string; readonly compiled: Compiled } | undefined;
  return async (files) => {
    const hash = contentHash(files);
    if (last?.hash === hash) return last.compiled;
    // Two results at a time would be paid for in every pod.
    last = undefined;
    const compiled = await compile(files);
    last = { hash, compiled };
    return compiled;
  };
}

/** Reads each blob once: an id stands for its content. */
export function hasEntriesOncePerBlob(): HasEntries {
  const known = new Map<string, boolean>();
  return async (commonDir, id) => {
    const answer = known.get(id) ?? (await hasEntries(commonDir, id));
    if (known.size >= MAX_FILES) known.clear();
    known.set(id, answer);
    return answer;
  };
}

async function hasEntries(commonDir: string, id: string): Promise<boolean> {
  const blob = await readObject(commonDir, id);
  if (blob?.type !== 'blob' || blob.content.length > MAX_FILE_BYTES) return true;
  const { documents, problems } = await inSlices(parseInSteps(id, blob.content));
  return problems.length > 0 || documents.some(({ value }) => shapeOf(value).values.length > 0);
}
