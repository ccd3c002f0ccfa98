/** What carrying out an action needs from outside. */
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
  /** How many actions are under way at once. */
  readonly concurrency: number;
  /** The ids in the listing the plan was made from: what a look after a lost create need not take for new. */
  readonly known: ReadonlySet<WebhookId>;
  /** Of all entries, normalised: what has another one's title was not made for this one. */
  readonly titles: ReadonlySet<string>;
  /** Which subscription had this url when the plan was made. */
  readonly holderOf: (url: string) => Observed | undefined;
  /** How long what was created or changed lately may be unknown to the API before that is left to the next pass. */
  readonly patienceMs: number;
  /** Asked before each action; a reason means: drop what is left of the plan. */
  readonly dropped: () => Promise<string | undefined>;
  /** Called for each change as soon as it has been answered. */
  readonly onChange: (change: Change) => void;
  /** A test delivery that could not be sent is worth a line in the log, not a failed pass. */
  readonly onTestFailed: (title: string, failure: Failure) => void;
  /** Stops waiting and starting; a request on the wire is finished. */
  readonly signal: AbortSignal;
}

/** Of one action: while it waits, another takes its place. */
export interface ActionContext extends ApplyContext {
  readonly aside: Aside;
}

/** Listings made while a plan is carried out, shared by all creates that have to look at the same time. */
interface IndexedListing {
  readonly items: IndexedItems;
  readonly unusable: readonly Unusable[];
}

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
