/**
 * Turns many occurrences into few Events, by the rules of client-go's recorder: repetitions are counted, similar ones
 * are combined, and the rest has to fit a budget. For one source and one object.
 */

export interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  /** UpperCamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** The current content of an Event. A count above 1: it has most likely been posted under this name before. */
export interface Tally extends Occurrence {
  /** Unique for the object. The name of the Event contains it. */
  readonly serial: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** After so many Events within the interval that differ only in their messages, further ones are combined. */
const SIMILAR_LIMIT = 10;
const SIMILAR_INTERVAL_MS = 10 * 60_000;
const COMBINED = '(combined from similar events): ';
/** The budget: so many Events in a row, and the time until one more is allowed. */
const BURST = 25;
const REFILL_MS = 5 * 60_000;
/** Events that are remembered for counting. The API server itself deletes them after an hour. */
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

  /**
   * Records an occurrence at `at` (epoch milliseconds) and `uptime` (Clock.uptime()). Undefined: no Event is posted
   * now.
   */
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
    // The map is in order of last use, so that the oldest is forgotten first.
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
    // Any one message is removed, so that the set does not grow.
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

  /** As in client-go: the time in nanoseconds, in hex. Ours differ even within a millisecond. */
  #newSerial(at: number): string {
    this.#serial += 1;
    return (BigInt(Math.round(at)) * 1_000_000n + BigInt(this.#serial % 1_000_000)).toString(16);
  }
}
