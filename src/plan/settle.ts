/** What becomes of owned remotes that no entry took. */
import type { Desired, Observed } from '../subscription.ts';
import type { Matching } from './match.ts';
import { normaliseTitle } from '../normalise-title.ts';
import { normaliseUrl } from './normalise-url.ts';

/**
 * While an entry is refused or suspended, leftovers with its title or its url may be the very one it means: deleting one
 * would end deliveries that the checkout asks for.
 */
export function settle(
  leftovers: readonly Observed[],
  matched: readonly Desired[],
  /** `titles`: normalised. */
  unsettled: { readonly titles: ReadonlySet<string>; readonly entries: readonly Desired[] },
): Pick<Matching, 'surplus' | 'unwanted' | 'kept'> {
  const titles = new Set(matched.map(({ title }) => normaliseTitle(title)));
  const urls = new Set(unsettled.entries.map(({ url }) => normaliseUrl(url)));
  const groups = Object.groupBy(leftovers, ({ title: written, url }) => {
    const title = normaliseTitle(written);
    if (unsettled.titles.has(title) || urls.has(normaliseUrl(url))) return 'kept';
    return titles.has(title) ? 'surplus' : 'unwanted';
  });
  return { surplus: groups.surplus ?? [], unwanted: groups.unwanted ?? [], kept: groups.kept ?? [] };
}
