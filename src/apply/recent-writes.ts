/**
 * What this process did to the tenant lately, and what it last saw there. Every read may lag behind writes by seconds,
 * and two replicas may answer in turn (docs/upvest-api.md, 4.4), so for a minute an answer with an id is proof: what
 * was created or changed is there as answered, what was deleted is gone, and only a newer `updated_at` is a change by
 * another client. After the minute, reads are believed.
 */
import type { Remembered } from '../plan/matching.ts';
import { changesOfCreate } from '../subscription/diff.ts';
import type { Desired, Listing, Observed, WebhookId } from '../subscription/subscription.ts';
import { IncompleteListingError } from '../upvest/errors.ts';
import type { Change } from './outcome.ts';
import {
  answerLost,
  PendingCreates,
  indexed,
  type IndexedItems,
  type PendingCreate,
  type Sent,
  titlesOf,
  UnansweredWrites,
} from './pending-creates.ts';

/**
 * How long reads may lag behind writes (docs/upvest-api.md): for so long an answer of the API counts for more than what is
 * read. The minute of docs/pass-rules.md.
 */
export const READS_MAY_LAG_MS = 60_000;
/** How many subscriptions are read by id where a listing suddenly lacks more. These stand for the others. */
const MOST_READ = 100;

interface Write {
  /** When it was written, or found to be gone: Clock.uptime(). */
  readonly at: number;
  /** What the API answered, or a newer read has shown since; `deleted`: the subscription is gone. */
  readonly observed: Observed | 'deleted';
  /**
   * The `updated_at` to compare reads with: the one of the answer, or the one seen before where the answer shows none.
   */
  readonly newerThan: string;
}

interface Seen {
  /** Clock.uptime(). */
  readonly firstAt: number;
  /** When it was first seen in this state. */
  readonly newestAt: number;
  readonly as: Observed;
}

/** Reads one subscription by id; undefined: 404. */
type Read = (id: WebhookId) => Promise<Observed | undefined>;

/** A listing corrected by recent writes. `unshown`: the ids in it that no read shows at the moment. */
export interface CorrectedListing extends Listing {
  readonly unshown: ReadonlySet<WebhookId>;
}

interface Missing {
  readonly observed: Observed;
  readonly isShown: boolean;
}

/** The unchanged members that the API refuses to be sent again in an update. */
export type Refusals = 'none' | 'title' | 'config' | 'title and config';

export class RecentWrites {
  readonly #writes = new Map<WebhookId, Write>();
  #seen = new Map<WebhookId, Seen>();
  #creates = new PendingCreates();
  #unanswered = new UnansweredWrites();
  readonly #refusals = new Map<WebhookId, Refusals>();
  #resolved: Change[] = [];
  #mayBeElsewhere = false;

  /**
   * A create or an update was answered with `observed`. `before`: the subscription as it was seen last, for answers
   * that show no time. Times here are Clock.uptime(): a change of the system clock does not lengthen or shorten the
   * minute.
   */
  wrote(observed: Observed, at: number, before?: Observed): void {
    const newerThan = isTime(observed.updated_at) ? observed.updated_at : (before?.updated_at ?? '');
    this.#writes.set(observed.id, { at, observed, newerThan });
    this.#unanswered.settle(observed.id);
  }

  /** Our create of `desired` was answered with `observed`, or was found to have made it. */
  created(desired: Desired, observed: Observed, at: number): void {
    this.wrote(observed, at);
    this.#creates.made(desired, observed);
  }

  deleted(id: WebhookId, at: number): void {
    this.#writes.set(id, { at, observed: 'deleted', newerThan: '' });
    this.#seen.delete(id);
    this.#unanswered.settle(id);
  }

  /** The subscription was found to be gone. Returns our delete of it, if the answer to one was lost. */
  gone(id: WebhookId, at: number): Change | undefined {
    const ours = this.#unanswered.deleteOf(id);
    this.deleted(id, at);
    return ours;
  }

  /**
   * Another client id is used from now on. Recent writes are kept until the next listing: the client may reach the same
   * tenant. Where that listing shows nothing of what was seen, it is another tenant.
   */
  ofAnotherClient(): this {
    this.#mayBeElsewhere = true;
    return this;
  }

  /** An update or a delete was sent, and its answer was lost, which does not prove anything. */
  unanswered(sent: Sent, at: number): void {
    this.#unanswered.add(sent, at);
  }

  refuses(id: WebhookId): Refusals {
    return this.#refusals.get(id) ?? 'none';
  }

  /** The API accepted an update once these unchanged members were left out. */
  accepted(id: WebhookId, without: Refusals): void {
    if (without !== 'none') this.#refusals.set(id, without);
  }

  /** Creates whose outcome is not known. */
  get creates(): Pick<PendingCreates, 'sent' | 'settled' | 'inherit' | 'pending' | 'answered'> {
    return this.#creates;
  }

  /** The subscription that a pending create has made. It is never one that we have written or deleted since. */
  findCreated(pending: PendingCreate, items: IndexedItems, titles: ReadonlySet<string>): Observed | undefined {
    return this.#creates.find(pending, items, titles, (id) => this.#writes.has(id));
  }

  /** What the planner has to know of earlier passes; `last` comes from the backoff state. Forgets what is gone. */
  remembered(desired: readonly Desired[], items: readonly Observed[]): Omit<Remembered, 'last'> {
    const ids = new Set(items.map(({ id }) => id));
    for (const id of this.#refusals.keys()) if (!ids.has(id)) this.#refusals.delete(id);
    const { answered, created } = this.#creates.remembered(titlesOf(desired), ids);
    return { answered: new Map([...this.#unanswered.updated(), ...answered]), created };
  }

  /**
   * Settles changes whose answer was lost by a listing from `correct`. A create that no listing has shown for a minute
   * was not carried out.
   */
  resolve(items: readonly Observed[], desired: readonly Desired[], listedAt: number): void {
    const pendings = this.#creates.allPending();
    const shown = pendings.length > 0 ? { titles: titlesOf(desired), items: indexed(items) } : undefined;
    for (const pending of pendings) {
      const { title } = pending.desired;
      const found = shown && this.findCreated(pending, shown.items, shown.titles);
      if (found) {
        this.created(pending.desired, found, listedAt);
        this.#resolved.push(
          answerLost({ action: 'create', id: found.id, title, fields: [], changes: changesOfCreate(pending.desired) }),
        );
      } else if (listedAt - pending.at > READS_MAY_LAG_MS) this.#creates.settled(title);
    }
    this.#resolved.push(...this.#unanswered.confirmed(items, listedAt - READS_MAY_LAG_MS));
  }

  /** The changes whose answer was lost and that were carried out. Each is reported once. */
  confirmed(): readonly Change[] {
    const confirmed = this.#resolved;
    this.#resolved = [];
    return confirmed;
  }

  /** Whether an answer within the minute proves that the subscription exists, whatever a read shows. */
  isProved(id: WebhookId, now: number): boolean {
    const write = this.#recent(id, now);
    return write !== undefined && write.observed !== 'deleted';
  }

  /** Whether it was first seen so lately that one 404 does not prove that it is gone. */
  isNewlySeen(id: WebhookId, now: number): boolean {
    const seen = this.#seen.get(id);
    return seen !== undefined && now - seen.firstAt <= READS_MAY_LAG_MS && !this.#unanswered.deleteOf(id);
  }

  /** What to believe after a read by id that showed `shown`, or 404 (undefined). `unproved`: 404, but it may exist. */
  read(id: WebhookId, shown: Observed | undefined, now: number): Observed | 'gone' | 'unproved' {
    if (shown) return this.#believe(shown, now) ?? 'gone';
    const write = this.#recent(id, now);
    if (write) return write.observed === 'deleted' ? 'gone' : write.observed;
    return this.isNewlySeen(id, now) ? 'unproved' : 'gone';
  }

  /**
   * The listing as it would be if reads did not lag. `read` is called for subscriptions of the last listing that this
   * one lacks, unless recent writes explain it. Throws IncompleteListingError where more are lacking than can be read,
   * and some of them exist. `listedAt`: when the listing was begun.
   */
  async correct(listing: Listing, read: Read, listedAt: number): Promise<CorrectedListing> {
    this.#forget(listedAt);
    if (this.#mayBeElsewhere) this.#leaveElsewhere(listing);
    const items = new Map<WebhookId, Observed>();
    const shown = new Set([...listing.items, ...listing.unusable].map(({ id }) => id));
    for (const item of listing.items) {
      const believed = this.#believe(item, listedAt);
      if (believed) items.set(believed.id, believed);
    }
    for (const [id, { observed }] of this.#writes)
      if (observed !== 'deleted' && !items.has(id)) items.set(id, observed);
    const unusable = listing.unusable.filter(({ id }) => {
      const seen = this.#seen.get(id);
      if (seen && !items.has(id)) items.set(id, seen.as);
      return !items.has(id) && this.#writes.get(id)?.observed !== 'deleted';
    });
    const unshown = new Set([...items.keys()].filter((id) => !shown.has(id)));
    for (const { observed, isShown } of await this.#missing(items, read, listedAt)) {
      items.set(observed.id, observed);
      if (!isShown) unshown.add(observed.id);
    }
    this.#remember(items.values(), listedAt);
    return { items: [...items.values()], unusable, unshown };
  }

  #recent(id: WebhookId, now: number): Write | undefined {
    const write = this.#writes.get(id);
    return write && now - write.at <= READS_MAY_LAG_MS ? write : undefined;
  }

  /** The state to believe; undefined: the subscription is gone, and this read is stale. */
  #believe(shown: Observed, now: number): Observed | undefined {
    const { id } = shown;
    const write = this.#recent(id, now);
    if (write) {
      if (write.observed === 'deleted') return undefined;
      if (!isNewer(shown.updated_at, write.newerThan)) return write.observed;
      // Another client has changed it later. That state counts from now on, because other reads may not show it yet.
      this.#writes.set(id, { at: write.at, observed: shown, newerThan: shown.updated_at });
      return shown;
    }
    const seen = this.#seen.get(id);
    const isStale = seen && now - seen.newestAt <= READS_MAY_LAG_MS && isNewer(seen.as.updated_at, shown.updated_at);
    return isStale ? seen.as : shown;
  }

  /** The subscriptions of the last listing that exist although this one lacks them. */
  async #missing(listed: ReadonlyMap<WebhookId, unknown>, read: Read, now: number): Promise<readonly Missing[]> {
    const missing = [...this.#seen.keys()].filter((id) => !listed.has(id) && !this.#writes.has(id));
    const found: Missing[] = [];
    let isShown = false;
    for (const [index, id] of missing.entries()) {
      const observed = index < MOST_READ ? await read(id) : undefined;
      isShown ||= observed !== undefined;
      const seen = this.#seen.get(id);
      if (observed) found.push({ observed: this.#believe(observed, now) ?? observed, isShown: true });
      else if (seen && this.isNewlySeen(id, now)) found.push({ observed: seen.as, isShown: false });
    }
    if (!isShown || missing.length <= MOST_READ) return found;
    throw new IncompleteListingError(
      `the listing of subscriptions lacks ${missing.length} of those in the last one, and some of these still exist`,
    );
  }

  #remember(items: Iterable<Observed>, now: number): void {
    const before = this.#seen;
    this.#seen = new Map();
    for (const as of items) {
      // A subscription that we wrote counts as first seen when we wrote it, although no read may have shown it since.
      const { firstAt = this.#writes.get(as.id)?.at ?? now, newestAt = now, as: was } = before.get(as.id) ?? {};
      const isAsBefore = was !== undefined && !isNewer(as.updated_at, was.updated_at);
      this.#seen.set(as.id, { firstAt, newestAt: isAsBefore ? newestAt : now, as });
    }
  }

  /** Forgets what was written and seen, if this listing is of another tenant. */
  #leaveElsewhere({ items, unusable }: Listing): void {
    this.#mayBeElsewhere = false;
    const isKnown = ({ id }: { readonly id: WebhookId }) => this.#seen.has(id) || this.#writes.has(id);
    if (this.#seen.size === 0 || items.some(isKnown) || unusable.some(isKnown)) return;
    this.#writes.clear();
    this.#seen.clear();
    this.#creates = new PendingCreates();
    this.#unanswered = new UnansweredWrites();
    this.#refusals.clear();
  }

  #forget(now: number): void {
    this.#creates.forget(now - READS_MAY_LAG_MS);
    for (const [id, { at }] of this.#writes) if (now - at > READS_MAY_LAG_MS) this.#writes.delete(id);
  }
}

function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** An unreadable time is not newer than any other, and no other is newer than it. */
function isNewer(time: string, than: string): boolean {
  return Date.parse(time) > Date.parse(than);
}
