/**
 * By which clock signatures are dated: ours, or the one that the `Date` of an answer shows. A `Date` may be a proxy's, a
 * cache's or another node's, so it is no more than a hint; that a signature was accepted is proof (docs/upvest-api.md, 1.1).
 * A clock is given as ours minus it, in seconds: positive where ours is ahead, 0 is our own.
 */
import type { Clock } from '../base/clock.ts';
import { LIFETIME_SECONDS } from './signature.ts';

/** A signature further off than ten is refused (docs/upvest-api.md, 3.3). Clocks that are nearer than this are one. */
export const SUSPICIOUS_SKEW_SECONDS = 5;

/** Of a signature that is accepted, its date may lie so far ahead: what is refused, and what measuring may miss it by. */
const FURTHEST_AHEAD_SECONDS = 15;

/** An answer that took longer does not tell well enough when on its way the API looked at its clock. */
const LONGEST_MEASURE_MS = 5_000;

const OURS = 0;

type Headers = Readonly<Record<string, string>>;

/** One answer that has just come, and how its request was dated. */
export interface Dated {
  readonly status: number;
  readonly headers: Headers;
  readonly durationMs: number;
  /** The clock the signature was dated by; undefined: there was none. */
  readonly by: number | undefined;
}

export class ClockSkew {
  readonly #clock: Clock;
  #accepted = OURS;
  #measured: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The one whose signatures were accepted last; ours as long as none has been. */
  get accepted(): number {
    return this.#accepted;
  }

  /** As last measured; ours as long as nothing has been. */
  get measured(): number {
    return usable(this.#measured ?? OURS);
  }

  /** Epoch ms by this clock. */
  at(clock: number): number {
    return Math.round(this.#clock.now() - clock * 1000);
  }

  /**
   * What to date by after signatures by the clocks `tried` were refused: by the one `shown` (else the last measured), then by
   * ours, each once. `tried` holds those that are apart.
   */
  other(tried: readonly number[], shown: number | undefined): number | undefined {
    const theirs = shown === undefined ? this.measured : usable(shown);
    const candidates = tried.length < 2 ? [theirs, OURS] : [OURS];
    return candidates.find((candidate) => tried.every((one) => !isSame(one, candidate)));
  }

  /** What the `Date` of an answer shows, whoever wrote it. */
  shown({ headers, durationMs }: Pick<Dated, 'headers' | 'durationMs'>): number | undefined {
    const theirs = Date.parse(headers['date'] ?? '');
    if (Number.isNaN(theirs)) return undefined;
    // It counts whole seconds: on average the answer is half a second younger than it says.
    return (this.#clock.now() - durationMs / 2 - theirs - 500) / 1000;
  }

  /** Takes an answer in. Gives the clock it shows, where that is the API's as far as can be known. */
  learn(answer: Dated): number | undefined {
    const { by, headers, durationMs } = answer;
    const isAccepted = by !== undefined && provesSignature(answer);
    if (isAccepted) this.#accepted = by;
    if (!isOwn(headers) || durationMs > LONGEST_MEASURE_MS) return undefined;
    const shown = this.shown(answer);
    this.#measured = shown ?? this.#measured;
    if (shown === undefined || by === undefined) return shown;
    // What was accepted cannot have been dated so far off the API's time: this is the time of somebody else.
    const aheadSeconds = shown - by;
    if (!isAccepted || aheadSeconds > FURTHEST_AHEAD_SECONDS || aheadSeconds < -LIFETIME_SECONDS) return undefined;
    if (by !== OURS && isSame(by, shown)) this.#accepted = usable(shown);
    return shown;
  }
}

/** A clock so near ours is ours. */
function usable(clock: number): number {
  return isSame(clock, OURS) ? OURS : clock;
}

export function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) < SUSPICIOUS_SKEW_SECONDS;
}

/** Written by the API itself, and just now. */
function isOwn(headers: Headers): boolean {
  return Boolean(headers['upvest-request-id']) && headers['age'] === undefined;
}

/** The API has looked at the signature and taken it. What refuses before that (a limit, a firewall, a fault) says nothing. */
function provesSignature({ status, headers }: Dated): boolean {
  if (status >= 200 && status < 300) return headers['age'] === undefined;
  return isOwn(headers) && [400, 404, 409, 412, 422, 423].includes(status);
}
