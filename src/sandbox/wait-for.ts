import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What a timer can hold; beyond it, Node fires at once. */
const LONGEST_MS = 2_147_483_647;

/** Resolves after `ms` (`never`: not by itself), or as soon as the client is gone or the sandbox closes. */
export async function waitFor(ms: number | 'never', response: ServerResponse, closing: AbortSignal): Promise<void> {
  const over = new AbortController();
  const stop = () => over.abort();
  response.once('close', stop);
  closing.addEventListener('abort', stop, { once: true });
  try {
    if (response.closed || closing.aborted) return;
    await delay(ms === 'never' ? LONGEST_MS : Math.min(ms, LONGEST_MS), undefined, { signal: over.signal });
  } catch {
    // Aborted: whoever waited looks at the response to see why.
  } finally {
    response.off('close', stop);
    closing.removeEventListener('abort', stop);
  }
}
