/** Tombstones: which subscriptions `state: absent` deletes. */
import { quoted } from '../base/text.ts';
import type { Reach } from '../config/config.ts';
import { titleKey } from '../subscription/fields.ts';
import {
  type Desired,
  formatPosition,
  type Observed,
  type Tombstone,
  type WebhookId,
} from '../subscription/subscription.ts';
import { compareText } from './order.ts';

export interface Tombstoned {
  readonly observed: Observed;
  readonly tombstone: Tombstone;
}

export interface TombstoneMatches {
  readonly tombstoned: ReadonlyMap<WebhookId, Tombstoned>;
  /** Ids that an entry pins and a tombstone names: neither is carried out. */
  readonly contested: ReadonlySet<WebhookId>;
  readonly warnings: readonly string[];
}

interface Tenant {
  readonly byId: ReadonlyMap<WebhookId, Observed>;
  /** By normalised title. */
  readonly byTitle: ReadonlyMap<string, readonly Observed[]>;
  /** Ids that belong to entries by the answers to their creates. */
  readonly byAnswer: ReadonlySet<WebhookId>;
  readonly owned: ReadonlySet<Observed>;
}

/**
 * A tombstone with an id deletes that subscription, if it has the title and no entry pins it. One without an id deletes
 * every subscription of its title, however that is spelled, unless an entry wants the title; those that entries
 * have by pin or by answer stay. `reach`: `policy.tombstones`.
 */
export function matchTombstones(
  tombstones: readonly Tombstone[],
  desired: readonly Desired[],
  tenant: Tenant,
  reach: Reach,
): TombstoneMatches {
  const wanted = new Set(desired.map(({ title }) => titleKey(title)));
  const pins = new Set(desired.flatMap(({ id }) => id ?? []));
  const tombstoned = new Map<WebhookId, Tombstoned>();
  const contested = new Set<WebhookId>();
  const warnings: string[] = [];
  const mark = (observed: Observed, tombstone: Tombstone): void => {
    if (reach === 'any' || tenant.owned.has(observed)) tombstoned.set(observed.id, { observed, tombstone });
    else warnings.push(outOfReach(tombstone, observed));
  };

  for (const tombstone of tombstones.toSorted(byTombstone)) {
    const title = titleKey(tombstone.title);
    const { id } = tombstone;
    if (id !== undefined) {
      const observed = tenant.byId.get(id);
      if (!observed) continue;
      if (pins.has(id)) {
        contested.add(id);
        warnings.push(
          `Tombstone ${quoted(tombstone.title)}: an entry pins ${id}, so it is not deleted. Remove one of the two.`,
        );
      } else if (titleKey(observed.title) !== title) {
        warnings.push(
          `Tombstone ${quoted(tombstone.title)}: ${id} is titled ${quoted(observed.title)} by now and is not deleted. ` +
            'Fix the title in the tombstone, or remove it.',
        );
      } else {
        mark(observed, tombstone);
      }
    } else if (wanted.has(title)) {
      warnings.push(
        `${quoted(tombstone.title)} is wanted and has a tombstone: nothing is deleted. Remove one of the two.`,
      );
    } else {
      for (const observed of tenant.byTitle.get(title) ?? []) {
        const isAnEntrys = pins.has(observed.id) || tenant.byAnswer.has(observed.id);
        if (!isAnEntrys && !tombstoned.has(observed.id)) mark(observed, tombstone);
      }
    }
  }
  return { tombstoned, contested, warnings };
}

function outOfReach(tombstone: Tombstone, { title, id }: Observed): string {
  return (
    `Tombstone ${quoted(tombstone.title)}: ${quoted(title)} (${id}) is not owned and policy.tombstones is owned, so it is not ` +
    'deleted. Let policy.owns cover it, or set policy.tombstones to any.'
  );
}

function byTombstone(a: Tombstone, b: Tombstone): number {
  return (
    compareText(a.title, b.title) ||
    compareText(a.id ?? '', b.id ?? '') ||
    compareText(formatPosition(a.source), formatPosition(b.source))
  );
}
