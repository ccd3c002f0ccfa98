/**
 * What this process did to the tenant lately, and what it last saw there. Every read may lag behind writes by seconds, and two
 * replicas may answer in turn (docs/upvest-api.md, 4.4), so for a minute an answer with an id is proof: what was created
 * or changed is there as answered, what was deleted is gone, and only a newer `updated_at` is somebody's change. After
 * that what is read is believed.
 */
import type { Remembered } from '../plan/matching.ts';
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
  UnansweredCreates,
} from './pending-creates.ts';

const MINUTE_MS = 60_000;
/** So many of those that are missing all of a sudden are read by id, and speak for the others. */
const MOST_READ = 100;

interface Write {
  /** When we wrote: Clock.uptime(). */
  readonly at: number;
  /** What the API answered, or a newer read has shown since; `deleted`: there is none any more. */
  readonly observed: Observed | 'deleted';
  /** The `updated_at` to compare reads with: of the answer, or where that shows none, of what was seen before. */
  readonly newerThan: string;
}

interface Seen {
  /** Clock.uptime(). */
  readonly firstAt: number;
  /** When it was first seen as it is. */
  readonly newestAt: number;
  readonly as: Observed;
}

/** Reads one subscription by id; undefined: 404. */
type Read = (id: WebhookId) => Promise<Observed | undefined>;

/** What is on the tenant by all that is known. `unshown`: of these, what no read shows at the moment. */
export interface CorrectedListing extends Listing {
  readonly unshown: ReadonlySet<WebhookId>;
}

interface Missing {
  readonly observed: Observed;
  readonly isShown: boolean;
}

/** Which of what an update repeats unchanged the API refuses to take again. */
export type Refusals = 'none' | 'title' | 'config' | 'title and config';

export class RecentWrites {
  readonly #writes = new Map<WebhookId, Write>();
  #seen = new Map<WebhookId, Seen>();
  #creates = new PendingCreates();
  readonly #unanswered = new UnansweredCreates();
  readonly #refusals = new Map<WebhookId, Refusals>();
  #resolved: Change[] = [];
  #mayBeElsewhere = false;

  /**
   * A create or an update was answered with `observed`. `before`: as it was seen last, for answers that show no time.
   * Times here are Clock.uptime(): a minute stays one, whoever sets the clock.
   */
  wrote(observed: Observed, at: number, before?: Observed): void {
    const newerThan = isTime(observed.updated_at) ? observed.updated_at : (before?.updated_at ?? '');
    this.#writes.set(observed.id, { at, observed, newerThan });
    this.#unanswered.settle(observed.id);
  }

  /** Our create of `desired` was answered with, or has made, `observed`. */
  created(desired: Desired, observed: Observed, at: number): void {
    this.wrote(observed, at);
    this.#creates.made(desired, observed);
  }

  deleted(id: WebhookId, at: number): void {
    this.#writes.set(id, { at, observed: 'deleted', newerThan: '' });
    this.#seen.delete(id);
    this.#unanswered.settle(id);
  }

  /** It was found to be gone. Returns our delete of it, if the answer to one was lost. */
  gone(id: WebhookId, at: number): Change | undefined {
    const ours = this.#unanswered.deleteOf(id);
    this.deleted(id, at);
    return ours;
  }

  /** The tenant is reached by another client from now on: where its listing shows nothing of what was seen, it is another tenant. */
  ofAnotherClient(): this {
    this.#mayBeElsewhere = true;
    return this;
  }

  /** An update or a delete was sent, and its answer lost: that is proof of nothing. */
  unanswered(sent: Sent, at: number): void {
    this.#unanswered.add(sent, at);
  }

  refuses(id: WebhookId): Refusals {
    return this.#refusals.get(id) ?? 'none';
  }

  /** What of an unchanged subscription had to be left out of an update for it to be taken. */
  accepted(id: WebhookId, without: Refusals): void {
    if (without !== 'none') this.#refusals.set(id, without);
  }

  /** Creates whose outcome is not known. */
  get creates(): Pick<PendingCreates, 'sent' | 'settled' | 'inherit' | 'pending' | 'answered'> {
    return this.#creates;
  }

  /** What a pending create has made: nothing that we have written or deleted since. */
  findCreated(pending: PendingCreate, items: IndexedItems, titles: ReadonlySet<string>): Observed | undefined {
    return this.#creates.find(pending, items, titles, (id) => this.#writes.has(id));
  }

  /** What the planner has to know of earlier passes; `last` is the backoff state's. Forgets what left the checkout or is gone. */
  remembered(desired: readonly Desired[], items: readonly Observed[]): Omit<Remembered, 'last'> {
    const ids = new Set(items.map(({ id }) => id));
    for (const id of this.#refusals.keys()) if (!ids.has(id)) this.#refusals.delete(id);
    const { answered, created } = this.#creates.remembered(titlesOf(desired), ids);
    return { answered: new Map([...this.#unanswered.updated(), ...answered]), created };
  }

  /**
   * Takes in what a listing, as `correct` gives it, says of changes whose answer was lost. A create that none has shown for
   * a minute has not been carried out.
   */
  resolve(items: readonly Observed[], desired: readonly Desired[], listedAt: number): void {
    const pendings = this.#creates.allPending();
    const shown = pendings.length > 0 ? { titles: titlesOf(desired), items: indexed(items) } : undefined;
    for (const pending of pendings) {
      const { title } = pending.desired;
      const found = shown && this.findCreated(pending, shown.items, shown.titles);
      if (found) {
        this.created(pending.desired, found, listedAt);
        this.#resolved.push(answerLost({ action: 'create', id: found.id, title, fields: [] }));
      } else if (listedAt - pending.at > MINUTE_MS) this.#creates.settled(title);
    }
    this.#resolved.push(...this.#unanswered.confirmed(items, listedAt - MINUTE_MS));
  }

  /** The changes whose answer was lost and that were carried out. Each is reported once. */
  confirmed(): readonly Change[] {
    const confirmed = this.#resolved;
    this.#resolved = [];
    return confirmed;
  }

  /** We know of this subscription that it is there, whatever a read says. */
  isProved(id: WebhookId, now: number): boolean {
    const write = this.#recent(id, now);
    return write !== undefined && write.observed !== 'deleted';
  }

  /** It was first seen so lately that one answer 404 does not say that it is gone. */
  isNewlySeen(id: WebhookId, now: number): boolean {
    const seen = this.#seen.get(id);
    return seen !== undefined && now - seen.firstAt <= MINUTE_MS && !this.#unanswered.deleteOf(id);
  }

  /** What a read by id says, which shows `shown` or answers 404 (undefined). `unproved`: 404, and it may be there. */
  read(id: WebhookId, shown: Observed | undefined, now: number): Observed | 'gone' | 'unproved' {
    if (shown) return this.#believe(shown, now) ?? 'gone';
    const write = this.#recent(id, now);
    if (write) return write.observed === 'deleted' ? 'gone' : write.observed;
    return this.isNewlySeen(id, now) ? 'unproved' : 'gone';
  }

  /**
   * The tenant as it would be listed if reads neither lagged nor lied. `read` is called for what the last listing had and
   * this one lacks, unless we know better. Throws IncompleteListingError where that is more than can be read, and some of it
   * is there. `listedAt`: when the listing was begun.
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
    return write && now - write.at <= MINUTE_MS ? write : undefined;
  }

  /** Undefined: it is gone, and this read does not know yet. */
  #believe(shown: Observed, now: number): Observed | undefined {
    const { id } = shown;
    const write = this.#recent(id, now);
    if (write) {
      if (write.observed === 'deleted') return undefined;
      if (!isNewer(shown.updated_at, write.newerThan)) return write.observed;
      // Somebody else's later change is the state to go by from now on: no other read need show that one yet either.
      this.#writes.set(id, { at: write.at, observed: shown, newerThan: shown.updated_at });
      return shown;
    }
    const seen = this.#seen.get(id);
    const isStale = seen && now - seen.newestAt <= MINUTE_MS && isNewer(seen.as.updated_at, shown.updated_at);
    return isStale ? seen.as : shown;
  }

  /** What is there, was in the last listing, and is not in this one. */
  async #missing(listed: ReadonlyMap<WebhookId, unknown>, read: Read, now: number): Promise<readonly Missing[]> {
    const missing = [...this.#seen.keys()].filter((id) => !listed.has(id) && !this.#writes.has(id));
    const found: Missing[] = [];
    let isShown = false;
    for (const [index, id] of missing.entries()) {
      const actual = index < MOST_READ ? await read(id) : undefined;
      isShown ||= actual !== undefined;
      const seen = this.#seen.get(id);
      if (actual) found.push({ observed: this.#believe(actual, now) ?? actual, isShown: true });
      else if (seen && this.isNewlySeen(id, now)) found.push({ observed: seen.as, isShown: false });
    }
    if (!isShown || missing.length <= MOST_READ) return found;
    throw new IncompleteListingError(
      `the listing of subscriptions lacks ${missing.length} of those of the last one, of which some are still there`,
    );
  }

  #remember(items: Iterable<Observed>, now: number): void {
    const before = this.#seen;
    this.#seen = new Map();
    for (const as of items) {
      // What is ours and no read has shown yet is not seen for the first time as late as now.
      const { firstAt = this.#writes.get(as.id)?.at ?? now, newestAt = now, as: was } = before.get(as.id) ?? {};
      const isAsBefore = was !== undefined && !isNewer(as.updated_at, was.updated_at);
      this.#seen.set(as.id, { firstAt, newestAt: isAsBefore ? newestAt : now, as });
    }
  }

  /** What was done to a tenant that this listing is not of is nothing to go by. */
  #leaveElsewhere({ items, unusable }: Listing): void {
    this.#mayBeElsewhere = false;
    const isKnown = ({ id }: { readonly id: WebhookId }) => this.#seen.has(id) || this.#writes.has(id);
    if (this.#seen.size === 0 || items.some(isKnown) || unusable.some(isKnown)) return;
    this.#writes.clear();
    this.#seen.clear();
    this.#creates = new PendingCreates();
  }

  #forget(now: number): void {
    this.#creates.forget(now - MINUTE_MS);
    for (const [id, { at }] of this.#writes) if (now - at > MINUTE_MS) this.#writes.delete(id);
  }
}

function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** A time that nobody can read is newer than none, and none is newer than it. */
function isNewer(time: string, than: string): boolean {
  return Date.parse(time) > Date.parse(than);
}
