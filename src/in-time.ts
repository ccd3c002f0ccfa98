/** Limits of time for what can neither be limited nor stopped itself. */

/** The result of `work`, or `late()` thrown after `limitMs` in which this process ran. */
export async function inTime<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  const over = Promise.withResolvers<never>();
  const stop = afterRunning(limitMs, () => over.reject(late()));
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    stop();
  }
}

const SLICES = 10;
/** A slice that ends later than this, or than its length once more, was no time in which much could happen. */
const LATE_MS = 100;

/**
 * Calls `over` once this process has run for `limitMs`, unless what it gives is called before. In a process that was
 * suspended or starved, timers are over on waking while answers that are there have yet to be taken: a slice counts as
 * one, however long it took, and the last one must have been on time. Where none is, it is over after twice as many.
 */
export function afterRunning(limitMs: number, over: () => void): () => void {
  const slices = Math.max(1, Math.min(SLICES, Math.floor(limitMs)));
  const sliceMs = limitMs / slices;
  let ran = 0;
  let begunAt = performance.now();
  const tick = (): void => {
    const lateMs = performance.now() - begunAt - sliceMs;
    ran += 1;
    if (ran >= 2 * slices || (ran >= slices && lateMs < Math.max(sliceMs, LATE_MS))) over();
    else {
      begunAt = performance.now();
      timer = setTimeout(tick, sliceMs);
    }
  };
  let timer = setTimeout(tick, sliceMs);
  return () => clearTimeout(timer);
}
