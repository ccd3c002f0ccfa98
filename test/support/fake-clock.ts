/** A clock whose hands are turned by the test. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

export class FakeClock implements Clock {
  #now: number;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(now = Date.parse('2026-11-24T08:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { until: this.#now + ms, wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener('abort', () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal.reason as Error);
    });
    return promise;
  }

  /** Turns the hands, waking every sleeper in its turn, and lets everything that follows at once happen. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.until);
      next.wake();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** How many are asleep. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  #next(end: number) {
    return this.#sleepers.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0];
  }
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await setImmediate();
}
