/** Listings made while a plan is carried out, shared by all creates that have to look at the same time. */
import type { Clock } from '../clock.ts';
import type { Listing, Unusable } from '../subscription.ts';
import { indexed, type IndexedItems } from './creates.ts';

export interface Look {
  readonly items: IndexedItems;
  readonly unusable: readonly Unusable[];
}

export class Looks {
  readonly #list: () => Promise<Listing>;
  readonly #clock: Clock;
  #last: { readonly startedAt: number; readonly look: Promise<Look> } | undefined;

  constructor(list: () => Promise<Listing>, clock: Clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /** A listing that was begun at `time` (Clock.uptime()) or later. */
  async listedSince(time: number): Promise<Look> {
    if (!this.#last || this.#last.startedAt < time) {
      this.#last = { startedAt: this.#clock.uptime(), look: this.#look() };
    }
    return this.#last.look;
  }

  async #look(): Promise<Look> {
    const { items, unusable } = await this.#list();
    return { items: indexed(items), unusable };
  }
}
