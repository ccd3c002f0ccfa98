/** Which of several subscriptions of one title an entry takes. */
import type { Desired, Observed } from '../subscription.ts';
import { byAge } from './stable-order.ts';

/**
 * Owned, literal, enabled where that is wanted, oldest. `candidates` have the entry's title, and its url all or none; what is
 * owned may always be taken, and what is not owned all or none.
 */
export function bestOfTitle(
  entry: Desired,
  candidates: readonly Observed[],
  isOwned: (observed: Observed) => boolean,
): Observed | undefined {
  const rank = (observed: Observed): readonly number[] =>
    [isOwned(observed), observed.title === entry.title, observed.enabled || !entry.enabled].map((is) => (is ? 0 : 1));
  return candidates
    .map((observed) => ({ observed, rank: rank(observed) }))
    .toSorted((a, b) => compareRank(a.rank, b.rank) || byAge(a.observed, b.observed))[0]?.observed;
}

function compareRank(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
