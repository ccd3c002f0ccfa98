/** How far our clock and the API's are apart, by the `Date` of its answers: what signatures have to be corrected by. */
import type { Clock } from '../clock.ts';

/** Our clock minus the API's, positive when ours is ahead. A signature further off than ten is refused (upvest-api-reference.md, 4.3). */
export const SUSPICIOUS_SKEW_SECONDS = 5;

/** An answer that took longer does not tell well enough when on its way the API looked at its clock. */
const LONGEST_MEASURE_MS = 5_000;

export class Skew {
  readonly #clock: Clock;
  #seconds: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As last seen. */
  get seconds(): number | undefined {
    return this.#seconds;
  }

  /** Epoch ms: the API's where it is known to be another, else ours. Signatures go by it. */
  now(): number {
    const seconds = this.#seconds ?? 0;
    const isOff = Math.abs(seconds) >= SUSPICIOUS_SKEW_SECONDS;
    return Math.round(this.#clock.now() - (isOff ? seconds * 1000 : 0));
  }

  /** Takes in the `Date` of an answer that has just come, `durationMs` after its request went out. Gives what it says. */
  measure(date: string | undefined, durationMs: number): number | undefined {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || durationMs > LONGEST_MEASURE_MS) return undefined;
    // It counts whole seconds: on average the answer is half a second younger than it says.
    this.#seconds = (this.#clock.now() - durationMs / 2 - theirs - 500) / 1000;
    return this.#seconds;
  }
}
