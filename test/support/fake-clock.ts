/** A clock whose hands are turned by the test. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';

export class FakeClock implements Clock {
  /** Of time that passes, which alone wakes sleepers. */
  #passed = 0;
  /** What the hands show beyond it. */
  #start: number;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  constructor(now = Date.parse('2026-11-24T08:00:00Z')) {
    this.#start = now;
  }

  now(): number {
    return this.#start + this.#passed;
  }

  uptime(): number {
    return this.#passed;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { until: this.#passed + Math.max(ms, 1), wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener('abort', () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal.reason as Error);
    });
    return promise;
  }

  /** Lets time pass, waking every sleeper in its turn, and everything that follows at once happen. */
  async advance(ms: number): Promise<void> {
    const end = this.#passed + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#passed = Math.max(this.#passed, next.until);
      next.wake();
      await settle();
    }
    this.#passed = end;
    await settle();
  }

  /** Sets the hands by `ms` without time passing: NTP steps, or the machine was asleep. */
  jump(ms: number): void {
    this.#start += ms;
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
