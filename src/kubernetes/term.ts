/** Until when a holder of the lease may begin a change: short of the moment from which another may take it. */
import type { Clock } from '../clock.ts';

/** Both hands of a clock at one moment. */
export interface Moment {
  readonly uptime: number;
  readonly now: number;
}

export function momentOf(clock: Clock): Moment {
  return { uptime: clock.uptime(), now: clock.now() };
}

export class Term {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  #since: Moment | undefined;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  /** `sentAt`: before the renewal that went through was sent. Nobody can have seen it earlier. */
  renewed(sentAt: Moment): void {
    this.#since = sentAt;
  }

  end(): void {
    this.#since = undefined;
  }

  /** 0: it is over. */
  get leftMs(): number {
    if (!this.#since) return 0;
    const { uptime, now } = momentOf(this.#clock);
    // The uptime may stand still while the machine is suspended, the wall clock may be set: whichever says more counts,
    // so that either can cost the lease and neither keep it.
    const passed = Math.max(uptime - this.#since.uptime, now - this.#since.now);
    return Math.max(0, this.#lengthMs - passed);
  }
}
