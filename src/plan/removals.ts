/** The removals of a pass: what it would disable or delete, and what is in quarantine already. */
import { updateBody } from '../subscription/diff.ts';
import {
  categoriesOf,
  categoriesOn,
  FIELDS_BESIDE_CATEGORIES,
  isSameIn,
  categoriesKey,
  titleKey,
} from '../subscription/fields.ts';
import type { Observed } from '../subscription/subscription.ts';
import type { Matching, Surplus } from './matching.ts';
import type { Removal } from './plan.ts';

export interface Removals {
  readonly removals: readonly Removal[];
  /** Subscriptions that are disabled, but not yet for long enough. `until`: ISO 8601, UTC. */
  readonly quarantined: readonly { readonly observed: Observed; readonly until: string }[];
}

/**
 * Subscriptions with a tombstone are deleted at once. With `quarantineMs` all others are disabled first, and deleted
 * once they have been disabled for that long. The time is judged by `updated_at`, so no state is kept: a restart
 * forgets nothing, and a revert enables the same id. One that was disabled before gets no further grace. Quarantines
 * come before deletes. `now`: epoch milliseconds.
 */
export function removalsOf(
  { tombstoned, surplus, unwanted }: Pick<Matching, 'tombstoned' | 'surplus' | 'unwanted'>,
  quarantineMs: number,
  now: number,
): Removals {
  const quarantines: Removal[] = [];
  const deletes: Removal[] = tombstoned.map(({ observed, tombstone }) => ({
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
 * Whether nothing is lost with this surplus. Url, categories and config must each be as the kept subscription has them
 * or as its entry wants them (the title is, or it would not be surplus). It must not be enabled where the kept one
 * neither is nor will be.
 *
 * A surplus subscription may have the title that the API made of ours, instead of the title of the entry. If it is also
 * older than the kept one, it may have been unwanted and withheld before that was created. Then it is not equal,
 * because nothing that a pass creates may lift the guard of an older removal.
 */
export function isEqualSurplus({ observed, kept }: Surplus): boolean {
  const { desired, observed: stays } = kept;
  const wanted = updateBody(desired, stays);
  const categories = categoriesKey(categoriesOf(observed));
  return (
    [categoriesOf(stays), categoriesOn(desired, stays)].some((as) => categoriesKey(as) === categories) &&
    PARTS.every((fields) => isSameIn(fields, observed, stays) || isSameIn(fields, observed, wanted)) &&
    (!observed.enabled || stays.enabled || wanted.enabled) &&
    (titleKey(observed.title) === titleKey(desired.title) || isNotYounger(stays, observed))
  );
}

/** The groups of fields that are compared one by one: `config` as a whole, without the title and `enabled`. */
const PARTS = Object.values(
  Object.groupBy(
    FIELDS_BESIDE_CATEGORIES.filter((field) => field !== 'title' && field !== 'enabled'),
    (field) => field.split('.', 1)[0] ?? field,
  ),
).filter((fields) => fields !== undefined);

/** Compares ages by the API's `created_at`. An unreadable one counts as younger. */
function isNotYounger(one: Observed, other: Observed): boolean {
  return Date.parse(one.created_at) <= Date.parse(other.created_at);
}

/** An unreadable time starts the quarantine again, because it is not a reason to delete. */
function endOfQuarantine({ updated_at }: Observed, quarantineMs: number, now: number): number {
  const disabledSince = Date.parse(updated_at);
  return Math.min((Number.isNaN(disabledSince) ? now : disabledSince) + quarantineMs, END_OF_TIME);
}

/** The latest time that a Date can hold, in epoch milliseconds. */
const END_OF_TIME = 8.64e15;
