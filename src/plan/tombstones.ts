/** Which subscriptions `state: absent` means. */
import { quoted } from '../base/text.ts';
import type { Reach } from '../config/config.ts';
import { normaliseTitle } from '../subscription/fields.ts';
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
  readonly buried: ReadonlyMap<WebhookId, Tombstoned>;
  /** Pinned by an entry and buried by id at the same time: neither is done. */
  readonly contested: ReadonlySet<WebhookId>;
  readonly warnings: readonly string[];
}

interface Tenant {
  readonly byId: ReadonlyMap<WebhookId, Observed>;
  /** By normalised title. */
  readonly byTitle: ReadonlyMap<string, readonly Observed[]>;
  /** Entries have these by the answer to their create. */
  readonly byAnswer: ReadonlySet<WebhookId>;
  readonly owned: ReadonlySet<Observed>;
}

/**
 * Every subscription of a tombstone's tidied title, however it is spelled, or the one with its id and its title. A title
 * that is also wanted buries nothing, and what an entry has by pin or by answer is not buried by its title. `reach`:
 * `policy.tombstones`.
 */
export function matchTombstones(
  tombstones: readonly Tombstone[],
  desired: readonly Desired[],
  tenant: Tenant,
  reach: Reach,
): TombstoneMatches {
  const wanted = new Set(desired.map(({ title }) => normaliseTitle(title)));
  const pins = new Set(desired.flatMap(({ id }) => id ?? []));
  const buried = new Map<WebhookId, Tombstoned>();
  const contested = new Set<WebhookId>();
  const warnings: string[] = [];
  const buryIt = (observed: Observed, tombstone: Tombstone): void => {
    if (reach === 'any' || tenant.owned.has(observed)) buried.set(observed.id, { observed, tombstone });
    else warnings.push(outOfReach(tombstone, observed));
  };

  for (const tombstone of tombstones.toSorted(byTombstone)) {
    const title = normaliseTitle(tombstone.title);
    const { id } = tombstone;
    if (id !== undefined) {
      const observed = tenant.byId.get(id);
      if (!observed) continue;
      if (pins.has(id)) {
        contested.add(id);
        warnings.push(
          `Tombstone ${quoted(tombstone.title)}: an entry pins ${id}, so it is not deleted. Remove one of the two.`,
        );
      } else if (normaliseTitle(observed.title) !== title) {
        warnings.push(
          `Tombstone ${quoted(tombstone.title)}: ${id} is titled ${quoted(observed.title)} by now and is not deleted. ` +
            'Fix the title in the tombstone, or remove it.',
        );
      } else {
        buryIt(observed, tombstone);
      }
    } else if (wanted.has(title)) {
      warnings.push(
        `${quoted(tombstone.title)} is wanted and has a tombstone: nothing is deleted. Remove one of the two.`,
      );
    } else {
      for (const observed of tenant.byTitle.get(title) ?? []) {
        const isAnEntrys = pins.has(observed.id) || tenant.byAnswer.has(observed.id);
        if (!isAnEntrys && !buried.has(observed.id)) buryIt(observed, tombstone);
      }
    }
  }
  return { buried, contested, warnings };
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
