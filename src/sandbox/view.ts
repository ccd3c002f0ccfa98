/** What reads find on a tenant: as it was some time ago, and by the replica whose turn it is. */
import { sameId, type Store } from './store.ts';
import type { Subscription } from './subscription.ts';
import type { Switches } from './switches.ts';

export class View {
  readonly #store: Store;
  readonly #switches: () => Switches;
  readonly #now: () => number;
  #isSecondsTurn = true;

  constructor(store: Store, switches: () => Switches, now: () => number) {
    this.#store = store;
    this.#switches = switches;
    this.#now = now;
  }

  /** A request that reads begins: the other replica's turn. */
  next(): void {
    this.#isSecondsTurn = !this.#isSecondsTurn;
  }

  /** As a listing shows it. */
  list(tenant: string): Subscription[] {
    const { listingLagSeconds, readLagSeconds } = this.#switches();
    return this.#at(tenant, this.#lag(Math.max(listingLagSeconds, readLagSeconds)));
  }

  /** As GET by id shows it. */
  get(tenant: string, id: string): Subscription | undefined {
    const lagSeconds = this.#lag(this.#switches().readLagSeconds);
    if (lagSeconds === 0) return this.#store.get(tenant, id);
    return this.#at(tenant, lagSeconds).find((one) => sameId(one.id, id));
  }

  /** What PATCH, DELETE and test act on: as it is now, but nothing that reads do not show where they look there first. */
  target(tenant: string, id: string): Subscription | undefined {
    const isSeen = this.#switches().unseenIds === 'take' || this.get(tenant, id) !== undefined;
    return isSeen ? this.#store.get(tenant, id) : undefined;
  }

  #lag(ownSeconds: number): number {
    return Math.max(ownSeconds, this.#isSecondsTurn ? this.#switches().replicaLagSeconds : 0);
  }

  #at(tenant: string, lagSeconds: number): Subscription[] {
    return lagSeconds > 0 ? this.#store.listAt(tenant, this.#now() - lagSeconds * 1000) : this.#store.list(tenant);
  }
}
