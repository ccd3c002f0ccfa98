/** Fires at the times of `schedule.resync`: a cron expression, or every so often. */
import type { Clock } from '../base/clock.ts';
import type { Resync } from '../config/config.ts';
import { cronTimes } from '../config/kinds/schedule.ts';

export interface Schedule {
  /** Epoch ms of the next firing. */
  next(): number;
  /** The wait for the next firing, or the one before where that was longer: the measure for how old a success may be. */
  intervalMs(): number;
  stop(): void;
}

/**
 * The longest sleep. Timers go by time that passes; a machine that was asleep, a step of NTP and somebody's hand move
 * the clock without. It then takes no longer than this until the schedule goes by the new time.
 */
const LONGEST_SLEEP_MS = 10_000;

/** What came due while nobody looked is made up for by one firing, however much it was. */
export function schedule(resync: Resync, timezone: string, clock: Clock, fire: () => void): Schedule {
  const everyMs = 'everyMs' in resync ? resync.everyMs : Number.POSITIVE_INFINITY;
  const after = 'everyMs' in resync ? (now: number) => now + everyMs : cronTimes(resync.cron, timezone);
  const stopped = new AbortController();
  let lookedAt = clock.now();
  let firedAt = lookedAt;
  let firedAtUptime = clock.uptime();
  let due = after(firedAt);
  let lastWaitMs = 0;

  const look = () => {
    const now = clock.now();
    // A clock set back must not put off for an hour what by the new time comes in a minute.
    if (now < lookedAt) due = Math.min(due, after(now));
    lookedAt = now;
    // An interval is time that passes; a machine that was asleep has not counted it, but its clock has.
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
      look();
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
