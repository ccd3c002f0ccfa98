/** What carrying out an action needs from outside, and the listing that actions share. */
import type { Clock } from '../base/clock.ts';
import type { Listing, Observed, Unusable, WebhookId } from '../subscription/subscription.ts';
import type { UpvestClient } from '../upvest/client.ts';
import type { Change, Failure } from './outcome.ts';
import { indexed, type IndexedItems } from './pending-creates.ts';
import type { RecentWrites } from './recent-writes.ts';
import type { Aside } from './workers.ts';

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
  /** Called for each change as soon as it has been answered. */
  readonly onChange: (change: Change) => void;
  /** Called where a test delivery could not be sent: it is logged, and does not fail the pass. */
  readonly onTestFailed: (title: string, failure: Failure) => void;
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
