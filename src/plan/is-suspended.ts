import type { Desired } from '../subscription.ts';

/** Whether `reconcile.suspend` still holds at `now` (epoch milliseconds). An instant nobody can read never ends. */
export function isSuspended({ suspend }: Desired, now: number): boolean {
  if (suspend === undefined || suspend === true) return suspend === true;
  return !(Date.parse(suspend) <= now);
}
