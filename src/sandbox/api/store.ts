/** The subscriptions of all tenants, the history of their changes, and what lagging reads show of them. */
import { randomUUID } from 'node:crypto';
import type { Switches } from '../switches.ts';
import type { Subscription, SubscriptionChanges } from './subscription.ts';

/**
 * One change to the state. `by` is the client's id, `control`, `seed`, or `sandbox` for changes the sandbox makes by
 * itself.
 */
export interface Change {
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly at: number;
  readonly kind: 'create' | 'update' | 'delete';
  readonly id: string;
  /** The title after the change, or the last title of a deleted subscription. */
  readonly title: string;
  readonly before?: Subscription;
  readonly after?: Subscription;
  readonly by: string;
  readonly tenant: string;
}

/** Values of `by` that are not clients of the API. */
const NO_CLIENTS: ReadonlySet<string> = new Set(['control', 'seed', 'sandbox']);

/** How many changes are kept. The oldest are forgotten, so that a sandbox may run for weeks. */
const HISTORY_KEPT = 100_000;

export class Store {
  readonly history: Change[] = [];
  readonly #tenants = new Map<string, Map<string, Subscription>>();
  readonly #now: () => number;
  readonly #changed: () => void;
  readonly #newId: () => string;
  #lastMs = 0;
  #sequence = 0;

  /** `changed` is called after every change. */
  constructor(now: () => number, changed: () => void, newId: () => string = randomUUID) {
    this.#now = now;
    this.#changed = changed;
    this.#newId = newId;
  }

  /** Finds a subscription by its id in upper or lower case. */
  get(tenant: string, id: string): Subscription | undefined {
    return this.#of(tenant).get(id) ?? this.list(tenant).find((one) => sameId(one.id, id));
  }

  /** In the order they were created. */
  list(tenant: string): Subscription[] {
    return [...this.#of(tenant).values()];
  }

  /** The tenant as it was at `at` (epoch milliseconds). Seeded subscriptions count as if they had always existed. */
  listAt(tenant: string, at: number): Subscription[] {
    const then = new Map(this.#of(tenant));
    for (let i = this.history.length - 1; i >= 0; i--) {
      const change = this.history[i];
      if (!change || change.at <= at) break;
      if (change.tenant !== tenant || change.by === 'seed') continue;
      if (change.before) then.set(change.id, change.before);
      else then.delete(change.id);
    }
    return [...then.values()];
  }

  tenants(): string[] {
    return [...this.#tenants.keys()];
  }

  /** The times are now and the id is new unless given. */
  create(
    tenant: string,
    fields: Omit<Subscription, 'id' | 'created_at' | 'updated_at'> & Partial<Subscription>,
    by: string,
  ): Subscription {
    const created_at = fields.created_at ?? this.#timestamp();
    const { id = this.#newId(), updated_at = created_at, title, url, type, exclude_type, enabled, config } = fields;
    const after: Subscription = {
      id,
      created_at,
      updated_at,
      title,
      url,
      type,
      ...(exclude_type ? { exclude_type } : {}),
      enabled,
      config,
    };
    this.#of(tenant).set(after.id, after);
    this.#record({ kind: 'create', id: after.id, title, after, by, tenant });
    return after;
  }

  /** Gives undefined where there is no such subscription. */
  update(tenant: string, id: string, changes: SubscriptionChanges, by: string): Subscription | undefined {
    const before = this.get(tenant, id);
    if (!before) return undefined;
    const after = { ...before, updated_at: this.#timestamp(), ...changes };
    this.#of(tenant).set(before.id, after);
    this.#record({ kind: 'update', id: before.id, title: after.title, before, after, by, tenant });
    return after;
  }

  /** Gives what was deleted, or undefined where there is no such subscription. */
  delete(tenant: string, id: string, by: string): Subscription | undefined {
    const before = this.get(tenant, id);
    if (!before) return undefined;
    this.#of(tenant).delete(before.id);
    this.#record({ kind: 'delete', id: before.id, title: before.title, before, by, tenant });
    return before;
  }

  /** Deletes what clients created until `at` (epoch milliseconds), as a change of the sandbox itself. */
  vanish(at: number): void {
    for (const { kind, tenant, id, by, at: createdAt } of this.history) {
      if (createdAt > at) return;
      if (kind === 'create' && !NO_CLIENTS.has(by)) this.delete(tenant, id, 'sandbox');
    }
  }

  /** Puts back what a state file kept. This is not a change, so the history does not get an entry. */
  restore(tenant: string, subscription: Subscription): void {
    this.#of(tenant).set(subscription.id, subscription);
  }

  #of(tenant: string): Map<string, Subscription> {
    let found = this.#tenants.get(tenant);
    if (!found) this.#tenants.set(tenant, (found = new Map()));
    return found;
  }

  #record(change: Omit<Change, 'at'>): void {
    this.history.push({ at: this.#now(), ...change });
    if (this.history.length > HISTORY_KEPT * 1.1) this.history.splice(0, this.history.length - HISTORY_KEPT);
    this.#changed();
  }

  /** A time in microseconds. The last three digits are a counter, which orders changes within one millisecond. */
  #timestamp(): string {
    const ms = this.#now();
    this.#sequence = ms === this.#lastMs ? Math.min(this.#sequence + 1, 999) : 0;
    this.#lastMs = ms;
    return new Date(ms).toISOString().replace('Z', `${String(this.#sequence).padStart(3, '0')}Z`);
  }
}

export function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** What reads show of a tenant: its state some time ago, or that of the replica whose turn it is. */
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

  /** Called when a request that reads begins: it goes to the other replica. */
  next(): void {
    this.#isSecondsTurn = !this.#isSecondsTurn;
  }

  /** The tenant as a listing shows it. */
  list(tenant: string): Subscription[] {
    const { listingLagSeconds, readLagSeconds } = this.#switches();
    return this.#at(tenant, this.#lag(Math.max(listingLagSeconds, readLagSeconds)));
  }

  /** The subscription as GET by id shows it. */
  get(tenant: string, id: string): Subscription | undefined {
    const lagSeconds = this.#lag(this.#switches().readLagSeconds);
    if (lagSeconds === 0) return this.#store.get(tenant, id);
    return this.#at(tenant, lagSeconds).find((one) => sameId(one.id, id));
  }

  /**
   * The subscription that PATCH, DELETE and test act on, in its current state. By the switch `unseenIds` a subscription
   * that GET by id does not show yet is not found.
   */
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
