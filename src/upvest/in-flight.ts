/** Changes that the API may still carry out, though nobody waits for it any more: the lease must outlast them. */
import type { Clock } from '../clock.ts';

export class InFlight {
  readonly #clock: Clock;
  #unanswered = 0;
  /** Clock.uptime(). */
  #lastGivenUpAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A change is sent. The function given is called once: with whether the API can do nothing more about it. */
  begin(): (isOver: boolean) => void {
    this.#unanswered += 1;
    return (isOver) => {
      this.#unanswered -= 1;
      if (!isOver) this.#lastGivenUpAt = this.#clock.uptime();
    };
  }

  /**
   * Whether a change waits for its answer, or was given up without one in the last `ms`. One that was sent again and
   * answered then is no better: the first may still be carried out, after whatever comes between.
   */
  within(ms: number): boolean {
    return this.#unanswered > 0 || this.#clock.uptime() - this.#lastGivenUpAt < ms;
  }
}
