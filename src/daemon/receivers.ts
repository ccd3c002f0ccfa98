/** What the receivers answered to their last test deliveries, for as long as their entries have the same subscription. */
import { quoted } from '../base/text.ts';
import type { SubscriptionStatus } from '../reconcile/report.ts';
import type { Tested } from '../reconcile/test-deliveries.ts';
import { RECEIVER_FIXES, RECEIVER_STATES, type ReceiverState } from '../upvest/wire.ts';

/** How `/status` shows a receiver. */
export interface ReceiverStatus {
  readonly receiver: ReceiverState;
  readonly receiverDetail: string;
  /** ISO 8601, UTC. */
  readonly receiverTestedAt: string;
}

const MOST_NAMED = 20;

/** Only in memory: after a restart nothing is known of a receiver until its next test delivery. */
export class Receivers {
  /** By id: as many as the last pass has shown, and what has been tested since. */
  readonly #tested = new Map<string, Tested>();

  record(tested: Tested): void {
    this.#tested.delete(tested.id);
    this.#tested.set(tested.id, tested);
  }

  /** The subscription is gone, or delivers elsewhere. */
  forget(id: string): void {
    this.#tested.delete(id);
  }

  /** Forgets all whose entry is gone, or has another subscription. */
  keep(subscriptions: readonly SubscriptionStatus[]): void {
    if (this.#tested.size === 0) return;
    const wanted = new Map(subscriptions.flatMap(({ id, title }) => (id === undefined ? [] : [[id, title]])));
    for (const { id, title } of this.#tested.values()) if (wanted.get(id) !== title) this.#tested.delete(id);
  }

  clear(): void {
    this.#tested.clear();
  }

  /** The subscriptions with what is known of their receivers. */
  shownWith(subscriptions: readonly SubscriptionStatus[]): readonly (SubscriptionStatus & Partial<ReceiverStatus>)[] {
    if (this.#tested.size === 0) return subscriptions;
    return subscriptions.map((subscription) => {
      const tested = subscription.id === undefined ? undefined : this.#tested.get(subscription.id);
      if (!tested) return subscription;
      const { state, detail, at } = tested;
      return { ...subscription, receiver: state, receiverDetail: detail, receiverTestedAt: new Date(at).toISOString() };
    });
  }

  /** One for each receiver that is known not to take deliveries, up to twenty, and a count of the others. */
  warnings(): readonly string[] {
    const notWell = [...this.#tested.values()].filter(({ state }) => state !== 'ok' && state !== 'unknown');
    const named = notWell.slice(0, MOST_NAMED).map(receiverWarning);
    const more = notWell.length - named.length;
    return more > 0
      ? [...named, `${more} more receivers do not take deliveries: see receiver in subscriptions`]
      : named;
  }

  counts(): Readonly<Record<ReceiverState, number>> {
    const counts = Object.fromEntries(RECEIVER_STATES.map((state) => [state, 0])) as Record<ReceiverState, number>;
    for (const { state } of this.#tested.values()) counts[state] += 1;
    return counts;
  }
}

function receiverWarning({ title, state, detail }: Tested): string {
  return `the receiver of ${quoted(title)} did not take a test delivery (${state}: ${detail}): ${RECEIVER_FIXES[state]}`;
}
