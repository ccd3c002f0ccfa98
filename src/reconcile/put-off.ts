/**
 * Puts passes off while the API asks for a wait (`Retry-After` of more than a minute). A request for a pass, or a
 * change of the checkout, may be a reason to try earlier: then one pass is run in between, but not often.
 * Times are Clock.uptime().
 */
import type { Pass } from './pass.ts';
import type { Trigger } from './report.ts';

const LONGEST_MS = 60 * 60_000;
const BETWEEN_TRIES_MS = 5 * 60_000;

export type Urgency = typeof PATIENT | typeof IMPATIENT | typeof DUE;
/** The pass waits until the time the API asked for. */
const PATIENT = 0;
/** The pass is tried in between. */
const IMPATIENT = 1;
/** The loop itself requests the pass, when the wait is over. */
const DUE = 2;

export function urgency(trigger: Trigger): Urgency {
  if (trigger === 'retry') return DUE;
  return trigger === 'schedule' ? PATIENT : IMPATIENT;
}

export class PutOff {
  #until = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;

  /** When the wait ends. Undefined: passes are not put off. */
  until(now: number): number | undefined {
    return now < this.#until ? this.#until : undefined;
  }

  /** When a pass may begin; `now`: at once. */
  dueAt(asked: Urgency, now: number): number {
    const until = this.until(now);
    if (until === undefined || asked === DUE) return now;
    return asked === IMPATIENT ? Math.max(now, Math.min(this.#triedAt + BETWEEN_TRIES_MS, until)) : until;
  }

  began(now: number): void {
    if (this.until(now) !== undefined) this.#triedAt = now;
  }

  ended({ notBefore, again }: Pass, now: number): void {
    if (notBefore !== undefined) this.#until = Math.min(notBefore, now + LONGEST_MS);
    // A pass that failed for another reason does not show whether the API accepts requests again.
    else if (again !== 'later') this.#until = Number.NEGATIVE_INFINITY;
  }
}
