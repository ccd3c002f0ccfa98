/** Waits, and rejects with the very reason of `signal` when that aborts. */
import type { Clock } from '../clock.ts';

export async function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    // Timers reject with an error of their own around the reason.
    signal?.throwIfAborted();
    throw error;
  }
}
