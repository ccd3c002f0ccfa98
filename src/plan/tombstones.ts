/** Which subscriptions `state: absent` means. */
import { formatPosition, type Desired, type Observed, type Tombstone, type WebhookId } from '../subscription.ts';
import { quoted } from '../printable.ts';
import { tidyTitle } from '../normalise-title.ts';
import { isSameValue } from './same-value.ts';
import { compareText } from './stable-order.ts';

export interface Buried {
  readonly observed: Observed;
  readonly tombstone: Tombstone;
}

export interface Burial {
  readonly buried: ReadonlyMap<WebhookId, Buried>;
  /** Pinned by an entry and buried by id at the same time: neither is done. */
  readonly contested: ReadonlySet<WebhookId>;
  readonly warnings: readonly string[];
}

/**
 * Every subscription with the title of a tombstone (tidied, where none has it as written and none is wanted: nobody could
 * tell the two apart), or the one with its id and its title. A title that is also wanted buries nothing, and a pinned
 * subscription is not buried by its title: its entry gives it another.
 */
export function bury(
  tombstones: readonly Tombstone[],
  desired: readonly Desired[],
  remotes: {
    readonly byId: ReadonlyMap<WebhookId, Observed>;
    readonly byTitle: ReadonlyMap<string, readonly Observed[]>;
  },
): Burial {
  if (tombstones.length === 0) return { buried: new Map(), contested: new Set(), warnings: [] };
  const titles = new Set(desired.map(({ title }) => title));
  const wanted = new Set(desired.map(({ title }) => tidyTitle(title)));
  const tidied = Map.groupBy(remotes.byId.values(), ({ title }) => tidyTitle(title));
  const pins = new Set(desired.flatMap(({ id }) => id ?? []));
  const buried = new Map<WebhookId, Buried>();
  const contested = new Set<WebhookId>();
  const warnings: string[] = [];

  for (const tombstone of tombstones.toSorted(byTombstone)) {
    const { title, id } = tombstone;
    if (id !== undefined) {
      const observed = remotes.byId.get(id);
      if (!observed) continue;
      if (pins.has(id)) {
        contested.add(id);
        warnings.push(`Tombstone ${quoted(title)}: an entry pins ${id}, so it is not deleted. Remove one of the two.`);
      } else if (!isSameValue('title', observed.title, title)) {
        warnings.push(
          `Tombstone ${quoted(title)}: ${id} is titled ${quoted(observed.title)} by now and is not deleted. ` +
            'Mend the title in the tombstone, or remove it.',
        );
      } else {
        buried.set(id, { observed, tombstone });
      }
    } else if (titles.has(title)) {
      warnings.push(`${quoted(title)} is wanted and has a tombstone: nothing is deleted. Remove one of the two.`);
    } else {
      const asWritten = remotes.byTitle.get(title);
      const spelled = tidyTitle(title);
      for (const observed of asWritten ?? (wanted.has(spelled) ? [] : (tidied.get(spelled) ?? []))) {
        if (!pins.has(observed.id) && !buried.has(observed.id)) buried.set(observed.id, { observed, tombstone });
      }
    }
  }
  return { buried, contested, warnings };
}

function byTombstone(a: Tombstone, b: Tombstone): number {
  return (
    compareText(a.title, b.title) ||
    compareText(a.id ?? '', b.id ?? '') ||
    compareText(formatPosition(a.source), formatPosition(b.source))
  );
}
