/** The places for requests on the wire: so many at once, so many a second. */
import PQueue from 'p-queue';

export interface Places {
  /**
   * Runs `work` once there is a place for it. An aborted `signal` gives up waiting, with its reason; work that has begun is
   * finished. `urgent` goes before all that waits.
   */
  take<T>(
    work: () => Promise<T>,
    options: { readonly signal?: AbortSignal | undefined; readonly urgent?: boolean },
  ): Promise<T>;
}

export function places(concurrency: number, perSecond: number): Places {
  let queue = open(concurrency, perSecond);
  let wallClock = Date.now();

  return {
    take: async (work, { signal, urgent = false }) => {
      // p-queue counts by the wall clock: set back by an hour, it would hold everything for an hour.
      const now = Date.now();
      if (now < wallClock) queue = open(concurrency, perSecond);
      wallClock = now;

      signal?.throwIfAborted();
      // Not the caller's signal itself: p-queue would let go of work that has begun.
      const waiting = new AbortController();
      const giveUp = () => waiting.abort(signal?.reason);
      signal?.addEventListener('abort', giveUp, { once: true });
      const arrive = () => signal?.removeEventListener('abort', giveUp);
      try {
        return await queue.add(
          () => {
            arrive();
            return work();
          },
          { signal: waiting.signal, priority: urgent ? 1 : 0 },
        );
      } finally {
        arrive();
      }
    },
  };
}

function open(concurrency: number, perSecond: number): PQueue {
  if (!Number.isFinite(perSecond)) return new PQueue({ concurrency });
  // p-queue takes whole numbers only: 0.5 a second is one in two seconds.
  const intervalCap = Math.max(1, Math.floor(perSecond));
  return new PQueue({ concurrency, intervalCap, interval: (1000 * intervalCap) / perSecond, strict: true });
}
