/** Changes whose answer was lost: nobody is told that they were made before the tenant shows it. */
import { normaliseTitle } from '../normalise-title.ts';
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
  readonly #sent = new Map<WebhookId, Sent & { readonly at: number }>();

  /** `at`: Clock.uptime(). */
  add(sent: Sent, at: number): void {
    this.#sent.set(sent.change.id, { ...sent, at });
  }

  /** A delete of it that was sent: that it is not found any more is our doing, most likely. */
  deleteOf(id: WebhookId): Change | undefined {
    const sent = this.#sent.get(id);
    return sent?.left === 'deleted' ? answerLost(sent.change) : undefined;
  }

  /** By the title of their entry, those that an update was sent to: until its outcome is known they are that entry's. */
  updated(): readonly (readonly [title: string, id: WebhookId])[] {
    return [...this.#sent.values()].flatMap(({ change: { title, id }, left }) =>
      left === 'deleted' ? [] : [[normaliseTitle(title), id] as const],
    );
  }

  /** Another change of the same subscription was answered: that one is reported. */
  settle(id: WebhookId): void {
    this.#sent.delete(id);
  }

  /**
   * Those that the tenant shows to have been carried out. Each is told once; what was sent before `since` and is not shown
   * was not carried out, and is forgotten.
   */
  carriedOut(items: readonly Observed[], since: number): readonly Change[] {
    if (this.#sent.size === 0) return [];
    const byId = new Map(items.map((observed) => [observed.id, observed]));
    const shown = [...this.#sent.values()].filter(({ change, left }) => isLeft(byId.get(change.id), left));
    for (const { change } of shown) this.#sent.delete(change.id);
    for (const [id, { at }] of this.#sent) if (at < since) this.#sent.delete(id);
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
