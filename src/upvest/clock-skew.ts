/**
 * The clock that signatures are dated by: ours, or the one that the `Date` of an answer shows. A `Date` may come from a
 * proxy, a cache or another node, so it is only a hint. An accepted signature is proof (docs/upvest-api.md, 1.1).
 * A clock is written as our time minus its time, in seconds: positive where ours is ahead, 0 for ours.
 */
import type { Clock } from '../base/clock.ts';
import { LIFETIME_SECONDS } from './signature.ts';

/**
 * Seconds. A signature more than ten off is refused (docs/upvest-api.md, 3.3). Clocks nearer than this count as the
 * same.
 */
export const SUSPICIOUS_SKEW_SECONDS = 5;

/** Seconds. An accepted signature may be dated this far ahead: the API's own tolerance, plus the error of measuring. */
const FURTHEST_AHEAD_SECONDS = 15;

/**
 * Milliseconds. The `Date` of an answer that took longer is too inexact, because it may have been set at any time on
 * the way.
 */
const LONGEST_MEASURE_MS = 5_000;

const OURS = 0;

type Headers = Readonly<Record<string, string>>;

/** An answer that has just come, and the clock its request was dated by. */
export interface Dated {
  readonly status: number;
  readonly headers: Headers;
  readonly durationMs: number;
  /** The clock the signature was dated by; undefined: the request was not signed. */
  readonly by: number | undefined;
}

export class ClockSkew {
  readonly #clock: Clock;
  #accepted = OURS;
  #measured: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The clock whose signatures were accepted last; ours until one was accepted. */
  get accepted(): number {
    return this.#accepted;
  }

  /** The clock that was measured last; ours until one was measured. */
  get measured(): number {
    return usable(this.#measured ?? OURS);
  }

  /** Epoch milliseconds by this clock. */
  at(clock: number): number {
    return Math.round(this.#clock.now() - clock * 1000);
  }

  /**
   * The clock to date by after signatures by the clocks `tried` were refused: first the one `shown` (or the last
   * measured), then ours, each once. `tried` has only clocks that are apart from each other.
   */
  other(tried: readonly number[], shown: number | undefined): number | undefined {
    const theirs = shown === undefined ? this.measured : usable(shown);
    const candidates = tried.length < 2 ? [theirs, OURS] : [OURS];
    return candidates.find((candidate) => tried.every((one) => !isSame(one, candidate)));
  }

  /** The clock that the `Date` of an answer shows, whether or not the API wrote it. */
  shown({ headers, durationMs }: Pick<Dated, 'headers' | 'durationMs'>): number | undefined {
    const theirs = Date.parse(headers['date'] ?? '');
    if (Number.isNaN(theirs)) return undefined;
    // `Date` has whole seconds: on average the answer is half a second younger than it says.
    return (this.#clock.now() - durationMs / 2 - theirs - 500) / 1000;
  }

  /** Records an answer. Returns the clock it shows, if that seems to be the API's. */
  learn(answer: Dated): number | undefined {
    const { by, headers, durationMs } = answer;
    const isAccepted = by !== undefined && provesSignature(answer);
    if (isAccepted) this.#accepted = by;
    if (!isOwn(headers) || durationMs > LONGEST_MEASURE_MS) return undefined;
    const shown = this.shown(answer);
    this.#measured = shown ?? this.#measured;
    if (shown === undefined || by === undefined) return shown;
    // An accepted signature cannot have been dated so far off the API's time: another server wrote this `Date`.
    const aheadSeconds = shown - by;
    if (!isAccepted || aheadSeconds > FURTHEST_AHEAD_SECONDS || aheadSeconds < -LIFETIME_SECONDS) return undefined;
    if (by !== OURS && isSame(by, shown)) this.#accepted = usable(shown);
    return shown;
  }
}

/** A clock that is near ours counts as ours. */
function usable(clock: number): number {
  return isSame(clock, OURS) ? OURS : clock;
}

export function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) < SUSPICIOUS_SKEW_SECONDS;
}

/** The API itself wrote the answer just now. */
function isOwn(headers: Headers): boolean {
  return Boolean(headers['upvest-request-id']) && headers['age'] === undefined;
}

/**
 * The API has checked the signature and accepted it. A refusal before that check (a limit, a firewall, an error) says
 * nothing.
 */
function provesSignature({ status, headers }: Dated): boolean {
  if (status >= 200 && status < 300) return headers['age'] === undefined;
  return isOwn(headers) && [400, 404, 409, 412, 422, 423].includes(status);
}
