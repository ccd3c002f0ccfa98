/** The places for requests on the wire: so many at once, so many a second. */
import PQueue from 'p-queue';
import type { Clock } from '../base/clock.ts';

export interface Throttle {
  /**
   * Runs `work` once there is a place for it. An aborted `signal` gives up waiting, with its reason; work that has begun is
   * finished. `urgent` goes before all that waits for a place.
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
      // Not the caller's signal itself: p-queue would let go of work that has begun.
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
 * Waits until one more may begin, without ever more of them in any second. p-queue could count too, but by the wall clock:
 * set back by an hour, it would hold everything that waits for an hour.
 */
function turns(perSecond: number, clock: Clock): (signal: AbortSignal) => Promise<void> {
  // 0.5 a second is one in two seconds.
  const most = Math.max(1, Math.floor(perSecond));
  const spanMs = (1000 * most) / perSecond;
  /** When the last `most` of them were let go, in turn. */
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
