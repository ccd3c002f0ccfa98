/** Owned leftovers of a url that several entries or several subscriptions share. */
import type { Desired, Observed } from '../subscription.ts';
import { categoriesOf, keyOf } from './categories.ts';
import { normaliseUrl } from './normalise-url.ts';
import { byAge } from './stable-order.ts';

/**
 * Entries that found nothing and what is left over at their url, as many as there are: those that deliver the same events
 * first, then the oldest to the first title. `entries` in the order of their titles.
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
    /** Takes from groups of leftovers, the youngest first, so that the oldest comes off the end. */
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
      Map.groupBy(youngestFirst, (observed) => keyOf(categoriesOf(observed))),
      (entry) => keyOf(categoriesOf(entry)),
    );
    pair(new Map([['', youngestFirst.filter((observed) => !taken.has(observed))]]), () => '');
  }
  return pairs;
}
