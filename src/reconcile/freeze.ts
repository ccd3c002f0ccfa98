/** Freeze windows: times in which nothing is changed, only observed. */
import { Cron } from 'croner';
import type { FreezeWindow } from '../config/config.ts';

/**
 * The end (ISO 8601, UTC) of the window we are in, of several the latest; `undefined` outside of all.
 * A window begins with the instant of `start` and ends before the instant `durationMs` later: time that passes, so
 * that a change of the clocks within it makes it neither longer nor shorter.
 *
 * `now`: epoch milliseconds. `timezone`: of the windows that name none.
 */
export function frozenUntil(windows: readonly FreezeWindow[], now: number, timezone: string): string | undefined {
  const ends = windows.map((window) => lastStart(window, now, timezone) + window.durationMs);
  const latest = Math.max(...ends.filter((end) => end > now));
  return Number.isFinite(latest) ? new Date(latest).toISOString() : undefined;
}

/** The latest start up to and including `now`: of overlapping occurrences the one that ends last. -Infinity: none yet. */
function lastStart({ start, timezone }: FreezeWindow, now: number, otherwise: string): number {
  // Day of month and day of week both have to match, as in the scheduler that runs `schedule.resync`.
  const cron = new Cron(start, { paused: true, domAndDow: true, timezone: timezone ?? otherwise });
  // The reference is exclusive.
  return cron.previousRuns(1, new Date(now + 1))[0]?.getTime() ?? Number.NEGATIVE_INFINITY;
}
