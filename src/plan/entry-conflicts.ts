/** Entries that contradict each other, a tombstone or the tenant, whatever their subscription looks like. */
import type { Desired, WebhookId } from '../subscription.ts';
import { quoted } from '../printable.ts';
import { normaliseTitle } from '../normalise-title.ts';

/**
 * Why an entry cannot be carried out; undefined: it can. The checkout's own rules forbid two entries of one title or
 * pin; asked here again, so that no title is created twice whatever gets past those.
 */
export function entryConflicts(
  desired: readonly Desired[],
  isThere: (id: WebhookId) => boolean,
  contested: ReadonlySet<WebhookId>,
): (entry: Desired) => string | undefined {
  const titles = count(desired.map(({ title }) => normaliseTitle(title)));
  const pins = count(desired.flatMap(({ id }) => id ?? []));
  return ({ title, id }) => {
    if ((titles.get(normaliseTitle(title)) ?? 0) > 1)
      return `More than one entry is titled ${quoted(title)}: give each its own title.`;
    if (id === undefined) return undefined;
    if ((pins.get(id) ?? 0) > 1) return `More than one entry pins ${id}: keep reconcile.id in one of them.`;
    if (contested.has(id)) return `It is pinned to ${id}, which a tombstone wants deleted: remove one of the two.`;
    if (isThere(id)) return undefined;
    return (
      `It is pinned to ${id}, which is not on the tenant, and is not created under another id. ` +
      'Remove reconcile.id to have it matched by its title or created, or pin it to the right one.'
    );
  };
}

function count(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
