import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after `ms` (`never`: not by itself); rejects as soon as `signal` aborts. */
export type Sleep = (ms: number | 'never', signal: AbortSignal) => Promise<void>;

/** What a timer can hold; beyond it, Node fires at once. */
const LONGEST_MS = 2_147_483_647;

export const realSleep: Sleep = async (ms, signal) => {
  await delay(ms === 'never' ? LONGEST_MS : Math.min(ms, LONGEST_MS), undefined, { signal });
};

/** Resolves after `ms` (`never`: not by itself), or as soon as the client is gone or the sandbox closes. */
export async function waitFor(
  ms: number | 'never',
  response: ServerResponse,
  { sleep, closing }: { readonly sleep: Sleep; readonly closing: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const stop = () => over.abort();
  response.once('close', stop);
  closing.addEventListener('abort', stop, { once: true });
  try {
    if (response.closed || closing.aborted) return;
    await sleep(ms, over.signal);
  } catch {
    // Aborted: whoever waited looks at the response to see why.
  } finally {
    response.off('close', stop);
    closing.removeEventListener('abort', stop);
  }
}
