/** Limits requests on the wire: so many at once, and so many a second. */
import PQueue from 'p-queue';
import type { Clock } from '../base/clock.ts';

export interface Throttle {
  /**
   * Runs `work` once the limits allow it. An aborted `signal` ends the wait with its reason; work that has begun is
   * finished. `urgent` work goes before all other work that waits.
   */
  take<T>(
    work: () => Promise<T>,
    options: { readonly signal?: AbortSignal | undefined; readonly urgent?: boolean },
  ): Promise<T>;
}

export function throttle(concurrency: number, perSecond: number, clock: Clock): Throttle {
  const queue = new PQueue({ concurrency });
  const turn = Number.isFinite(perSecond) ? turns(perSecond, clock) : async () => {};

  return {
    take: async (work, { signal, urgent = false }) => {
      signal?.throwIfAborted();
      // p-queue does not get the caller's signal itself, because it would abandon work that has begun.
      const waiting = new AbortController();
      const giveUp = () => waiting.abort(signal?.reason);
      signal?.addEventListener('abort', giveUp, { once: true });
      const arrive = () => signal?.removeEventListener('abort', giveUp);
      try {
        return await queue.add(
          async () => {
            await turn(waiting.signal);
            arrive();
            return await work();
          },
          { signal: waiting.signal, priority: urgent ? 1 : 0 },
        );
      } finally {
        arrive();
      }
    },
  };
}

/**
 * Waits until one more may begin without exceeding the limit in any second. p-queue can count too, but by the wall
 * clock: if that is set back by an hour, p-queue would hold all waiting work for an hour.
 */
function turns(perSecond: number, clock: Clock): (signal: AbortSignal) => Promise<void> {
  // A limit of 0.5 a second means one in two seconds.
  const most = Math.max(1, Math.floor(perSecond));
  const spanMs = (1000 * most) / perSecond;
  /** When the last `most` began, in a ring. */
  const begun: number[] = [];
  let next = 0;
  return async (signal) => {
    const now = clock.uptime();
    const at = Math.max(now, (begun[next] ?? Number.NEGATIVE_INFINITY) + spanMs);
    begun[next] = at;
    next = (next + 1) % most;
    if (at > now) await clock.sleep(Math.ceil(at - now), signal);
  };
}
