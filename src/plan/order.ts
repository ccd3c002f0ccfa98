/** Orders that depend on values alone, so that a plan is the same however files, documents and pages were ordered. */
import { type Desired, formatPosition, type Observed } from '../subscription/subscription.ts';

/** By UTF-16 code unit: no locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Oldest first, then by id. */
export function byAge(a: Observed, b: Observed): number {
  return instant(a.created_at) - instant(b.created_at) || compareText(a.id, b.id);
}

/** By title, then oldest first. */
export function byTitle(a: Observed, b: Observed): number {
  return compareText(a.title, b.title) || byAge(a, b);
}

/** By title; what comes after it decides between entries that contradict each other only. */
export function byEntry(a: Desired, b: Desired): number {
  return (
    compareText(a.title, b.title) ||
    compareText(a.url, b.url) ||
    compareText(a.id ?? '', b.id ?? '') ||
    compareText(formatPosition(a.source), formatPosition(b.source))
  );
}

/** The number of fraction digits varies, so instants are compared, not texts. One nobody can read counts as the newest. */
function instant(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms;
}

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
