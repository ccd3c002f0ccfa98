/** What becomes of owned subscriptions that no entry took. */
import type { Desired, Observed, WebhookId } from '../subscription.ts';
import type { Matching, Pair, Surplus } from './matching.ts';
import { normaliseTitle } from '../normalise-title.ts';
import { normaliseUrl } from './normalise-url.ts';

/**
 * While an entry is in conflict or suspended, leftovers with its title or its url may be the very one it means: deleting
 * one would end deliveries that the checkout asks for.
 */
export function settle(
  leftovers: readonly Observed[],
  pairs: readonly Pair[],
  unsettled: {
    /** Entries in conflict or suspended. */
    readonly apart: readonly Desired[];
    /** One of them may mean any leftover. */
    readonly keepsAll: boolean;
    /** What entries say is meant to be there. */
    readonly beside: ReadonlySet<WebhookId>;
  },
): Pick<Matching, 'surplus' | 'unwanted' | 'kept'> {
  const { apart, keepsAll, beside } = unsettled;
  const isApart = new Set(apart);
  const theirs = pairs.flatMap(({ desired, observed }) => (isApart.has(desired) ? [observed] : []));
  const titles = new Set([...apart, ...theirs].map(({ title }) => normaliseTitle(title)));
  const urls = new Set(apart.map(({ url }) => normaliseUrl(url)));
  const pairOf = new Map([
    ...pairs.map((pair) => [normaliseTitle(pair.observed.title), pair] as const),
    ...pairs.map((pair) => [normaliseTitle(pair.desired.title), pair] as const),
  ]);
  const kept: Observed[] = [];
  const surplus: Surplus[] = [];
  const unwanted: Observed[] = [];
  for (const observed of leftovers) {
    const title = normaliseTitle(observed.title);
    const pair = pairOf.get(title);
    if (keepsAll || titles.has(title) || urls.has(normaliseUrl(observed.url)) || beside.has(observed.id))
      kept.push(observed);
    else if (pair) surplus.push({ observed, kept: pair });
    else unwanted.push(observed);
  }
  return { surplus, unwanted, kept };
}
