/**
 * A clock that jumps to the next sleeper as soon as nobody has anything to do at the time it shows: waits take no time,
 * and several at once take as long as the longest of them, in the order in which they end.
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** So many turns of the event loop without a new sleeper: whoever was woken has come to rest. */
const TURNS = 3;

export class VirtualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();
  #isDriven = false;
  #stirred = 0;

  constructor(now = Date.parse('2026-11-24T08:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  uptime(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { until: this.#now + Math.max(0, ms), wake: resolve };
    const abort = () => {
      this.#sleepers.delete(sleeper);
      reject(signal?.reason as Error);
    };
    this.#sleepers.add(sleeper);
    this.#stirred += 1;
    signal?.addEventListener('abort', abort, { once: true });
    if (!this.#isDriven) void this.#drive();
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Moves the hands while nobody sleeps. */
  advance(ms: number): void {
    this.#now += ms;
  }

  async #drive(): Promise<void> {
    this.#isDriven = true;
    while (this.#sleepers.size > 0) {
      await this.#rest();
      const [first] = [...this.#sleepers].sort((a, b) => a.until - b.until);
      if (!first) break;
      this.#now = Math.max(this.#now, first.until);
      this.#sleepers.delete(first);
      first.wake();
    }
    this.#isDriven = false;
  }

  async #rest(): Promise<void> {
    for (let turns = 0, seen = this.#stirred; turns < TURNS; turns += 1) {
      await setImmediate();
      if (this.#stirred !== seen) turns = 0;
      seen = this.#stirred;
    }
  }
}
