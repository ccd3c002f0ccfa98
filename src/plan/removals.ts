/** What the pass would take from the tenant, and what it has disabled already. */
import { updateBody } from '../subscription/diff.ts';
import {
  categoriesOf,
  categoriesOn,
  FIELDS_BESIDE_CATEGORIES,
  isSameIn,
  keyOf,
  normaliseTitle,
} from '../subscription/fields.ts';
import type { Observed } from '../subscription/subscription.ts';
import type { Matching, Surplus } from './matching.ts';
import type { Removal } from './plan.ts';

export interface Removals {
  readonly removals: readonly Removal[];
  /** Disabled, and not yet for long enough. `until`: ISO 8601, UTC. */
  readonly quarantined: readonly { readonly observed: Observed; readonly until: string }[];
}

/**
 * Tombstones are deleted at once. With `quarantineMs` everything else is disabled first, and deleted once it has been
 * for that long by its own `updated_at` (no state of ours: a restart forgets nothing, a revert enables the same id).
 * What was disabled before has no time of grace beyond that. `now`: epoch milliseconds. Quarantines come before deletes.
 */
export function removalsOf(
  { buried, surplus, unwanted }: Pick<Matching, 'buried' | 'surplus' | 'unwanted'>,
  quarantineMs: number,
  now: number,
): Removals {
  const quarantines: Removal[] = [];
  const deletes: Removal[] = buried.map(({ observed, tombstone }) => ({
    kind: 'delete',
    observed,
    because: 'tombstone',
    source: tombstone.source,
  }));
  const quarantined: { observed: Observed; until: string }[] = [];

  const prune = (removal: Omit<Extract<Removal, { kind: 'quarantine' }>, 'kind'>) => {
    const { observed } = removal;
    if (quarantineMs > 0 && observed.enabled) {
      quarantines.push({ kind: 'quarantine', ...removal });
      return;
    }
    const until = quarantineMs > 0 ? endOfQuarantine(observed, quarantineMs, now) : now;
    if (until <= now) deletes.push({ kind: 'delete', ...removal });
    else quarantined.push({ observed, until: new Date(until).toISOString() });
  };
  for (const observed of unwanted) prune({ observed, because: 'pruned' });
  for (const one of surplus) {
    const isEqual = isEqualSurplus(one);
    prune({ observed: one.observed, because: 'surplus', kept: one.kept.observed.id, ...(isEqual && { isEqual }) });
  }
  return { removals: [...quarantines, ...deletes], quarantined };
}

/**
 * Nothing is lost with it: url, categories and config are each as the one that stays has them, or as its entry wants
 * them (its title is, or it would be no surplus), and it is not enabled where that one neither is nor is to be. Where it
 * has no title of an entry but what the API made of ours, it may have been there, unwanted and withheld, before what stays
 * was created: then it is none, since nothing a pass creates may help an older one away.
 */
export function isEqualSurplus({ observed, kept }: Surplus): boolean {
  const { desired, observed: stays } = kept;
  const wanted = updateBody(desired, stays);
  const categories = keyOf(categoriesOf(observed));
  return (
    [categoriesOf(stays), categoriesOn(desired, stays)].some((as) => keyOf(as) === categories) &&
    PARTS.every((fields) => isSameIn(fields, observed, stays) || isSameIn(fields, observed, wanted)) &&
    (!observed.enabled || stays.enabled || wanted.enabled) &&
    (normaliseTitle(observed.title) === normaliseTitle(desired.title) || isNotYounger(stays, observed))
  );
}

/** What is judged by itself: `config` as a whole, and neither the title nor whether it is enabled. */
const PARTS = Object.values(
  Object.groupBy(
    FIELDS_BESIDE_CATEGORIES.filter((field) => field !== 'title' && field !== 'enabled'),
    (field) => field.split('.', 1)[0] ?? field,
  ),
).filter((fields) => fields !== undefined);

/** By the API alone; what cannot be read is younger. */
function isNotYounger(one: Observed, other: Observed): boolean {
  return Date.parse(one.created_at) <= Date.parse(other.created_at);
}

/** A time nobody can read starts the quarantine again: never a reason to delete. */
function endOfQuarantine({ updated_at }: Observed, quarantineMs: number, now: number): number {
  const disabledSince = Date.parse(updated_at);
  return Math.min((Number.isNaN(disabledSince) ? now : disabledSince) + quarantineMs, END_OF_TIME);
}

/** Of a Date. */
const END_OF_TIME = 8.64e15;
