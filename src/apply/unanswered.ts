/** Changes whose answer was lost: nobody is told that they were made before the tenant shows it. */
import { fieldOf } from '../plan/diff.ts';
import { isSameValue } from '../plan/same-value.ts';
import { FIELDS, type Observed, type WebhookId } from '../subscription.ts';
import type { Change } from './outcome.ts';

const LOST = 'its answer was lost';

/** What was sent, and what it leaves where it was carried out. */
export interface Sent {
  readonly change: Change;
  readonly left: Observed | 'deleted';
}

export class Unanswered {
  readonly #sent = new Map<WebhookId, Sent>();

  add(sent: Sent): void {
    this.#sent.set(sent.change.id, sent);
  }

  /** Those that were carried out, by a listing that does not lag. Each is told once, and what was not is forgotten. */
  carriedOut(listing: readonly Observed[]): readonly Change[] {
    if (this.#sent.size === 0) return [];
    const byId = new Map(listing.map((observed) => [observed.id, observed]));
    const shown = [...this.#sent.values()].filter(({ change, left }) => isLeft(byId.get(change.id), left));
    this.#sent.clear();
    return shown.map(({ change }) => answerLost(change));
  }
}

export function answerLost(change: Change): Change {
  return { ...change, because: change.because === undefined ? LOST : `${change.because}, ${LOST}` };
}

function isLeft(found: Observed | undefined, left: Sent['left']): boolean {
  if (left === 'deleted' || !found) return left === 'deleted' && !found;
  return FIELDS.every((field) => isSameValue(field, fieldOf(found, field), fieldOf(left, field)));
}
