/** What becomes of leftovers, the owned subscriptions that no entry has taken: renamed, kept, surplus or unwanted. */
import { categoriesOf, categoriesKey, titleKey, normaliseUrl } from '../subscription/fields.ts';
import type { Desired, Observed, WebhookId } from '../subscription/subscription.ts';
import type { Matching, Pair, Surplus } from './matching.ts';
import { byAge } from './order.ts';
import type { Kept } from './plan.ts';

/**
 * Pairs entries that found nothing with the leftovers of their url, as many as there are. Those that deliver the same
 * events are paired first, then the oldest leftover with the first title. `entries` are in the order of their titles.
 */
export function pairLeftovers(
  entries: readonly Desired[],
  leftovers: readonly Observed[],
): ReadonlyMap<Desired, Observed> {
  const pairs = new Map<Desired, Observed>();
  const byUrl = Map.groupBy(leftovers, ({ url }) => normaliseUrl(url));
  for (const [url, wanting] of Map.groupBy(entries, (entry) => normaliseUrl(entry.url))) {
    const left = byUrl.get(url);
    if (!left) continue;
    const taken = new Set<Observed>();
    /** Each group has its youngest first, so that the oldest is taken off the end. */
    const pair = (groups: ReadonlyMap<string, Observed[]>, groupOf: (entry: Desired) => string) => {
      for (const entry of wanting) {
        if (pairs.has(entry)) continue;
        const group = groups.get(groupOf(entry)) ?? [];
        const at = group.findLastIndex(({ id }) => !entry.beside?.includes(id));
        const [observed] = at === -1 ? [] : group.splice(at, 1);
        if (!observed) continue;
        pairs.set(entry, observed);
        taken.add(observed);
      }
    };
    const youngestFirst = left.toSorted((a, b) => byAge(b, a));
    pair(
      Map.groupBy(youngestFirst, (observed) => categoriesKey(categoriesOf(observed))),
      (entry) => categoriesKey(categoriesOf(entry)),
    );
    pair(new Map([['', youngestFirst.filter((observed) => !taken.has(observed))]]), () => '');
  }
  return pairs;
}

/** Entries that may still mean a leftover. */
interface Unsettled {
  /** Entries in conflict or suspended. */
  readonly apart: readonly Desired[];
  /** An entry in conflict that may mean any leftover, because it ignores its title. */
  readonly meansAny: Desired | undefined;
  /** By id, the entry that names it in `reconcile.beside`. */
  readonly beside: ReadonlyMap<WebhookId, Desired>;
}

/**
 * Sorts the leftovers. While an entry is in conflict or suspended, a leftover with its title or url may be the
 * subscription that it means, so it is kept: deleting it could end deliveries that the checkout asks for.
 */
export function keepReferenced(
  leftovers: readonly Observed[],
  pairs: readonly Pair[],
  unsettled: Unsettled,
): Pick<Matching, 'surplus' | 'unwanted' | 'kept'> {
  const whyKept = keeping(pairs, unsettled);
  const pairOf = new Map([
    ...pairs.map((pair) => [titleKey(pair.observed.title), pair] as const),
    ...pairs.map((pair) => [titleKey(pair.desired.title), pair] as const),
  ]);
  const kept: Kept[] = [];
  const surplus: Surplus[] = [];
  const unwanted: Observed[] = [];
  for (const observed of leftovers) {
    const because = whyKept(observed);
    const pair = pairOf.get(titleKey(observed.title));
    if (because) kept.push({ observed, because });
    else if (pair) surplus.push({ observed, kept: pair });
    else unwanted.push(observed);
  }
  return { surplus, unwanted, kept };
}

function keeping(pairs: readonly Pair[], { apart, meansAny, beside }: Unsettled) {
  const isApart = new Set(apart);
  const theirs = pairs.filter(({ desired }) => isApart.has(desired));
  const byTitle = new Map([
    ...theirs.map(({ desired, observed }) => [titleKey(observed.title), desired] as const),
    ...apart.map((entry) => [titleKey(entry.title), entry] as const),
  ]);
  const byUrl = new Map(apart.map((entry) => [normaliseUrl(entry.url), entry]));
  return ({ id, title, url }: Observed): Kept['because'] | undefined => {
    const entry = byTitle.get(titleKey(title)) ?? byUrl.get(normaliseUrl(url)) ?? meansAny;
    if (entry) return { entry, how: 'may-mean' };
    const consenting = beside.get(id);
    return consenting && { entry: consenting, how: 'beside' };
  };
}
