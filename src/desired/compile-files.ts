/** The checkout's files → what they ask for, and everything that is wrong with them. No I/O. */
import { byPlace } from '../document/format.ts';
import { parseInSteps } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';
import type { Desired, Tombstone } from '../subscription.ts';
import { conflictingEntries } from './conflicting-entries.ts';
import type { Entry } from './entry.ts';
import { inSlices } from './in-slices.ts';
import { instant } from './instant.ts';
import { readDocument } from './read-document.ts';
import type { Names } from './substitute.ts';
import type { SubscriptionEntry } from './subscriptions.generated.ts';

export interface SourceFile {
  /** As problems and positions name it. */
  readonly name: string;
  readonly content: Uint8Array;
}

export interface CompileOptions {
  readonly substitute: Names;
  /** Absent: nothing is said about ownership. */
  readonly isOwned?: ((subscription: { readonly title: string; readonly url: string }) => boolean) | undefined;
}

export interface Compiled {
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** By place. */
  readonly problems: readonly Problem[];
}

/** More is nobody's reading; what is wrong stays left out all the same. */
const MAX_PROBLEMS = 10_000;

/** Linear in the files' size. `files` in the order in which the result is wanted. */
export async function compileFiles(files: readonly SourceFile[], options: CompileOptions): Promise<Compiled> {
  return inSlices(compile(files, options));
}

function* compile(files: readonly SourceFile[], options: CompileOptions): Generator<void, Compiled> {
  const entries: Entry[] = [];
  const problems = new Problems();
  for (const { name, content } of files) {
    const parsed = yield* parseInSteps(name, content);
    for (const problem of parsed.problems) problems.add(problem);
    for (const document of parsed.documents) {
      const read = yield* readDocument(document, options.substitute);
      for (const entry of read.entries) entries.push(entry);
      for (const problem of read.problems) problems.add(problem);
    }
    yield;
  }
  const conflicting = yield* conflictingEntries(entries, (problem) => problems.add(problem));

  const desired: Desired[] = [];
  const tombstones: Tombstone[] = [];
  for (const entry of entries) {
    const { merged } = entry;
    if (merged === undefined || conflicting.has(entry)) continue;
    if (merged.state === 'absent') tombstones.push(toTombstone(entry, merged));
    else {
      const wanted = toDesired(entry, merged);
      if (options.isOwned?.(wanted) ?? true) desired.push(wanted);
      else problems.add(notOwned(entry));
    }
    yield;
  }
  return { desired, tombstones, problems: problems.byPlace() };
}

/** Those beyond the limit are counted only: a checkout in which everything is wrong must not fill the memory. */
class Problems {
  readonly #kept: Problem[] = [];
  #next: Problem | undefined;
  #others = 0;

  add(problem: Problem): void {
    if (this.#kept.length < MAX_PROBLEMS) {
      this.#kept.push(problem);
      return;
    }
    this.#others++;
    this.#next ??= problem;
    if (problem.severity === 'error' && this.#next.severity !== 'error')
      this.#next = { ...this.#next, severity: 'error' };
  }

  byPlace(): readonly Problem[] {
    this.#kept.sort(byPlace);
    if (this.#next === undefined) return this.#kept;
    const message = `${this.#others} more mistakes from here on: mend the ones above first`;
    return [...this.#kept, { ...this.#next, field: '', rule: 'too-many', message }];
  }
}

function toTombstone(entry: Entry, { title }: SubscriptionEntry): Tombstone {
  return { title, ...(entry.id === undefined ? {} : { id: entry.id }), source: entry.source };
}

function toDesired(entry: Entry, merged: SubscriptionEntry): Desired {
  const { title, url = '', enabled = true, type, exclude_type, config = {}, reconcile = {} } = merged;
  const { suspend, ignore = [], test } = reconcile;
  const until = typeof suspend === 'string' ? instant(suspend) : suspend;
  return {
    title,
    url,
    enabled,
    ...(type === undefined ? {} : { type: [...new Set(type)] }),
    ...(exclude_type === undefined ? {} : { exclude_type: [...new Set(exclude_type)] }),
    config,
    ...(entry.id === undefined ? {} : { id: entry.id }),
    ...(until === undefined || until === false ? {} : { suspend: until }),
    ignore: [...new Set(ignore)],
    testOnChange: test === 'on-change',
    source: entry.source,
  };
}

function notOwned(entry: Entry): Problem {
  return entry.problem(
    ['url'],
    'not-owned',
    'is outside policy.owns, so it could never be deleted again: add a rule to policy.owns that covers its url or title',
  );
}
