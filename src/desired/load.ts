/** Loads a checkout consistently: its desired subscriptions, its revision and its problems. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inSlices, pauses } from '../base/async.ts';
import { readCommitted } from '../checkout/git/commit.ts';
import { readObject } from '../checkout/git/objects.ts';
import { exists, inProgress, type Repository } from '../checkout/git/worktree.ts';
import { type HasEntries, Lacking } from '../checkout/lacking.ts';
import { MAX_FILE_BYTES, MAX_FILES } from '../checkout/find-files.ts';
import { type NotReadable, NotReadableError } from '../checkout/not-readable.ts';
import { conflictMarkerLine, type ReadFile, readFiles } from '../checkout/read-files.ts';
import { contentHash, revisionOf, type Snapshot, takeSnapshot } from '../checkout/snapshot.ts';
import type { Owns, Policy } from '../config/config.ts';
import { compileHosts } from '../config/delivery-hosts.ts';
import { compileOwns, type IsOwned } from '../config/owns.ts';
import { parseInSteps } from '../document/parse.ts';
import { type Problem, Problems } from '../document/problems.ts';
import type { Desired, Revision, Tombstone } from '../subscription/subscription.ts';
import { type Compile, type Compiled, compileFiles } from './compile.ts';
import { shapeOf } from './entries.ts';
import type { Names } from './substitute.ts';

export interface LoadOptions {
  /** A folder or a file. */
  readonly path: string;
  /** What `path` is called where problems and sources name files; without it they are named from `path` on. */
  readonly named?: string | undefined;
  readonly substitute: Names;
  /** If there are rules, an entry outside them is an error. */
  readonly owns?: Owns;
  /** If there are patterns, a url on another host is an error. */
  readonly hosts?: Policy['hosts'];
}

/**
 * Loads the checkout at each call. Nothing in a checkout makes it throw: one that cannot be read is a value. Unchanged
 * files are not parsed again. `now` (epoch milliseconds) tells a stale lock from a fresh one.
 */
export function checkoutLoader(
  { path, named, substitute, owns, hosts = [] }: LoadOptions,
  now: () => number = Date.now,
): () => Promise<Loaded> {
  const bounds = { isOwned: isOwnedBy(owns), isWithinHosts: compileHosts(hosts) };
  const compile = cachedCompile(async (files) => compileFiles(files, { substitute, ...bounds }));
  const hasEntries = hasEntriesOncePerBlob();
  return async () => {
    try {
      return { ok: true, checkout: await load({ path, named }, compile, hasEntries, now) };
    } catch (error) {
      if (error instanceof NotReadableError) return { ok: false, reason: error.reason, message: error.message };
      throw error;
    }
  };
}

async function load(
  { path, named }: Pick<LoadOptions, 'path' | 'named'>,
  compile: Compile,
  hasEntries: HasEntries,
  now: () => number,
): Promise<Checkout> {
  const before = await takeSnapshot(path);
  const nameOf = (name: string): string => {
    if (named === undefined) return name;
    return before.location.isFile ? named : join(named, name);
  };
  await refuseUnfinished(before, now());
  const { files, problems: unread } = await readFiles(path, before.found.files);
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
  // Checked only once the checkout has proved stable, so that a file half written is not reported as a conflict.
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
  const {
    desired,
    tombstones,
    problems: written,
    withoutEntries,
  } = await compile(files.map((file) => ({ ...file, name: nameOf(file.name) })));
  const empty = new Set(withoutEntries);
  const emptied = await lacking.emptied(
    files.filter(({ name }) => empty.has(nameOf(name))),
    hasEntries,
  );
  const problems = new Problems();
  for (const some of [unread, before.found.problems, notCheckedOut, emptied, lacking.notCompared()])
    problems.addAll(some, (problem) => ({ ...problem, file: nameOf(problem.file) }));
  problems.addAll(written);
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

/** Undefined without rules: nothing can be pruned then, so an entry that is not owned is not an error. */
export function isOwnedBy(owns: Owns = []): IsOwned | undefined {
  return owns === 'all' || owns.length === 0 ? undefined : compileOwns(owns);
}

async function refuseUnfinished({ location, head, found }: Snapshot, now: number): Promise<void> {
  if (location.repository === undefined) return;
  await refuseInProgress(location.repository, now);
  const { root, gitDir } = location.repository;
  if (gitDir === undefined) return;
  // A clone whose files are not there yet must not be taken for an empty checkout.
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

/** A checkout, read consistently. */
export interface Checkout {
  readonly revision: Revision;
  /** Every entry that has no error of its own, in order of file name and position. */
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** Errors and warnings of all files, by place; the first thousand, then one that counts the others. */
  readonly problems: readonly Problem[];
  /** How many errors there are, reported or only counted. Any error withholds the deletes of the pass. */
  readonly errors: number;
  readonly files: number;
  /** Epoch milliseconds: the commit's time, or the newest file's where there is no git or the checkout is dirty. */
  readonly changedAt: number;
}

export type Loaded =
  | { readonly ok: true; readonly checkout: Checkout }
  /** `message`: one sentence with the place and the fix. */
  | { readonly ok: false; readonly reason: NotReadable; readonly message: string };

/** Compares the bytes, which are always read, because times and sizes of files may lie. Keeps only the last result. */
function cachedCompile(compile: Compile): Compile {
  let last: { readonly hash: string; readonly compiled: Compiled } | undefined;
  return async (files) => {
    const hash = contentHash(files);
    if (last?.hash === hash) return last.compiled;
    // The old result is dropped first, because two at a time would raise the memory that every pod needs.
    last = undefined;
    const compiled = await compile(files);
    last = { hash, compiled };
    return compiled;
  };
}

/** Reads each blob once, since an id identifies its content. */
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
