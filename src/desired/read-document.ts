/** One YAML document → its entries, and every problem they have by themselves. */
import { check } from '../document/check.ts';
import type { Document, Path } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';
import { combinationFaults } from './combination-faults.ts';
import type { Entry } from './entry.ts';
import type { Fault } from './fault.ts';
import { fieldFaults } from './field-faults.ts';
import { fieldName, type Form, formOf } from './form.ts';
import { mergeDefaults } from './merge-defaults.ts';
import { validate } from './subscriptions-validator.generated.js';
import type { Defaults, SubscriptionEntry } from './subscriptions.generated.ts';
import { type Names, substituteAll } from './substitute.ts';

export interface ReadDocument {
  /** In the order they are written; those with an error have nothing `merged`. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
}

/** An error in the defaults breaks every entry: without them each would say something else than was meant. */
export function readDocument(document: Document, names: Names): ReadDocument {
  const unsubstituted: Fault[] = [];
  const value = substituteAll(document.value, names, (path, fault) => {
    unsubstituted.push({ path, severity: 'error', ...fault });
  });
  const form = formOf(value);
  const findings = new Findings(document, form);

  for (const fault of unsubstituted) findings.add(fault.path, fault);
  for (const { path, problem } of check(validate, document, { value, fieldName: (path) => fieldName(form, path) })) {
    findings.addProblem(path, problem);
  }
  if (isFields(form.defaults)) {
    for (const fault of fieldFaults(form.defaults)) findings.add(['defaults', ...fault.path], fault);
  }
  for (const [index, entry] of form.values.entries()) {
    if (!isFields(entry)) continue;
    for (const fault of fieldFaults(entry)) findings.add([...form.pathOf(index), ...fault.path], fault);
  }
  // Only looked at where the schema found nothing wrong with it.
  const defaults: Defaults = form.defaults ?? {};
  const merged = form.values.map((entry, index) => {
    if (findings.isBroken(index)) return undefined;
    const whole = mergeDefaults(defaults, entry as SubscriptionEntry);
    for (const fault of combinationFaults(whole)) {
      const isOwn = fault.path.every((step) => Object.hasOwn(entry as object, step));
      findings.add(isOwn ? [...form.pathOf(index), ...fault.path] : ['defaults', ...fault.path], fault, index);
    }
    return findings.isBroken(index) ? undefined : whole;
  });
  return {
    problems: findings.problems,
    entries: form.values.map((value, index) => toEntry(document, form, index, value, merged[index])),
  };
}

/** One problem a place, and which entries the errors break. */
class Findings {
  readonly problems: Problem[] = [];
  readonly #places = new Set<string>();
  readonly #broken = new Set<number | 'all'>();
  readonly #document: Document;
  readonly #form: Form;

  constructor(document: Document, form: Form) {
    this.#document = document;
    this.#form = form;
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
    // What cannot be substituted need not be reported as no URL as well.
    const place = JSON.stringify(path);
    if (this.#places.has(place)) return;
    this.#places.add(place);
    const entry = this.#form.entryAt(path);
    const title = entry === undefined ? undefined : textIn(this.#form.values[entry], 'title');
    this.problems.push({ ...problem, ...(title === undefined ? {} : { title }) });
  }
}

function toEntry(document: Document, form: Form, index: number, value: unknown, merged?: SubscriptionEntry): Entry {
  const path = form.pathOf(index);
  const title = textIn(value, 'title');
  const id = isFields(value) ? textIn(value['reconcile'], 'id')?.toLowerCase() : undefined;
  return {
    source: { file: document.file, ...document.position(path) },
    ...(title === undefined ? {} : { title }),
    ...(id === undefined ? {} : { id }),
    merged,
    problem: (own, rule, message, severity = 'error') => ({
      severity,
      file: document.file,
      ...document.position([...path, ...own]),
      field: fieldName(form, [...path, ...own]),
      message,
      rule,
      ...(title === undefined ? {} : { title }),
    }),
  };
}

function textIn(value: unknown, field: string): string | undefined {
  const text = isFields(value) ? value[field] : undefined;
  return typeof text === 'string' ? text : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
