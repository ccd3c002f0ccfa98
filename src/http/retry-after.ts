/** The wait an answer asks for in `Retry-After`: seconds or an HTTP date. Not documented by Upvest, honoured where present. */

/** Nobody waits longer than this within one call: a pass has a deadline, and comes again. */
export const LONGEST_WAIT_MS = 60_000;

/**
 * Milliseconds, at most `longestMs`; undefined where there is no such header or it makes no sense. `now`: epoch milliseconds.
 */
export function retryAfter(
  headers: Readonly<Record<string, string>>,
  now: number,
  longestMs: number = LONGEST_WAIT_MS,
): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, longestMs);
  const until = Date.parse(value);
  // The server's own clock, where it tells the time: ours may be off.
  const from = Date.parse(headers['date'] ?? '') || now;
  return Number.isNaN(until) ? undefined : Math.min(Math.max(until - from, 0), longestMs);
}
