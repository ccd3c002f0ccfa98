/** Time as the rest of the program sees it, so that tests can turn the hands. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Milliseconds since some moment of its own, never backwards: what has passed between two readings, whatever was done
   * to the wall clock meanwhile. Time in which the machine was suspended need not be in it.
   */
  uptime(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  uptime: () => process.uptime() * 1000,
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // Node wraps the reason in an AbortError of its own.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
