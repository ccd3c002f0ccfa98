/**
 * The bounds on what the API is sent, stated here and in docs/operations.md, and checked in every failure mode: of a pass by
 * every schedule, of a minute by `storm.test.ts`.
 */

/**
 * Of any minute, where six subscriptions are to be created and each call is repeated twice. Most come in the first: three
 * passes planned anew at once, then those after the shortest waits that chance can bring, and by the schedule.
 */
export const MOST_A_MINUTE = 100;

/**
 * Of a pass. A call is sent once and `retries` times more, each once again with a renewed token, and as often for the token.
 * A listing is made four times at the most. Each subscription may be posted three times with two looks for each, then
 * enabled; it is read, updated or deleted once.
 */
export function mostInAPass(retries: number, subscriptions: number): number {
  const perCall = 2 * (retries + 2);
  const listings = 4 * perCall;
  return listings + subscriptions * (3 * (2 * listings + perCall) + 3 * perCall);
}
