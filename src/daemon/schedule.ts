/** Fires at the times of `schedule.resync`: a cron expression or an interval. */
import type { Clock } from '../base/clock.ts';
import type { Resync } from '../config/config.ts';
import { cronTimes } from '../config/kinds/schedule.ts';

export interface Schedule {
  /** Epoch ms of the next firing. */
  next(): number;
  /** The longer of the waits for the next firing and for the last one; it decides how old the last success may be. */
  intervalMs(): number;
  stop(): void;
}

/**
 * The longest sleep. Timers run on monotonic time, while a suspended machine, an NTP step or an operator moves the wall
 * clock. The schedule follows such a step within this time.
 */
const LONGEST_SLEEP_MS = 10_000;

/** All firings missed while the process did not run are made up for by one. */
export function schedule(resync: Resync, timezone: string, clock: Clock, fire: () => void): Schedule {
  const everyMs = 'everyMs' in resync ? resync.everyMs : Number.POSITIVE_INFINITY;
  const after = 'everyMs' in resync ? (now: number) => now + everyMs : cronTimes(resync.cron, timezone);
  const stopped = new AbortController();
  let checkedAt = clock.now();
  let firedAt = checkedAt;
  let firedAtUptime = clock.uptime();
  let due = after(firedAt);
  let lastWaitMs = 0;

  const check = () => {
    const now = clock.now();
    // A clock set back by an hour must not delay by an hour a firing that the new time has in a minute.
    if (now < checkedAt) due = Math.min(due, after(now));
    checkedAt = now;
    // An interval has passed by either clock: a suspended machine does not advance its uptime, but its wall clock.
    if (now < due && clock.uptime() - firedAtUptime < everyMs) return;
    lastWaitMs = due - firedAt;
    firedAt = now;
    firedAtUptime = clock.uptime();
    due = after(now);
    fire();
  };
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await clock.sleep(Math.min(due - clock.now(), LONGEST_SLEEP_MS), stopped.signal);
      check();
    }
  };
  run().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });

  return {
    next: () => due,
    intervalMs: () => Math.max(due - firedAt, lastWaitMs),
    stop: () => stopped.abort(),
  };
}
