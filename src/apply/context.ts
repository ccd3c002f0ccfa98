/** What carrying out an action needs from outside, the listing that actions share, and how many run at once. */
import type { Clock } from '../base/clock.ts';
import type { Action } from '../plan/plan.ts';
import type { DriftOrigin } from '../subscription/diff.ts';
import type { Listing, Observed, Unusable, WebhookId } from '../subscription/subscription.ts';
import type { UpvestClient } from '../upvest/client.ts';
import type { Change, TestDue } from './outcome.ts';
import { indexed, type IndexedItems } from './pending-creates.ts';
import type { RecentWrites } from './recent-writes.ts';

export interface ApplyContext {
  readonly client: UpvestClient;
  readonly clock: Clock;
  readonly recentWrites: RecentWrites;
  readonly sharedListing: SharedListing;
  /** How many actions run at once. */
  readonly concurrency: number;
  /** The ids in the listing that the plan was made from. A look after a lost create does not take them for new ones. */
  readonly known: ReadonlySet<WebhookId>;
  /** The normalised titles of all entries: a subscription with the title of another entry was not made for this one. */
  readonly titles: ReadonlySet<string>;
  /** The subscription that had this url when the plan was made. */
  readonly holderOf: (url: string) => Observed | undefined;
  /** How long the API may not know what was written lately, before the action is left to the next pass. */
  readonly patienceMs: number;
  /** Asked before each action. A reason means that the rest of the plan is dropped. */
  readonly dropped: () => Promise<string | undefined>;
  /** Where the difference comes from that an action puts right; undefined: not known. */
  readonly originOf: (action: Action) => DriftOrigin | undefined;
  /** Called for each change as soon as it has been answered. */
  readonly onChange: (change: Change) => void;
  /** Called where a test delivery is due. It is sent beside the pass, which a slow receiver must not hold up. */
  readonly onTestDue: (test: TestDue) => void;
  /** An abort ends waits and starts nothing new; a request on the wire is finished. */
  readonly signal: AbortSignal;
}

/** The context of one action. While the action waits in `aside`, another takes its place. */
export interface ActionContext extends ApplyContext {
  readonly aside: Aside;
}

interface IndexedListing {
  readonly items: IndexedItems;
  readonly unusable: readonly Unusable[];
}

/** Listings made while a plan is carried out, shared by all creates that have to look at the same time. */
export class SharedListing {
  readonly #list: () => Promise<Listing>;
  readonly #clock: Clock;
  #last: { readonly startedAt: number; readonly look: Promise<IndexedListing> } | undefined;

  constructor(list: () => Promise<Listing>, clock: Clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /** A listing that was begun at `time` (Clock.uptime()) or later. */
  async listedSince(time: number): Promise<IndexedListing> {
    if (!this.#last || this.#last.startedAt < time) {
      this.#last = { startedAt: this.#clock.uptime(), look: this.#look() };
    }
    return this.#last.look;
  }

  async #look(): Promise<IndexedListing> {
    const { items, unusable } = await this.#list();
    return { items: indexed(items), unusable };
  }
}

/** Calls `wait`, and lets other work run meanwhile. Rejects where `wait` does. */
type Aside = (wait: () => Promise<void>) => Promise<void>;

export class Workers {
  #free: number;
  readonly #queue: (() => void)[] = [];
  /** Work that has begun and not ended. */
  readonly #underWay = new Set<Promise<void>>();
  #fault: { readonly error: unknown } | undefined;
  readonly #onFault: () => void;

  /** `onFault` is called when work throws. */
  constructor(count: number, onFault: () => void) {
    this.#free = count;
    this.#onFault = onFault;
  }

  /** Begins `work` for each item, in the order of the list. Returns when all have ended or wait aside. */
  async begin<T>(items: readonly T[], work: (item: T, aside: Aside) => Promise<void>): Promise<void> {
    const begun: Promise<void>[] = [];
    for (const item of items) {
      await this.#takePlace();
      begun.push(this.#beginOne((aside) => work(item, aside)));
    }
    await Promise.all(begun);
  }

  /** Resolves when all work has ended. Only then a fault is thrown on, so that nothing acts after it. */
  async atRest(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    if (this.#fault) throw this.#fault.error;
  }

  /** Resolves when the work has ended, or waits aside for the first time. */
  async #beginOne(work: (aside: Aside) => Promise<void>): Promise<void> {
    const isAside = Promise.withResolvers<void>();
    const aside: Aside = async (wait) => {
      isAside.resolve();
      this.#givePlace();
      try {
        await wait();
      } finally {
        await this.#takePlace();
      }
    };
    const ended = work(aside)
      .catch((error: unknown) => {
        this.#fault ??= { error };
        this.#onFault();
      })
      .finally(() => {
        this.#givePlace();
        this.#underWay.delete(ended);
      });
    this.#underWay.add(ended);
    await Promise.race([ended, isAside.promise]);
  }

  /** Places are given in the order in which they are asked for. */
  async #takePlace(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    await promise;
  }

  #givePlace(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free += 1;
  }
}
