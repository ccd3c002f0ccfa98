/**
 * Promises with limits: time limits, abort signals, shared and bounded work, and turns for the rest of the event loop.
 */
import { setImmediate } from 'node:timers/promises';

/** The result of `work`, or `late()` thrown after `limitMs` in which this process ran. */
export async function withTimeout<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  const over = Promise.withResolvers<never>();
  const stop = afterRunning(limitMs, () => over.reject(late()));
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    stop();
  }
}

const SLICES = 10;
/** A slice that ends later than this, or after more than twice its length, is late: the process hardly ran in it. */
const LATE_MS = 100;

/**
 * Calls `over` once this process has run for `limitMs`, unless the returned function is called before. A process that
 * was suspended or starved finds its timers expired while answers that have arrived are still unread. The time is
 * therefore counted in slices: each counts once, however long it took, and the last one must not be late. If no slice
 * is on time, the limit ends after twice as many.
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

/**
 * Replaces AbortSignal.any, which keeps its listeners for as long as the longest-lived source: a daemon that runs for
 * months would leak more than a kilobyte with every call.
 */
export async function withAnySignal<T>(
  sources: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await anySignal(sources, async (signal) => {
    signal.throwIfAborted();
    return await work(signal);
  });
}

/** The same for work that checks the signal itself, and is therefore started even if the signal has aborted. */
export async function anySignal<T>(
  sources: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const anySignal = new AbortController();
  const links = sources.flatMap((source) => {
    if (!source) return [];
    const pass = () => anySignal.abort(source.reason);
    if (source.aborted) pass();
    source.addEventListener('abort', pass, { once: true });
    return [() => source.removeEventListener('abort', pass)];
  });
  try {
    return await work(anySignal.signal);
  } finally {
    for (const unlink of links) unlink();
  }
}

/**
 * The result of `work`, or the reason of `signal` as soon as that aborts. For work that no signal can stop and that
 * does no harm when it ends later. Its later result or failure is ignored.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const giveUp = () => aborted.reject(signal.reason);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** One piece of work that several callers wait for. It is aborted only when no caller waits for it any more. */
export class SingleFlight<T> {
  #flight: { readonly result: Promise<T>; readonly ending: AbortController; waiting: number } | undefined;

  /** Joins the work under way, or starts it. Rejects with the reason of `signal` as soon as that aborts. */
  async join(start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const flight = (this.#flight ??= this.#take(start));
    flight.waiting += 1;
    let leave: (() => void) | undefined;
    try {
      const left = new Promise<never>((_resolve, reject) => {
        leave = () => reject(signal?.reason);
        signal?.addEventListener('abort', leave, { once: true });
      });
      return await Promise.race([flight.result, left]);
    } finally {
      if (leave) signal?.removeEventListener('abort', leave);
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        // No caller may join a flight that is being aborted.
        if (this.#flight === flight) this.#flight = undefined;
        flight.ending.abort(signal?.reason);
      }
    }
  }

  #take(start: (signal: AbortSignal) => Promise<T>) {
    const ending = new AbortController();
    const result = start(ending.signal);
    const flight = { result, ending, waiting: 0 };
    const land = () => {
      if (this.#flight === flight) this.#flight = undefined;
    };
    // A failure after the last caller has left must not count as an unhandled rejection.
    result.then(land, land);
    return flight;
  }
}

/**
 * Runs `work` for each item, at most `limit` at a time. Results keep the order of the items. After a failure none is
 * begun.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (hasFailed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Milliseconds. Work keeps the event loop for longer than this only within a single step. */
const SLICE_MS = 10;

/** Runs `work` and gives its result. At each `yield`, other work of the event loop may go first. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let sliceStart = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - sliceStart > SLICE_MS) {
      await setImmediate();
      sliceStart = performance.now();
    }
  }
}

/**
 * Gives a function to await in each round of a loop whose other awaits are settled already and let no other work run.
 */
export function pauses(): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart <= SLICE_MS) return;
    await setImmediate();
    sliceStart = performance.now();
  };
}

/** Lets probes be answered between steps that take tenths of a second each for tens of thousands of subscriptions. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}
