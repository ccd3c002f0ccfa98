/** What becomes of owned subscriptions that no entry took. */
import type { Desired, Observed, WebhookId } from '../subscription.ts';
import type { Kept, Matching, Pair, Surplus } from './matching.ts';
import { normaliseTitle } from '../normalise-title.ts';
import { normaliseUrl } from './normalise-url.ts';

export interface Unsettled {
  /** Entries in conflict or suspended. */
  readonly apart: readonly Desired[];
  /** One of them that may mean any leftover. */
  readonly meansAny: Desired | undefined;
  /** What entries say is meant to be there. */
  readonly beside: ReadonlyMap<WebhookId, Desired>;
}

/**
 * While an entry is in conflict or suspended, leftovers with its title or its url may be the very one it means: deleting
 * one would end deliveries that the checkout asks for.
 */
export function settle(
  leftovers: readonly Observed[],
  pairs: readonly Pair[],
  unsettled: Unsettled,
): Pick<Matching, 'surplus' | 'unwanted' | 'kept'> {
  const whyKept = keeping(pairs, unsettled);
  const pairOf = new Map([
    ...pairs.map((pair) => [normaliseTitle(pair.observed.title), pair] as const),
    ...pairs.map((pair) => [normaliseTitle(pair.desired.title), pair] as const),
  ]);
  const kept: Kept[] = [];
  const surplus: Surplus[] = [];
  const unwanted: Observed[] = [];
  for (const observed of leftovers) {
    const because = whyKept(observed);
    const pair = pairOf.get(normaliseTitle(observed.title));
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
    ...theirs.map(({ desired, observed }) => [normaliseTitle(observed.title), desired] as const),
    ...apart.map((entry) => [normaliseTitle(entry.title), entry] as const),
  ]);
  const byUrl = new Map(apart.map((entry) => [normaliseUrl(entry.url), entry]));
  return ({ id, title, url }: Observed): Kept['because'] | undefined => {
    const entry = byTitle.get(normaliseTitle(title)) ?? byUrl.get(normaliseUrl(url)) ?? meansAny;
    if (entry) return { entry, how: 'may-mean' };
    const consenting = beside.get(id);
    return consenting && { entry: consenting, how: 'beside' };
  };
}
