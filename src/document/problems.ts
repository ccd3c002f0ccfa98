/** An error or a warning about a document: where it is, what is wrong and how to fix it. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Relative to the checkout's root, or as given on the command line. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** The field, dotted (`config.delay`; `subscriptions[2].url` is written `url`); empty for the document as a whole. */
  readonly field: string;
  /** The value, the rule it breaks, and what to write instead. Bounded in length, without control characters. */
  readonly message: string;
  /** Stable name of the rule, e.g. `unknown-field`, `duplicate-title`: SARIF's rule id. */
  readonly rule: string;
  /** The title of the subscription concerned, where it is known. */
  readonly title?: string;
}

/** A person does not read more problems than this. */
const MAX_KEPT = 1_000;
const MAX_FIELD = 200;
/** A longer title cannot belong to a subscription. */
const MAX_TITLE = 1_000;

export class Problems {
  readonly #kept: Problem[] = [];
  #next: Problem | undefined;
  #errors = 0;
  #warnings = 0;

  /** All errors count, also those that are not kept. */
  get errors(): number {
    return this.#errors;
  }

  get warnings(): number {
    return this.#warnings;
  }

  add(problem: Problem): void {
    if (problem.severity === 'error') this.#errors++;
    else this.#warnings++;
    if (this.#kept.length < MAX_KEPT) this.#kept.push(small(problem));
    else this.#next ??= small(problem);
  }

  /** Adds all problems of `others`, each passed through `change`. */
  addAll(others: Problems, change: (problem: Problem) => Problem = (problem) => problem): void {
    const left = { errors: others.errors, warnings: others.warnings };
    for (const problem of others.#next === undefined ? others.#kept : [...others.#kept, others.#next]) {
      this.add(change(problem));
      left[problem.severity === 'error' ? 'errors' : 'warnings']--;
    }
    this.#errors += left.errors;
    this.#warnings += left.warnings;
  }

  /** The problems that are kept, and one more that says how many others there are. */
  byPlace(): readonly Problem[] {
    const kept = this.#kept.toSorted(byPlace);
    if (this.#next === undefined) return kept;
    const others = this.#errors + this.#warnings - kept.length;
    const severity = this.#errors > count(kept, 'error') ? 'error' : 'warning';
    const { title: _, ...at } = this.#next;
    const message = `${others} more problems from here on: fix the ones above first`;
    return [...kept, { ...at, severity, field: '', rule: 'too-many', message }];
  }
}

function count(problems: readonly Problem[], severity: Problem['severity']): number {
  return problems.filter((problem) => problem.severity === severity).length;
}

/** Bounds the problem and copies its strings, since a slice of a string keeps the whole string in memory. */
function small({ title, ...problem }: Problem): Problem {
  const field = problem.field.length > MAX_FIELD ? `${problem.field.slice(0, MAX_FIELD)}…` : problem.field;
  const named = title === undefined || title.length > MAX_TITLE ? {} : { title };
  return JSON.parse(JSON.stringify({ ...problem, field, ...named })) as Problem;
}

/** Sorts by file name, then position. Names compare by code unit, so that the order does not depend on the locale. */
export function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
