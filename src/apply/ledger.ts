/**
 * What this process did to the tenant lately. Listings lag behind writes by seconds (upvest-api.md, section 4), so for
 * a minute a listing is not believed against our own writes: what differs is read by id, which does not lag.
 */
import type { Observed, WebhookId } from '../subscription.ts';
import { sameContent } from './same-content.ts';

const MEMORY_MS = 60_000;

interface Write {
  /** When we wrote: Clock.uptime(). */
  readonly at: number;
  /** What the API answered, or showed since by id; `deleted` where there is none any more. */
  readonly left: Observed | 'deleted';
}

export class Ledger {
  readonly #writes = new Map<WebhookId, Write>();
  readonly #unsettled = new Map<string, number>();
  #inherited: { readonly at: number; readonly settled: Set<string> } | undefined;

  /** A create or an update was answered with `observed`. Times here are Clock.uptime(): a minute stays one, whoever sets the clock. */
  wrote(observed: Observed, at: number): void {
    this.#writes.set(observed.id, { at, left: observed });
  }

  deleted(id: WebhookId, at: number): void {
    this.#writes.set(id, { at, left: 'deleted' });
  }

  /** A create of `title` was sent and its outcome is not known. */
  unsettled(title: string, at: number): void {
    this.#unsettled.set(title, at);
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

  /** When a create of `title` was, or may have been, last sent that we have not seen the outcome of; undefined: none. */
  unsettledSince(title: string): number | undefined {
    return this.#unsettled.get(title) ?? (this.isInherited(title) ? this.#inherited?.at : undefined);
  }

  /** It may have been created by another process, and not by us. */
  isInherited(title: string): boolean {
    return !this.#unsettled.has(title) && this.#inherited?.settled.has(title) === false;
  }

  /**
   * The listing as it would be if it did not lag. `read` gets one subscription by id (undefined: there is none);
   * it is called only for what was written in the last minute and is listed otherwise than it was left.
   */
  async correct(
    listing: readonly Observed[],
    read: (id: WebhookId) => Promise<Observed | undefined>,
    now: number,
  ): Promise<readonly Observed[]> {
    this.#forget(now);
    if (this.#writes.size === 0) return listing;
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
    return [...corrected.values()];
  }

  #forget(now: number): void {
    if (this.#inherited && now - this.#inherited.at > MEMORY_MS) this.#inherited = undefined;
    for (const [id, { at }] of this.#writes) if (now - at > MEMORY_MS) this.#writes.delete(id);
  }
}
