/** Long work on the event loop, a slice at a time: meanwhile the endpoints answer. */
import { setImmediate } from 'node:timers/promises';

/** The longest the event loop is kept, but for a single step. */
const SLICE_MS = 10;

/** What `work` returns; wherever it yields, it may be made to wait. */
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

/** For work that awaits again and again what is at hand already, which lets nobody else in: awaited in each round. */
export function pauses(): () => Promise<void> {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart <= SLICE_MS) return;
    await setImmediate();
    sliceStart = performance.now();
  };
}
