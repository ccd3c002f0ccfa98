/** Compiles the checkout's files to desired subscriptions and tombstones, and reports every problem. No I/O. */
import { inSlices } from '../base/async.ts';
import { own } from '../base/text.ts';
import { MAX_BESIDE, MAX_ENTRIES } from '../checkout/find-files.ts';
import type { SourceFile } from '../checkout/read-files.ts';
import { parseInSteps } from '../document/parse.ts';
import { type Problem, Problems } from '../document/problems.ts';
import { type Fields, MEMBERS } from '../subscription/fields.ts';
import type { Desired, Tombstone } from '../subscription/subscription.ts';
import { type Entry, problemOf, readDocument } from './entries.ts';
import { instant } from './rules.ts';
import type { SubscriptionEntry } from './subscriptions.generated.ts';
import type { Names } from './substitute.ts';
import { conflictingEntries } from './uniqueness.ts';

export interface CompileOptions {
  readonly substitute: Names;
  /** Absent: ownership is not checked. */
  readonly isOwned?: ((subscription: { readonly title: string; readonly url: string }) => boolean) | undefined;
  /** Absent: deliveries may go to any host. */
  readonly isWithinHosts?: ((url: string) => boolean) | undefined;
}

export interface Compiled {
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  readonly problems: Problems;
  /** Names of the files that have neither an entry nor an error. */
  readonly withoutEntries: readonly string[];
}

/** `compileFiles` with its options given. */
export type Compile = (files: readonly SourceFile[]) => Promise<Compiled>;

/** Linear in the files' size. The result has the order of `files`. */
export async function compileFiles(files: readonly SourceFile[], options: CompileOptions): Promise<Compiled> {
  return inSlices(compile(files, options));
}

function* compile(files: readonly SourceFile[], options: CompileOptions): Generator<void, Compiled> {
  const problems = new Problems();
  const { entries, withoutEntries } = yield* readEntries(files, options.substitute, problems);
  const conflicting = yield* conflictingEntries(entries, (problem) => problems.add(problem));

  const desired: Desired[] = [];
  const tombstones: Tombstone[] = [];
  for (const entry of entries) {
    const { merged } = entry;
    if (merged === undefined || conflicting.has(entry)) continue;
    if (merged.state === 'absent') tombstones.push(toTombstone(entry, merged));
    else {
      const wanted = toDesired(entry, merged);
      const faults = boundFaults(entry, wanted, options);
      if (faults.length === 0) desired.push(wanted);
      for (const fault of faults) problems.add(fault);
    }
    yield;
  }
  return { desired, tombstones, problems, withoutEntries };
}

interface Entries {
  readonly entries: readonly Entry[];
  readonly withoutEntries: readonly string[];
}

function* readEntries(files: readonly SourceFile[], names: Names, problems: Problems): Generator<void, Entries> {
  const entries: Entry[] = [];
  const withoutEntries: string[] = [];
  const interner = new Interner();
  let beside = 0;
  for (const file of files) {
    const before = entries.length + problems.errors;
    for (const entry of readFile(file, names, problems)) {
      yield;
      if (entry === undefined) continue;
      beside += entry.merged?.reconcile?.beside?.length ?? 0;
      const tooMany =
        entries.length === MAX_ENTRIES
          ? `${MAX_ENTRIES} subscriptions`
          : beside > MAX_BESIDE && `${MAX_BESIDE} ids in reconcile.beside`;
      if (tooMany) {
        problems.add(notReadFrom(entry, tooMany));
        return { entries, withoutEntries };
      }
      entries.push(entry.merged === undefined ? entry : { ...entry, merged: interner.entry(entry.merged) });
    }
    if (entries.length + problems.errors === before) withoutEntries.push(file.name);
  }
  return { entries, withoutEntries };
}

/**
 * Undefined is a pause. This is a function of its own so that nothing of a file stays in memory while the next is read.
 */
function* readFile({ name, content }: SourceFile, names: Names, problems: Problems): Generator<Entry | undefined> {
  const steps = parseInSteps(name, content);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield undefined;
  for (const problem of step.value.problems) problems.add(problem);
  for (const document of step.value.documents) yield* readDocument(document, names, (problem) => problems.add(problem));
  yield undefined;
}

function notReadFrom({ source }: Entry, tooMany: string): Problem {
  const message = `more than ${tooMany} in all: what comes from here on is not read`;
  return { severity: 'error', ...source, field: '', message, rule: 'too-large' };
}

function toTombstone(entry: Entry, { title }: SubscriptionEntry): Tombstone {
  return { title, ...(entry.id === undefined ? {} : { id: entry.id }), source: entry.source };
}

/** The list without duplicates. A list that has none is returned itself, since thousands of entries may share it. */
function distinct(list: readonly string[]): readonly string[] {
  const found = new Set(list);
  return found.size === list.length ? list : [...found];
}

/** The fields that an entry sets. */
function managed(entry: SubscriptionEntry & Partial<Fields>): Partial<Fields> {
  const members = MEMBERS.flatMap((member) => {
    const value = entry[member];
    return value === undefined ? [] : [[member, Array.isArray(value) ? distinct(value) : value] as const];
  });
  return Object.fromEntries(members);
}

export function toDesired(entry: Entry, merged: SubscriptionEntry): Desired {
  const { title, reconcile = {} } = merged;
  const { suspend, ignore = [], test, beside = [] } = reconcile;
  const until = typeof suspend === 'string' ? instant(suspend) : suspend;
  return {
    url: '',
    enabled: true,
    config: {},
    ...managed(merged),
    title,
    ...(entry.id === undefined ? {} : { id: entry.id }),
    ...(beside.length === 0 ? {} : { beside: beside.map((id) => id.toLowerCase()) }),
    ...(until === undefined || until === false ? {} : { suspend: until }),
    ignore: [...new Set(ignore)],
    testOnChange: test === 'on-change',
    source: entry.source,
  };
}

/** The bounds of the configuration that an entry exceeds. */
function boundFaults(entry: Entry, wanted: Desired, { isOwned, isWithinHosts }: CompileOptions): readonly Problem[] {
  return [
    ...((isWithinHosts?.(wanted.url) ?? true) ? [] : [problemOf(entry, 'url', 'host-not-allowed', OTHER_HOST)]),
    ...((isOwned?.(wanted) ?? true) ? [] : [problemOf(entry, 'url', 'not-owned', NOT_OWNED)]),
  ];
}

const OTHER_HOST =
  'is on a host outside policy.hosts: write a url on one of those, or have the host added to the configuration (RECONCILER_HOSTS, --hosts)';

const NOT_OWNED =
  'is outside policy.owns, so it could never be deleted again: add a rule to policy.owns that covers its url or title';

/**
 * Saves memory within one compilation. Equal parts are stored once, and every text is copied: a substring would keep
 * the text of its whole file in memory.
 */
class Interner {
  readonly #known = new Map<string, unknown>();

  entry(entry: SubscriptionEntry): SubscriptionEntry {
    const members = Object.entries(entry)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, name === 'title' ? own(String(value)) : this.#one(value)] as const);
    return Object.fromEntries(members) as unknown as SubscriptionEntry;
  }

  #one<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#known.get(key) as T | undefined;
    if (known !== undefined) return known;
    const fresh = JSON.parse(key) as T;
    this.#known.set(key, fresh);
    return fresh;
  }
}
