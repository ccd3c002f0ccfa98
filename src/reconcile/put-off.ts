/**
 * Keeps passes off an API that asked to be left alone (`Retry-After` of more than a minute). Whoever asks for a pass, or
 * changes the checkout, may have good reason to think otherwise: then it is tried in between, but not often.
 * Times are Clock.uptime().
 */
import type { Pass } from './pass.ts';
import type { Trigger } from './report.ts';

const LONGEST_MS = 60 * 60_000;
const BETWEEN_TRIES_MS = 5 * 60_000;

export type Urgency = typeof PATIENT | typeof IMPATIENT | typeof DUE;
/** Waits to the end. */
const PATIENT = 0;
/** Is tried in between. */
const IMPATIENT = 1;
/** Asked for by the loop itself, when it is time. */
const DUE = 2;

export function urgency(trigger: Trigger): Urgency {
  if (trigger === 'retry') return DUE;
  return trigger === 'schedule' ? PATIENT : IMPATIENT;
}

export class PutOff {
  #until = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;

  /** Undefined: passes are not put off. */
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
    // A pass that failed for another reason says nothing of whether the API wants to be asked again.
    else if (again !== 'later') this.#until = Number.NEGATIVE_INFINITY;
  }
}
