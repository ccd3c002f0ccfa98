/** One YAML document → its entries, and every problem they have by themselves. */
import { check } from '../document/check.ts';
import type { Document, Path } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';
import { combinationFaults } from './combination-faults.ts';
import { own } from './compact.ts';
import type { Entry } from './entry.ts';
import type { Fault } from './fault.ts';
import { fieldFaults } from './field-faults.ts';
import { fieldName, type Form, formOf } from './form.ts';
import { mergeDefaults } from './merge-defaults.ts';
import { validate } from './subscriptions-validator.generated.js';
import type { Defaults, SubscriptionEntry } from './subscriptions.generated.ts';
import { type Names, substituteAll } from './substitute.ts';

/** Values in an entry, or beside the entries: a subscription with every category there is has some 60. */
const MAX_VALUES = 1_000;

/** A title that is longer is no subscription's, nor the same as another one. */
const MAX_TITLE = 1_000;

/**
 * Yields the entries in the order they are written; those with an error have nothing `merged`.
 * An error in the defaults breaks every entry: without them each would say something else than was meant.
 */
export function* readDocument(
  document: Document,
  names: Names,
  report: (problem: Problem) => void,
): Generator<Entry, void> {
  const form = formOf(document.value);
  const findings = new Findings(document, form, report);
  const read = (value: unknown, path: Path, isEntry: boolean): unknown => {
    if (exceeds(value, MAX_VALUES)) {
      const message = `holds more than ${MAX_VALUES} values: ${isEntry ? 'no subscription needs as many' : 'subscriptions go below "subscriptions"'}`;
      findings.add(path, { severity: 'error', rule: 'too-large', message });
      return undefined;
    }
    // A text where fields belong may be a secret out of place: nothing in it is looked at, or shown.
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
      fieldName: (at: Path) => fieldName(form, at),
    };
    for (const { path: at, problem } of check(validate, document, options)) findings.addProblem(at, problem);
    const [fields, at] = isEntry ? [substituted, path] : [formOf(substituted).defaults, ['defaults']];
    if (isFields(fields)) for (const fault of fieldFaults(fields)) findings.add([...at, ...fault.path], fault);
    return substituted;
  };

  const frame = form.frame === undefined ? undefined : read(form.frame, [], false);
  // Only looked at where the schema found nothing wrong with it.
  const defaults: Defaults = (frame === undefined ? undefined : formOf(frame).defaults) ?? {};
  for (const [index, written] of form.values.entries()) {
    const value = read(written, form.pathOf(index), true);
    yield toEntry(document, form, index, value, merge(findings, form, index, defaults, value));
  }
}

/** Undefined where the entry has an error, alone or together with the defaults. */
function merge(
  findings: Findings,
  form: Form,
  index: number,
  defaults: Defaults,
  entry: unknown,
): SubscriptionEntry | undefined {
  if (findings.isBroken(index)) return undefined;
  const whole = mergeDefaults(defaults, entry as SubscriptionEntry);
  for (const fault of combinationFaults(whole)) {
    const isOwn = holds(entry, fault.path);
    findings.add(isOwn ? [...form.pathOf(index), ...fault.path] : ['defaults', ...fault.path], fault, index);
  }
  return findings.isBroken(index) ? undefined : whole;
}

function holds(value: unknown, path: Path): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
  return holds((value as Readonly<Record<string | number, unknown>>)[step], rest);
}

/** Parts that came by an alias count each time; no more is looked at than that. */
function exceeds(value: unknown, limit: number): boolean {
  let left = limit;
  const count = (part: unknown): boolean => {
    if (--left < 0) return true;
    if (typeof part !== 'object' || part === null) return false;
    return Array.isArray(part) ? part.some(count) : Object.values(part).some(count);
  };
  return count(value);
}

/** One problem a place, and which entries the errors break. */
class Findings {
  /** With a problem each: of the entry that is read now, since no other has the same, and of the document itself. */
  #own = { entry: -1, places: new Set<string>() };
  readonly #shared = new Set<string>();
  readonly #broken = new Set<number | 'all'>();
  readonly #document: Document;
  readonly #form: Form;
  readonly #report: (problem: Problem) => void;

  constructor(document: Document, form: Form, report: (problem: Problem) => void) {
    this.#document = document;
    this.#form = form;
    this.#report = report;
  }

  isBroken(entry: number): boolean {
    return this.#broken.has(entry) || this.#broken.has('all');
  }

  add(path: Path, { severity, rule, message }: Omit<Fault, 'path'>, breaks = this.#form.entryAt(path)): void {
    const place = { file: this.#document.file, ...this.#document.position(path), field: fieldName(this.#form, path) };
    this.addProblem(path, { severity, ...place, message, rule }, breaks);
  }

  addProblem(path: Path, problem: Problem, breaks = this.#form.entryAt(path)): void {
    if (problem.severity === 'error') this.#broken.add(breaks ?? 'all');
    const entry = this.#form.entryAt(path);
    if (entry !== undefined && entry !== this.#own.entry) this.#own = { entry, places: new Set() };
    const places = entry === undefined ? this.#shared : this.#own.places;
    // What cannot be substituted need not be reported as no URL as well.
    const place = JSON.stringify(path);
    if (places.has(place)) return;
    places.add(place);
    const title = entry === undefined ? undefined : textIn(this.#form.values[entry], 'title');
    this.#report({ ...problem, ...(title === undefined ? {} : { title }) });
  }
}

function toEntry(document: Document, form: Form, index: number, value: unknown, merged?: SubscriptionEntry): Entry {
  const path = form.pathOf(index);
  const title = textIn(value, 'title');
  const id = isFields(value) ? textIn(value['reconcile'], 'id')?.toLowerCase() : undefined;
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
  const text = isFields(value) ? value[field] : undefined;
  return typeof text === 'string' ? text : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
