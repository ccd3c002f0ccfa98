/** Renames: what the checkout calls by a new title and the tenant still by an old one. */
import type { Desired, Observed } from '../subscription.ts';
import type { Refused } from './match.ts';
import { normaliseUrl } from './normalise-url.ts';
import { quoted } from '../printable.ts';

/**
 * An entry that no title matched is the new name of an owned leftover if their url is unique on both sides. The entries
 * still in conflict count too: the leftover may be theirs.
 *
 * With a broken checkout no entry is renamed, and none is created where an owned leftover has its url: the leftover may
 * belong to the entry that cannot be read (then the rename would rob it) or be this entry's old self (then creating
 * would deliver twice, and cost the queue once the checkout is mended). Nobody can know yet.
 */
export function matchRenames(left: {
  readonly untitled: readonly Desired[];
  readonly unsettled: readonly Desired[];
  readonly leftovers: readonly Observed[];
  readonly isSuspended: (desired: Desired) => boolean;
  readonly checkoutValid: boolean;
}): {
  readonly pairs: readonly { readonly desired: Desired; readonly observed: Observed }[];
  readonly doubtful: readonly Refused[];
  readonly missing: readonly Desired[];
} {
  const remotes = Map.groupBy(left.leftovers, ({ url }) => normaliseUrl(url));
  const wanting = Map.groupBy([...left.untitled, ...left.unsettled], ({ url }) => normaliseUrl(url));
  const pairs: { desired: Desired; observed: Observed }[] = [];
  const doubtful: Refused[] = [];
  const missing: Desired[] = [];

  for (const desired of left.untitled) {
    const url = normaliseUrl(desired.url);
    const [observed, another] = remotes.get(url) ?? [];
    if (observed && !left.checkoutValid && !left.isSuspended(desired)) {
      doubtful.push({ desired, reason: doubt(observed) });
    } else if (observed && !another && wanting.get(url)?.length === 1 && left.checkoutValid) {
      pairs.push({ desired, observed });
    } else {
      missing.push(desired);
    }
  }
  return { pairs, doubtful, missing };
}

function doubt({ title, id }: Observed): string {
  return (
    `It may be the new title of ${quoted(title)} (${id}), which has the same url, but another entry of the checkout ` +
    'cannot be read and may be its owner. Mend the broken file first: until then it is neither created nor renamed.'
  );
}
