/** The checkout's files → what they ask for, and everything that is wrong with them. No I/O. */
import { setImmediate } from 'node:timers/promises';
import { byPlace } from '../document/format.ts';
import { parseDocuments } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';
import type { Desired, Tombstone } from '../subscription.ts';
import { conflictingEntries } from './conflicting-entries.ts';
import type { Entry } from './entry.ts';
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
/** The longest the event loop is kept, but for a single file. */
const SLICE_MS = 10;

/** Linear in the files' size. `files` in the order in which the result is wanted. */
export async function compileFiles(files: readonly SourceFile[], options: CompileOptions): Promise<Compiled> {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  let sliceStart = performance.now();
  for (const { name, content } of files) {
    if (performance.now() - sliceStart > SLICE_MS) {
      await setImmediate();
      sliceStart = performance.now();
    }
    const parsed = parseDocuments(name, content);
    append(problems, parsed.problems);
    for (const document of parsed.documents) {
      const read = readDocument(document, options.substitute);
      append(entries, read.entries);
      append(problems, read.problems);
    }
  }
  const conflicting = conflictingEntries(entries);
  append(problems, conflicting.problems);

  const desired: Desired[] = [];
  const tombstones: Tombstone[] = [];
  for (const entry of entries) {
    const { merged } = entry;
    if (merged === undefined || conflicting.entries.has(entry)) continue;
    if (merged.state === 'absent') tombstones.push(toTombstone(entry, merged));
    else {
      const wanted = toDesired(entry, merged);
      if (options.isOwned?.(wanted) ?? true) desired.push(wanted);
      else problems.push(notOwned(entry));
    }
  }
  return { desired, tombstones, problems: bounded(problems.sort(byPlace)) };
}

function bounded(problems: readonly Problem[]): readonly Problem[] {
  const [next, ...others] = problems.slice(MAX_PROBLEMS);
  if (next === undefined) return problems;
  const severity = [next, ...others].some((problem) => problem.severity === 'error') ? 'error' : 'warning';
  const message = `${others.length + 1} more mistakes from here on: mend the ones above first`;
  return [...problems.slice(0, MAX_PROBLEMS), { ...next, severity, field: '', rule: 'too-many', message }];
}

/** A spread into `push` overflows the stack where a file of a megabyte has a mistake in every other character. */
function append<T>(list: T[], more: readonly T[]): void {
  for (const each of more) list.push(each);
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
