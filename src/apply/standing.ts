/** Whether the entries stand, judged by the outcomes of the pass: nothing is pruned before they do. */
import type { Action, NotStanding } from '../plan/plan.ts';
import { isSpelling } from '../subscription/fields.ts';
import type { Failure, Outcome } from './outcome.ts';

/** What decides, beside the outcomes, whether anything may be removed. */
export interface RemovalGate {
  /** Entries that this plan does not make stand: in conflict, unclear, in back-off. */
  readonly notStanding: readonly NotStanding[];
  /**
   * By title, entries that failed as in an outage in the two passes before as well; the one with the fewest such
   * failures comes first. The value is true where another write was answered since, or nothing else failed. Such a
   * failure is the entry's own, so it does not hold tombstones back for ever.
   */
  readonly enduring: ReadonlyMap<string, boolean>;
}

/** Why pruned and surplus subscriptions have to wait. Empty: they may be removed. */
export function prunesWaitFor(
  outcomes: Iterable<Outcome>,
  gate: RemovalGate,
  hasSucceeded: boolean,
): readonly NotStanding[] {
  return [...gate.notStanding, ...reasons(outcomes, (outcome) => undone(outcome) ?? failed(outcome, hasSucceeded))];
}

/** Why tombstones have to wait: the API fails, or the plan was dropped. Empty: they may be carried out. */
export function tombstonesWaitFor(outcomes: Iterable<Outcome>, gate: RemovalGate, hasSucceeded: boolean) {
  return reasons(outcomes, (outcome) =>
    // Such an entry may also be skipped with others that fail in each pass. Where it is skipped because the plan was
    // dropped, tombstones are skipped as well.
    (outcome.kind === 'failed' || outcome.kind === 'skipped') && endures(outcome.action, gate, hasSucceeded)
      ? undefined
      : failed(outcome, hasSucceeded),
  );
}

/** Whether a failure as in an outage is the entry's own: it fails in each pass while others do not. */
export function endures(action: Action, { enduring }: RemovalGate, hasSucceeded: boolean): boolean {
  const hadSuccess = 'desired' in action ? enduring.get(action.desired.title) : undefined;
  return hadSuccess !== undefined && (hadSuccess || hasSucceeded);
}

/**
 * The actions in two turns: those of `enduring` come last, in their order there, so that they cannot stop the others.
 */
export function turns(actions: readonly Action[], { enduring }: RemovalGate): readonly (readonly Action[])[] {
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

/** Why the entry of an action does not stand, whatever the cause. */
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

/** Why an action was prevented by the API or by the pass. */
function failed(outcome: Outcome, hasSucceeded: boolean): string | undefined {
  if (outcome.kind === 'skipped') return outcome.why;
  if (outcome.kind === 'stale') return 'it has changed since the plan was made';
  if (outcome.kind !== 'failed') return undefined;
  const { failure } = outcome;
  // Without a success a 403 means that a scope is lacking; with one it is about the content of this change.
  const isOutage = failure.isOutage ?? (failure.status === 403 && !hasSucceeded);
  return isOutage ? failure.message : undefined;
}

function titleOf(action: Action): string {
  return 'desired' in action ? action.desired.title : action.observed.title;
}

/** How many failures in a row count as an outage. */
export const OUTAGE = 3;

/** Counts failures in a row, so that a pass ends early instead of adding load to an outage. */
export class Outages {
  #inARow = 0;
  #spared: string | undefined;

  /** Why actions that fail by themselves in each pass are no longer begun; undefined: they are. */
  get spared(): string | undefined {
    return this.#spared;
  }

  none(): void {
    this.#inARow = 0;
  }

  /**
   * `isItsOwn`: the action fails by itself in each pass. Returns why no action is begun any more; undefined: they are.
   */
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
