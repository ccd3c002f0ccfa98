/**
 * Makes few Events of many occurrences, by the rules of client-go's recorder: the same one again is counted, similar
 * ones become one, and what is left has to fit a budget. For one source and one object.
 */

export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** An Event as it now has to read. A count above 1: it has been posted before under this name, most likely. */
export interface Tally extends Occurrence {
  /** Unique for the object; the name of the Event is made of it. */
  readonly serial: string;
  readonly count: number;
  /** Epoch ms. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** As many of one reason, told apart by their messages alone, within the interval, and the next ones are combined. */
const SIMILAR_LIMIT = 10;
const SIMILAR_INTERVAL_MS = 10 * 60_000;
const COMBINED = '(combined from similar events): ';
/** Events in a row, and how long until there may be one more. */
const BURST = 25;
const REFILL_MS = 5 * 60_000;
/** Events remembered for counting; the API server forgets them after an hour itself. */
const REMEMBERED = 256;

interface Similar {
  readonly messages: Set<string>;
  /** Clock.uptime(). */
  lastAt: number;
}

export class EventCorrelator {
  readonly #tallies = new Map<string, Tally>();
  readonly #similar = new Map<string, Similar>();
  #budget = BURST;
  #filledAt: number | undefined;
  #serial = 0;

  /** Takes in an occurrence at `at` (epoch ms), `uptime` by the clock nobody sets. Undefined: not worth an Event now. */
  take(occurrence: Occurrence, at: number, uptime: number): Tally | undefined {
    const { key, message } = this.#combine(occurrence, uptime);
    const known = this.#tallies.get(key);
    const tally: Tally = {
      ...occurrence,
      message,
      serial: known?.serial ?? this.#newSerial(at),
      count: (known?.count ?? 0) + 1,
      firstAt: known?.firstAt ?? at,
      lastAt: at,
    };
    // In order of last use, so that the oldest is the first to be forgotten.
    this.#tallies.delete(key);
    this.#tallies.set(key, tally);
    for (const oldest of this.#tallies.keys()) {
      if (this.#tallies.size <= REMEMBERED) break;
      this.#tallies.delete(oldest);
    }
    return this.#spend(uptime) ? tally : undefined;
  }

  #combine({ type, reason, message }: Occurrence, uptime: number): { readonly key: string; readonly message: string } {
    const group = `${type} ${reason}`;
    const found = this.#similar.get(group);
    const isOver = !found || uptime - found.lastAt > SIMILAR_INTERVAL_MS;
    const similar = isOver ? { messages: new Set<string>(), lastAt: uptime } : found;
    this.#similar.set(group, similar);
    similar.messages.add(message);
    similar.lastAt = uptime;
    if (similar.messages.size < SIMILAR_LIMIT) return { key: `${group} ${message}`, message };
    // One makes way, so that the set does not grow; which one does not matter.
    for (const first of similar.messages) {
      similar.messages.delete(first);
      break;
    }
    return { key: group, message: COMBINED + message };
  }

  #spend(uptime: number): boolean {
    const filled = (uptime - (this.#filledAt ?? uptime)) / REFILL_MS;
    this.#filledAt = uptime;
    this.#budget = Math.min(BURST, this.#budget + filled);
    if (this.#budget < 1) return false;
    this.#budget -= 1;
    return true;
  }

  /** As client-go's: the time in nanoseconds, in hex; ours are apart even within a millisecond. */
  #newSerial(at: number): string {
    this.#serial += 1;
    return (BigInt(Math.round(at)) * 1_000_000n + BigInt(this.#serial % 1_000_000)).toString(16);
  }
}
