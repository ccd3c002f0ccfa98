/** Who is who: pairs what the checkout wants with what the tenant has. */
import type { Policy } from '../config/config.ts';
import { formatPosition, type Desired, type Observed, type Tombstone } from '../subscription.ts';
import { refusal } from './adoption.ts';
import { entryConflicts } from './entry-conflicts.ts';
import { matchRenames } from './match-renames.ts';
import { normaliseTitle } from '../normalise-title.ts';
import { normaliseUrl } from './normalise-url.ts';
import type { MatchedBy } from './plan.ts';
import { byAge, byTitle, compareText } from './stable-order.ts';
import { settle } from './settle.ts';
import { bury, type Buried } from './tombstones.ts';

export interface MatchInput {
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** Ids are distinct. */
  readonly observed: readonly Observed[];
  readonly isOwned: (subscription: { readonly title: string; readonly url: string }) => boolean;
  readonly isSuspended: (desired: Desired) => boolean;
  readonly policy: Pick<Policy, 'adopt' | 'owns'>;
  readonly checkoutValid: boolean;
}

export interface Pair {
  readonly desired: Desired;
  readonly observed: Observed;
  readonly by: MatchedBy;
  /** It was not owned until now. */
  readonly adopts: boolean;
}

export interface Refused {
  readonly desired: Desired;
  readonly observed?: Observed;
  readonly reason: string;
}

/** Every entry is in one of the first three, every remote in at most one of all; each list in an order of values alone. */
export interface Matching {
  readonly pairs: readonly Pair[];
  readonly missing: readonly Desired[];
  /** Conflicts: their remote, where there is one, is left alone. */
  readonly refused: readonly Refused[];
  readonly buried: readonly Buried[];
  /** Owned, with the title of a pair that took another one. */
  readonly surplus: readonly Observed[];
  /** Owned, and nobody wants them. */
  readonly unwanted: readonly Observed[];
  /** Owned and left over, but a refused or suspended entry may mean them: left until that is settled. */
  readonly kept: readonly Observed[];
  readonly foreign: readonly Observed[];
  readonly warnings: readonly string[];
}

/**
 * Order of preference: pinned id; exact title (several: same url, then owned, then oldest); then a rename, see
 * `matchRenames`. A remote is used once. Work is linear in desired + observed, but for sorting them.
 */
export function match({ isSuspended, policy, checkoutValid, ...input }: MatchInput): Matching {
  const desired = input.desired.toSorted(byEntry);
  const observed = input.observed.toSorted(byTitle);
  const owned = new Set(observed.filter(input.isOwned));
  const byId = new Map(observed.map((remote) => [remote.id, remote]));
  const sameTitle = Map.groupBy(observed, ({ title }) => title);
  const burial = bury(input.tombstones, desired, { byId, byTitle: sameTitle });
  const free = new Set(observed);
  for (const { observed: remote } of burial.buried.values()) free.delete(remote);

  const pairs: Pair[] = [];
  const refused: Refused[] = [];
  const take = (entry: Desired, remote: Observed, by: MatchedBy): void => {
    free.delete(remote);
    const adopts = !owned.has(remote);
    const reason = adopts && !isSuspended(entry) ? refusal(policy, entry, remote) : undefined;
    if (reason === undefined) pairs.push({ desired: entry, observed: remote, by, adopts });
    else refused.push({ desired: entry, observed: remote, reason });
  };

  const conflictOf = entryConflicts(desired, byId, burial.contested);
  const unpinned: Desired[] = [];
  const suspendedAndGone: Desired[] = [];
  for (const entry of desired) {
    const remote = entry.id === undefined ? undefined : byId.get(entry.id);
    const reason = conflictOf(entry);
    if (reason === undefined && remote) take(entry, remote, 'id');
    else if (reason === undefined) unpinned.push(entry);
    else if (!remote && isSuspended(entry)) suspendedAndGone.push(entry);
    else {
      if (remote) free.delete(remote);
      refused.push({ desired: entry, ...(remote && { observed: remote }), reason });
    }
  }

  /** Those that find none. */
  const claim = (entries: readonly Desired[], spelling: (title: string) => string): readonly Desired[] => {
    if (entries.length === 0) return [];
    const remotes = Map.groupBy(observed, ({ title }) => spelling(title));
    return entries.filter((entry) => {
      const url = normaliseUrl(entry.url);
      const rank = (remote: Observed): number => {
        const mayTake = owned.has(remote) || isSuspended(entry) || refusal(policy, entry, remote) === undefined;
        return (mayTake ? 0 : 4) + (normaliseUrl(remote.url) === url ? 0 : 2) + (owned.has(remote) ? 0 : 1);
      };
      const best = lowest(
        (remotes.get(spelling(entry.title)) ?? []).filter((remote) => free.has(remote)),
        rank,
      );
      if (best) take(entry, best, 'title');
      return !best;
    });
  };
  const untitled = claim(
    claim(unpinned, (title) => title),
    normaliseTitle,
  );

  const unsettled = [...refused.map((conflict) => conflict.desired), ...suspendedAndGone];
  const titles = new Set([...unsettled, ...desired.filter(isSuspended)].map(({ title }) => normaliseTitle(title)));
  const leftovers = observed.filter((remote) => free.has(remote) && owned.has(remote));
  const renamable = leftovers.filter(({ title }) => !titles.has(normaliseTitle(title)));
  const renames = matchRenames({ untitled, unsettled, leftovers: renamable, isSuspended, checkoutValid });
  for (const { desired: entry, observed: remote } of renames.pairs) take(entry, remote, 'rename');

  return {
    pairs: pairs.toSorted((a, b) => byEntry(a.desired, b.desired)),
    missing: [...renames.missing, ...suspendedAndGone].toSorted(byEntry),
    refused: [...refused, ...renames.doubtful].toSorted((a, b) => byEntry(a.desired, b.desired)),
    buried: [...burial.buried.values()].toSorted((a, b) => byTitle(a.observed, b.observed)),
    ...settle(
      leftovers.filter((remote) => free.has(remote)),
      pairs.map((pair) => pair.desired),
      { titles, entries: [...unsettled, ...renames.missing.filter(isSuspended)] },
    ),
    foreign: observed.filter((remote) => free.has(remote) && !owned.has(remote)),
    warnings: burial.warnings,
  };
}

/** The one of the lowest rank, the oldest of several. */
function lowest(remotes: readonly Observed[], rank: (remote: Observed) => number): Observed | undefined {
  const ranked = remotes.map((remote) => ({ remote, rank: rank(remote) }));
  return ranked.reduce<(typeof ranked)[number] | undefined>(
    (best, next) => (best && (best.rank - next.rank || byAge(best.remote, next.remote)) <= 0 ? best : next),
    undefined,
  )?.remote;
}

/** By title; what comes after it decides between entries that contradict each other only. */
function byEntry(a: Desired, b: Desired): number {
  return (
    compareText(a.title, b.title) ||
    compareText(a.url, b.url) ||
    compareText(a.id ?? '', b.id ?? '') ||
    compareText(formatPosition(a.source), formatPosition(b.source))
  );
}
