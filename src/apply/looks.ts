/** Listings made while a plan is carried out, shared by all creates that have to look at the same time. */
import type { Clock } from '../clock.ts';
import type { Observed } from '../subscription.ts';

export class Looks {
  readonly #list: () => Promise<readonly Observed[]>;
  readonly #clock: Clock;
  #last: { readonly startedAt: number; readonly listing: Promise<readonly Observed[]> } | undefined;

  constructor(list: () => Promise<readonly Observed[]>, clock: Clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /** A listing that was begun at `time` (Clock.uptime()) or later. */
  async listedSince(time: number): Promise<readonly Observed[]> {
    if (!this.#last || this.#last.startedAt < time) {
      this.#last = { startedAt: this.#clock.uptime(), listing: this.#list() };
    }
    return this.#last.listing;
  }
}
