/** A difference between checkout and tenant that no pass before has seen: where it comes from, and what it is. */
import type { Standing } from '../plan/plan.ts';
import { type DriftOrigin, differs, differsFromNothing, type FieldChange } from '../subscription/diff.ts';
import type { WebhookId } from '../subscription/subscription.ts';
import type { Entry } from './entry-state.ts';
import type { Between } from './report.ts';

export interface Drift {
  readonly origin: DriftOrigin;
  readonly title: string;
  /** The subscription that differs, or that is gone. */
  readonly id?: WebhookId;
  /** From what is wanted to what is observed: what another client has made of it, where that is its origin. */
  readonly changes: readonly FieldChange[];
  readonly between: Between;
}

export function driftOf(
  { desired, observed, changes }: Standing,
  origin: DriftOrigin,
  last: WebhookId | undefined,
  between: Between,
): Drift {
  const id = observed?.id ?? last;
  const differing = observed ? changes : differsFromNothing(desired);
  return {
    origin,
    title: desired.title,
    ...(id !== undefined && { id }),
    changes: differing.map(({ field, from, to }) => ({ field, from: to, to: from })),
    between,
  };
}

/**
 * Only those fields differ that the API answered otherwise than we sent them, so no other client has changed anything.
 */
export function isLeftOver({ backOff }: Entry, { state, changes }: Standing): boolean {
  return (
    state === 'differs' &&
    backOff?.state === 'NotConverging' &&
    changes.every(({ field }) => backOff.fields.includes(field))
  );
}

export function originOf(entry: Entry, standing: Standing, changedAt: number): DriftOrigin {
  if (entry.settled !== undefined) return entry.settled === entry.wanted ? 'remote' : 'git';
  const { observed } = standing;
  return observed && Date.parse(observed.updated_at) > changedAt ? 'remote' : 'git';
}

/**
 * A subscription that was as its entry wants it, and that another client has changed so that it may not be changed back
 * (another url, which is not owned), is in conflict: it has drifted all the same.
 */
export function takenAway(standing: Standing, { last, settled, wanted }: Entry): Standing {
  const { desired, observed, state } = standing;
  if (state !== 'conflict' || !observed || observed.id !== last || settled !== wanted) return standing;
  const changes = differs(desired, observed);
  return changes.length > 0 ? { ...standing, state: 'differs', changes } : standing;
}
