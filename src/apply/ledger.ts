/**
 * What this process did to the tenant lately, and what it last saw there. Listings lag behind writes by seconds
 * (upvest-api.md, section 4), so for a minute a listing is not believed against our own writes; and one that is torn, or
 * comes from a server that has lost touch, may lack what is there and prove complete all the same. What differs is read
 * by id, which does not lag.
 */
import { normaliseTitle } from '../normalise-title.ts';
import { isSameValue } from '../plan/same-value.ts';
import type { Desired, Observed, WebhookId } from '../subscription.ts';
import { IncompleteListingError } from '../upvest/errors.ts';
import type { Change } from './outcome.ts';
import { sameContent } from './same-content.ts';
import { answerLost, type Sent, Unanswered } from './unanswered.ts';

const MEMORY_MS = 60_000;
/** So many of those that are missing all of a sudden are read by id, and speak for the others. */
const MOST_READ = 100;

interface Write {
  /** When we wrote: Clock.uptime(). */
  readonly at: number;
  /** What the API answered, or showed since by id; `deleted` where there is none any more. */
  readonly left: Observed | 'deleted';
}

/** What was sent, which git may want otherwise by now. */
export interface Lost {
  readonly title: string;
  readonly url: string;
  /** Clock.uptime(). */
  readonly at: number;
  /** It may have been created by another process, and not by us. */
  readonly isInherited: boolean;
}

/** Reads one subscription by id; undefined: there is none. */
type Read = (id: WebhookId) => Promise<Observed | undefined>;

export class Ledger {
  readonly #writes = new Map<WebhookId, Write>();
  /** What the last listing came to. */
  #listed = new Set<WebhookId>();
  readonly #unsettled = new Map<string, Lost>();
  readonly #unanswered = new Unanswered();
  #inherited: { readonly at: number; readonly settled: Set<string> } | undefined;

  /** A create or an update was answered with `observed`. Times here are Clock.uptime(): a minute stays one, whoever sets the clock. */
  wrote(observed: Observed, at: number): void {
    this.#writes.set(observed.id, { at, left: observed });
  }

  deleted(id: WebhookId, at: number): void {
    this.#writes.set(id, { at, left: 'deleted' });
    this.#listed.delete(id);
  }

  /** An update or a delete was sent, and its answer lost. */
  unanswered(sent: Sent, at: number): void {
    const { change, left } = sent;
    if (left === 'deleted') this.deleted(change.id, at);
    else this.wrote(left, at);
    this.#unanswered.add(sent);
  }

  /**
   * The changes whose answer was lost and that were carried out, by a listing as `correct` gives it. Each is told once;
   * a create that none has shown for a minute has not been carried out.
   */
  carriedOut(listing: readonly Observed[], listedAt: number): readonly Change[] {
    const created = [...this.#unsettled.values()].flatMap((sent): Change | readonly [] => {
      const found = findCreated(sent, listing);
      if (found) this.settled(sent.title);
      else if (listedAt - sent.at > MEMORY_MS) this.#unsettled.delete(sent.title);
      return found ? answerLost({ action: 'create', id: found.id, title: sent.title, fields: [] }) : [];
    });
    return [...created, ...this.#unanswered.carriedOut(listing)];
  }

  /** A create was sent at `at`, and its outcome is not known. */
  unsettled({ title, url }: Desired, at: number): void {
    this.#unsettled.set(title, { title, url, at, isInherited: false });
  }

  /** The outcome of the create of `title` is known at last. */
  settled(title: string): void {
    this.#unsettled.delete(title);
    this.#inherited?.settled.add(title);
  }

  /**
   * Another process has acted on the tenant up to `at`. What it created last no listing need show yet, so that every
   * subscription that seems to be missing is looked for before it is created.
   */
  inherit(at: number): void {
    this.#inherited = { at, settled: new Set() };
  }

  /** The create of this title that was, or may have been, sent last and that we have not seen the outcome of. */
  lost({ title, url }: Desired): Lost | undefined {
    const inherited = this.#inherited;
    const isInherited = inherited?.settled.has(title) === false;
    return this.#unsettled.get(title) ?? (isInherited ? { title, url, at: inherited.at, isInherited } : undefined);
  }

  /**
   * The listing as it would be if it neither lagged nor lied. `read` is called only for what was written in the last
   * minute and is listed otherwise than it was left, and for what the last listing had and this one lacks. Throws
   * IncompleteListingError where that is more than can be read, and some of it is there. `listedAt`: when it was begun.
   */
  async correct(listing: readonly Observed[], read: Read, listedAt: number): Promise<readonly Observed[]> {
    this.#forget(listedAt);
    const corrected = new Map(listing.map((observed) => [observed.id, observed]));
    for (const [id, { at, left }] of this.#writes) {
      const listed = corrected.get(id);
      const agrees = left === 'deleted' ? listed === undefined : listed !== undefined && sameContent(listed, left);
      if (agrees) continue;
      const actual = await read(id);
      if (actual) corrected.set(id, actual);
      else corrected.delete(id);
      // Somebody else's later change or delete is the state to go by from now on: no listing need show that one yet either.
      this.#writes.set(id, { at, left: actual ?? 'deleted' });
    }
    for (const observed of await this.#missing(corrected, read)) corrected.set(observed.id, observed);
    this.#listed = new Set(corrected.keys());
    return [...corrected.values()];
  }

  /** What is there, was in the last listing, and is not in this one. */
  async #missing(listed: ReadonlyMap<WebhookId, unknown>, read: Read): Promise<readonly Observed[]> {
    const missing = [...this.#listed].filter((id) => !listed.has(id) && !this.#writes.has(id));
    const found: Observed[] = [];
    for (const id of missing.slice(0, MOST_READ)) {
      const actual = await read(id);
      if (actual) found.push(actual);
    }
    if (found.length === 0 || missing.length <= MOST_READ) return found;
    throw new IncompleteListingError(
      `the listing of subscriptions lacks ${missing.length} of those of the last one, of which some are still there`,
    );
  }

  #forget(now: number): void {
    if (this.#inherited && now - this.#inherited.at > MEMORY_MS) this.#inherited = undefined;
    for (const [id, { at }] of this.#writes) if (now - at > MEMORY_MS) this.#writes.delete(id);
  }
}

/** What a create made of which no more is known than what was sent. */
export function findCreated({ title, url }: Lost, listing: readonly Observed[]): Observed | undefined {
  const wanted = normaliseTitle(title);
  return listing.find((found) => normaliseTitle(found.title) === wanted && isSameValue('url', found.url, url));
}
