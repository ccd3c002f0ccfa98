/** Whether what a pass wants stands, by what has become of its actions: nothing is taken away before it does. */
import type { Action, NotStanding } from '../plan/plan.ts';
import { isSpelling } from '../subscription/fields.ts';
import type { Failure, Outcome } from './outcome.ts';

/** What decides, beside what is carried out, whether anything may be taken away. */
export interface Standing {
  /** Entries that this plan does not bring to stand: in conflict, unclear, in back-off. */
  readonly notStanding: readonly NotStanding[];
  /**
   * Entries that failed as in an outage in the two passes before as well, those that did so least often first; true where
   * another write was answered since, or nothing else failed. What one entry cannot get through for ever holds no
   * tombstone for ever.
   */
  readonly enduring: ReadonlyMap<string, boolean>;
}

/** Why pruned and surplus subscriptions have to wait; empty: they may go. */
export function reasonsNotToPrune(
  outcomes: Iterable<Outcome>,
  standing: Standing,
  hasSucceeded: boolean,
): readonly NotStanding[] {
  return [...standing.notStanding, ...reasons(outcomes, (outcome) => undone(outcome) ?? failed(outcome, hasSucceeded))];
}

/** Why tombstones have to wait: the API fails, or the plan was dropped; empty: they may go. */
export function reasonsNotToBury(outcomes: Iterable<Outcome>, standing: Standing, hasSucceeded: boolean) {
  return reasons(outcomes, (outcome) =>
    // Skipped with the others that fail each time: where the plan was dropped, tombstones are skipped as well.
    (outcome.kind === 'failed' || outcome.kind === 'skipped') && endures(outcome.action, standing, hasSucceeded)
      ? undefined
      : failed(outcome, hasSucceeded),
  );
}

/** Whether a failure as in an outage is the entry's own: it has failed so for long, and others have not. */
export function endures(action: Action, { enduring }: Standing, hasSucceeded: boolean): boolean {
  const hadSuccess = 'desired' in action ? enduring.get(action.desired.title) : undefined;
  return hadSuccess !== undefined && (hadSuccess || hasSucceeded);
}

/** What failed as in an outage in the passes before comes last, and of that first what did so least often. */
export function turns(actions: readonly Action[], { enduring }: Standing): readonly (readonly Action[])[] {
  const rank = new Map([...enduring.keys()].map((title, index) => [title, index]));
  const rankOf = (action: Action) => ('desired' in action ? (rank.get(action.desired.title) ?? -1) : -1);
  const last = actions.filter((action) => rankOf(action) >= 0).toSorted((a, b) => rankOf(a) - rankOf(b));
  return [actions.filter((action) => rankOf(action) < 0), last];
}

function reasons(outcomes: Iterable<Outcome>, why: (outcome: Outcome) => string | undefined): readonly NotStanding[] {
  return [...outcomes].flatMap((outcome) => {
    const reason = why(outcome);
    return reason === undefined ? [] : [{ title: titleOf(outcome.action), why: reason }];
  });
}

/** Of an entry: it is not as it is wanted, whoever is to blame. */
function undone(outcome: Outcome): string | undefined {
  if (!('desired' in outcome.action)) return undefined;
  switch (outcome.kind) {
    case 'done':
    case 'withheld':
    case 'stale':
    case 'skipped':
      return undefined;
    case 'not-converging':
      return isSpelling(outcome.fields)
        ? undefined
        : `shown otherwise than it was sent in ${outcome.fields.join(', ')}`;
    case 'failed':
    case 'conflict':
      return outcome.failure.message;
    case 'pending':
      return outcome.why;
  }
}

/** Of any action: the API, or the pass, got in its way. */
function failed(outcome: Outcome, hasSucceeded: boolean): string | undefined {
  if (outcome.kind === 'skipped') return outcome.why;
  if (outcome.kind === 'stale') return 'it has changed since the plan was made';
  if (outcome.kind !== 'failed') return undefined;
  const { failure } = outcome;
  // Without a success 403 is our lack of a scope; with one it is about what this change holds.
  const isOutage = failure.isOutage ?? (failure.status === 403 && !hasSucceeded);
  return isOutage ? failure.message : undefined;
}

function titleOf(action: Action): string {
  return 'desired' in action ? action.desired.title : action.observed.title;
}

/** So many in a row. */
export const OUTAGE = 3;

export class Outages {
  #inARow = 0;
  #spared: string | undefined;

  /** Why nothing more is begun of what fails by itself in each pass; undefined: it is. */
  get spared(): string | undefined {
    return this.#spared;
  }

  none(): void {
    this.#inARow = 0;
  }

  /** `isItsOwn`: it fails by itself in each pass. Returns why nothing at all is begun any more; undefined: it is. */
  count({ status, isOutage, message }: Failure, isItsOwn: boolean): string | undefined {
    if (!isOutage && status !== 403) {
      this.#inARow = 0;
      return undefined;
    }
    this.#inARow += 1;
    if (this.#inARow < OUTAGE) return undefined;
    const why = `${OUTAGE} failures in a row: ${message}`;
    if (!isItsOwn) return why;
    this.#spared ??= why;
    return undefined;
  }
}
