/**
 * What a pass has withheld, no later one carries out, unless the checkout, the configuration or, by others, the tenant has
 * changed since.
 */
import type { Withheld } from '../../src/plan/plan.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { isDuplicate } from './too-many-deletes.ts';
import type { Orders } from './witness.ts';
import { isOurs, type Ownership } from './world.ts';

interface Ended {
  readonly orders: Orders;
  readonly policy: object;
  readonly withheld: readonly Withheld[];
  /** How many changes there had been as the pass began. */
  readonly before: number;
  /** All of the checkout was read. */
  readonly isWhole: boolean;
}

interface Held {
  readonly because: string;
  /** Checkout and configuration. */
  readonly of: string;
  /** What there was on the tenant. */
  readonly ids: ReadonlySet<string>;
  readonly since: number;
}

export class HeldPromises {
  readonly #sandbox: Sandbox;
  readonly #ownership: Ownership;
  #held: readonly Held[] = [];

  constructor(sandbox: Sandbox, ownership: Ownership) {
    this.#sandbox = sandbox;
    this.#ownership = ownership;
  }

  /** Of the pass that has just ended. Sentences; empty: what was withheld is there. */
  kept({ orders, policy, withheld, before, isWhole }: Ended): readonly string[] {
    const { history, credentials } = this.#sandbox;
    const of = JSON.stringify([orders.checkout, orders.tombstones, policy]);
    const isOthers = ({ by }: { readonly by: string }) => by !== credentials.clientId;
    this.#held = this.#held.filter((held) => held.of === of && !history.slice(held.since).some(isOthers));
    const known = history.flatMap(({ after }) => (after && isOurs(this.#ownership, after) ? [after] : []));
    const broken =
      orders.isTorn || orders.isBlind
        ? []
        : history.slice(before).flatMap(({ kind, id, title, before: gone }) => {
            const held = this.#held.find(({ ids }) => ids.has(id));
            if (kind !== 'delete' || !gone || !held || isDuplicate(gone, known, orders.checkout)) return [];
            return [`deleted ${title}, which an earlier pass had withheld (${held.because})`];
          });
    const guard = withheld.find(({ guard: name }) => name === 'max-deletes' || name === 'empty-checkout');
    // What others did a moment ago may not have been seen yet.
    const isUpToDate = !history.some(
      (change) => change.by !== 'seed' && isOthers(change) && change.at > orders.sinceMs,
    );
    if (guard && isWhole && !orders.isBlind && !orders.isTorn && orders.remembers && isUpToDate) {
      const ids = new Set(this.#sandbox.subscriptions().map(({ id }) => id));
      this.#held = [...this.#held, { because: guard.guard, of, ids, since: history.length }];
    }
    return broken;
  }
}
