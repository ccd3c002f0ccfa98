/** A clock on which every sleep is over at once, and time has passed all the same. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';

export class ImpatientClock implements Clock {
  #now: number;

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
    this.#now += ms;
    await setImmediate();
    signal?.throwIfAborted();
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
