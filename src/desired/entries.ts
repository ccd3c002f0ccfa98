/** Reads the entries of one YAML document, and reports every problem that an entry has by itself. */
import { isObject } from '../base/json.ts';
import { own } from '../base/text.ts';
import { check, dotted, unknownField } from '../document/check.ts';
import type { Document, Path, Position } from '../document/parse.ts';
import type { Problem } from '../document/problems.ts';
import type { SourcePosition } from '../subscription/subscription.ts';
import { misnamedList, misplaced } from './misplaced.ts';
import { combinationFaults, type Fault, fieldFaults } from './rules.ts';
import { validate } from './subscriptions-validator.generated.js';
import type { Defaults, SubscriptionEntry } from './subscriptions.generated.ts';
import { type Names, substituteAll } from './substitute.ts';

/** Values in an entry, or in a document beside its entries: a subscription with every category has some 60. */
const MAX_VALUES = 1_000;

/** A longer title or id is not kept, since no subscription can have it and no rule needs to compare it. */
const MAX_TITLE = 1_000;

/**
 * Yields the entries in the order they are written; those with an error have `merged` undefined. An error in the
 * defaults breaks every entry of the document, because without the defaults each would mean something else.
 */
export function* readDocument(
  document: Document,
  names: Names,
  report: (problem: Problem) => void,
): Generator<Entry, void> {
  const shape = shapeOf(document.value);
  const findings = new Findings(document, shape, report);
  const misnamed = misnamedList(document.value);
  if (misnamed !== undefined) return findings.addKey([misnamed.name], unknownField(misnamed.meant));
  const read = (value: unknown, path: Path, isEntry: boolean): unknown => {
    if (exceeds(value, MAX_VALUES)) {
      const message = `holds more than ${MAX_VALUES} values: ${isEntry ? 'no subscription needs as many' : 'subscriptions go below "subscriptions"'}`;
      findings.add(path, { severity: 'error', rule: 'too-large', message });
      return undefined;
    }
    // A text where fields belong may be a misplaced secret: it is neither substituted nor shown.
    const substituted =
      typeof value === 'string'
        ? value
        : substituteAll(value, names, (at, fault) => {
            findings.add([...path, ...at], { severity: 'error', ...fault });
          });
    const pathOf = (at: Path): Path => (isEntry ? [...path, ...at.slice(1)] : at);
    const options = {
      value: isEntry ? [substituted] : substituted,
      pathOf,
      fieldName: (at: Path) => fieldName(shape, at),
      misplaced: (at: Path, name: string) => misplaced(within(shape, at), name),
    };
    for (const { path: at, problem } of check(validate, document, options)) findings.addProblem(at, problem);
    const [fields, at] = isEntry ? [substituted, path] : [shapeOf(substituted).defaults, ['defaults']];
    if (isObject(fields)) for (const fault of fieldFaults(fields)) findings.add([...at, ...fault.path], fault);
    return substituted;
  };

  const frame = shape.frame === undefined ? undefined : read(shape.frame, [], false);
  // The defaults are only used if no error was found in them: `merge` checks that first.
  const defaults: Defaults = (frame === undefined ? undefined : shapeOf(frame).defaults) ?? {};
  for (const [index, written] of shape.values.entries()) {
    const value = read(written, shape.pathOf(index), true);
    yield toEntry(document, shape, index, value, merge(findings, shape, index, defaults, value));
  }
}

/** Undefined where the entry has an error, alone or together with the defaults. */
function merge(
  findings: Findings,
  shape: DocumentShape,
  index: number,
  defaults: Defaults,
  entry: unknown,
): SubscriptionEntry | undefined {
  if (findings.isBroken(index)) return undefined;
  const whole = mergeDefaults(defaults, entry as SubscriptionEntry);
  for (const fault of combinationFaults(whole)) {
    const isOwn = holds(entry, fault.path);
    findings.add(isOwn ? [...shape.pathOf(index), ...fault.path] : ['defaults', ...fault.path], fault, index);
  }
  return findings.isBroken(index) ? undefined : whole;
}

function holds(value: unknown, path: Path): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
  return holds((value as Readonly<Record<string | number, unknown>>)[step], rest);
}

/** Whether `value` holds more than `limit` values; parts repeated by an alias count each time. Stops at the limit. */
function exceeds(value: unknown, limit: number): boolean {
  let left = limit;
  const count = (part: unknown): boolean => {
    if (--left < 0) return true;
    if (typeof part !== 'object' || part === null) return false;
    return Array.isArray(part) ? part.some(count) : Object.values(part).some(count);
  };
  return count(value);
}

/** Reports one problem for each place, and keeps which entries have errors. */
class Findings {
  /** Places with a problem in the entry being read; those of earlier entries do not come again. */
  #own = { entry: -1, places: new Set<string>() };
  /** Places with a problem in the document outside of its entries. */
  readonly #shared = new Set<string>();
  readonly #broken = new Set<number | 'all'>();
  readonly #document: Document;
  readonly #shape: DocumentShape;
  readonly #report: (problem: Problem) => void;

  constructor(document: Document, shape: DocumentShape, report: (problem: Problem) => void) {
    this.#document = document;
    this.#shape = shape;
    this.#report = report;
  }

  isBroken(entry: number): boolean {
    return this.#broken.has(entry) || this.#broken.has('all');
  }

  add(path: Path, { severity, rule, message }: Omit<Fault, 'path'>, breaks = this.#shape.entryAt(path)): void {
    const place = { file: this.#document.file, ...this.#document.position(path), field: fieldName(this.#shape, path) };
    this.addProblem(path, { severity, ...place, message, rule }, breaks);
  }

  /** An unknown field of the document itself. */
  addKey(path: Path, message: string): void {
    const place = { file: this.#document.file, ...this.#document.position(path, 'key') };
    this.addProblem(path, { severity: 'error', ...place, field: dotted(path), message, rule: 'unknown-field' });
  }

  addProblem(path: Path, problem: Problem, breaks = this.#shape.entryAt(path)): void {
    if (problem.severity === 'error') this.#broken.add(breaks ?? 'all');
    const entry = this.#shape.entryAt(path);
    if (entry !== undefined && entry !== this.#own.entry) this.#own = { entry, places: new Set() };
    const places = entry === undefined ? this.#shared : this.#own.places;
    // Only the first problem of a place counts: a url that cannot be substituted is not reported as malformed too.
    const place = JSON.stringify(path);
    if (places.has(place)) return;
    places.add(place);
    const title = entry === undefined ? undefined : textIn(this.#shape.values[entry], 'title');
    this.#report({ ...problem, ...(title === undefined ? {} : { title }) });
  }
}

function toEntry(
  document: Document,
  shape: DocumentShape,
  index: number,
  value: unknown,
  merged?: SubscriptionEntry,
): Entry {
  const path = shape.pathOf(index);
  const title = textIn(value, 'title');
  const id = isObject(value) ? textIn(value['reconcile'], 'id')?.toLowerCase() : undefined;
  return {
    source: { file: document.file, ...document.position(path) },
    ...(title === undefined || title.length > MAX_TITLE ? {} : { title: own(title) }),
    ...(id === undefined || id.length > MAX_TITLE ? {} : { id: own(id) }),
    merged,
    places: {
      title: document.position([...path, 'title']),
      url: document.position([...path, 'url']),
      'reconcile.id': document.position([...path, 'reconcile', 'id']),
    },
  };
}

function textIn(value: unknown, field: string): string | undefined {
  const text = isObject(value) ? value[field] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** The three forms of a document: a subscription, a list of them, or `{defaults, subscriptions}`. */
interface DocumentShape {
  /** The entries as written, of whatever type they are. */
  readonly values: readonly unknown[];
  readonly defaults: unknown;
  /** The document without its entries, in the shape that the schema expects; undefined if it is only entries. */
  readonly frame: unknown;
  pathOf(entry: number): Path;
  /** The entry that a place belongs to; undefined for places in the defaults or other fields of the document. */
  entryAt(path: Path): number | undefined;
}

export function shapeOf(value: unknown): DocumentShape {
  if (Array.isArray(value)) return listAt([], value);
  const isFile = isObject(value) && ('subscriptions' in value || 'defaults' in value);
  if (!isFile) return { values: [value], defaults: undefined, frame: undefined, pathOf: () => [], entryAt: () => 0 };
  const { subscriptions, defaults } = value;
  if (!Array.isArray(subscriptions)) return listAt(['subscriptions'], [], defaults, value);
  return listAt(['subscriptions'], subscriptions, defaults, { ...value, subscriptions: [] });
}

function listAt(prefix: Path, values: readonly unknown[], defaults?: unknown, frame?: unknown): DocumentShape {
  return {
    values,
    defaults,
    frame,
    pathOf: (entry) => [...prefix, entry],
    entryAt: (path) => {
      const index = path[prefix.length];
      return typeof index === 'number' && prefix.every((step, depth) => path[depth] === step) ? index : undefined;
    },
  };
}

/** `subscriptions[2].type[0]` is named `type`, since line and column say which one. */
function fieldName(shape: DocumentShape, path: Path): string {
  return dotted(within(shape, path) ?? path.filter((step) => typeof step === 'string'));
}

/** The names of the fields on the way, from the entry down; undefined outside of the entries. */
function within(shape: DocumentShape, path: Path): readonly string[] | undefined {
  const entry = shape.entryAt(path);
  const own = entry === undefined ? undefined : path.slice(shape.pathOf(entry).length);
  return own?.filter((step) => typeof step === 'string');
}

/** Holds positions rather than the document, which would stay in memory with it. */
export interface Entry {
  readonly source: SourcePosition;
  /** Present in an entry with errors too, if it can be read. */
  readonly title?: string;
  readonly id?: string;
  /** Defaults applied; undefined where the entry, or what it inherits, has an error. */
  readonly merged: SubscriptionEntry | undefined;
  /** Where these fields are written; for a missing field, the nearest part of the entry that exists. */
  readonly places: Readonly<Record<NamedField, Position>>;
}

/** The fields that rules between entries compare. */
export type NamedField = 'title' | 'url' | 'reconcile.id';

export function problemOf(
  { source, title, places }: Entry,
  field: NamedField,
  rule: string,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  const named = title === undefined ? {} : { title };
  return { severity, file: source.file, ...places[field], field, message, rule, ...named };
}

/**
 * Merges `config` and `reconcile` member by member, everything else as a whole. `exclude_type` narrows `type`, so an
 * entry with a `type` of its own inherits neither.
 */
function mergeDefaults(defaults: Defaults, entry: SubscriptionEntry): SubscriptionEntry {
  const { type, exclude_type, ...others } = defaults;
  const inherited = {
    ...others,
    ...(entry.type === undefined && type !== undefined ? { type } : {}),
    ...(entry.type === undefined && exclude_type !== undefined ? { exclude_type } : {}),
  };
  return {
    ...inherited,
    ...entry,
    config: { ...defaults.config, ...entry.config },
    reconcile: { ...defaults.reconcile, ...entry.reconcile },
  };
}
