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

/** By title. The rest decides only between entries that contradict each other. */
export function byEntry(a: Desired, b: Desired): number {
  return (
    compareText(a.title, b.title) ||
    compareText(a.url, b.url) ||
    compareText(a.id ?? '', b.id ?? '') ||
    compareText(formatPosition(a.source), formatPosition(b.source))
  );
}

/**
 * The number of fraction digits varies, so instants are compared, not texts. An unreadable one counts as the newest.
 */
function instant(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms;
}

/**
 * The best candidate: owned first, then the literal title, then enabled where the entry wants it enabled, then the
 * oldest. All `candidates` have the title of the entry, and either all or none of them have its url. So adoption rules
 * treat all that are not owned alike, and the rank need not ask them.
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
