/** A mistake in a document somebody wrote: where it stands, what is wrong and how to mend it. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** As people know it: relative to the checkout's root, or as given on the command line. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** The field, dotted (`config.delay`, `subscriptions[2].url` is written `url`); empty for the document as a whole. */
  readonly field: string;
  /** The offending value and the rule in words, and what to write instead. Bounded in length, no control characters. */
  readonly message: string;
  /** Stable name of the rule, e.g. `unknown-field`, `duplicate-title`: SARIF's rule id. */
  readonly rule: string;
  /** The title of the subscription concerned, where it is known. */
  readonly title?: string;
}

/** More is nobody's reading. */
const MAX_KEPT = 1_000;
const MAX_FIELD = 200;
/** A title that is longer is no subscription's. */
const MAX_TITLE = 1_000;

export class Problems {
  readonly #kept: Problem[] = [];
  #next: Problem | undefined;
  #errors = 0;
  #warnings = 0;

  /** Exact, however few are kept. */
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

  /** Takes over what another one has, each problem as `change` gives it. */
  addAll(others: Problems, change: (problem: Problem) => Problem = (problem) => problem): void {
    const left = { errors: others.errors, warnings: others.warnings };
    for (const problem of others.#next === undefined ? others.#kept : [...others.#kept, others.#next]) {
      this.add(change(problem));
      left[problem.severity === 'error' ? 'errors' : 'warnings']--;
    }
    this.#errors += left.errors;
    this.#warnings += left.warnings;
  }

  /** The first thousand, and how many more there are, as one problem more. */
  byPlace(): readonly Problem[] {
    const kept = this.#kept.toSorted(byPlace);
    if (this.#next === undefined) return kept;
    const others = this.#errors + this.#warnings - kept.length;
    const severity = this.#errors > count(kept, 'error') ? 'error' : 'warning';
    const { title: _, ...at } = this.#next;
    const message = `${others} more mistakes from here on: mend the ones above first`;
    return [...kept, { ...at, severity, field: '', rule: 'too-many', message }];
  }
}

function count(problems: readonly Problem[], severity: Problem['severity']): number {
  return problems.filter((problem) => problem.severity === severity).length;
}

/** Bounded, and in strings of its own: a piece of a text keeps all of that text in memory. */
function small({ title, ...problem }: Problem): Problem {
  const field = problem.field.length > MAX_FIELD ? `${problem.field.slice(0, MAX_FIELD)}…` : problem.field;
  const named = title === undefined || title.length > MAX_TITLE ? {} : { title };
  return JSON.parse(JSON.stringify({ ...problem, field, ...named })) as Problem;
}

/** By file name, then position; names by code unit, so that the order is the same everywhere. */
export function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
