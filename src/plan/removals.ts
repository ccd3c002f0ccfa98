/** What the pass would take from the tenant, and what it has disabled already. */
import type { Observed } from '../subscription.ts';
import type { Matching } from './match.ts';
import { normaliseTitle } from '../normalise-title.ts';
import type { Removal } from './plan.ts';

export interface Removals {
  readonly removals: readonly Removal[];
  /** Disabled, and not yet for long enough. `until`: ISO 8601, UTC. */
  readonly quarantined: readonly { readonly observed: Observed; readonly until: string }[];
}

/**
 * Tombstones are deleted at once. With `quarantineMs` everything else is disabled first, and deleted once it has been
 * for that long by its own `updated_at` (no state of ours: a restart forgets nothing, a revert enables the same id).
 * `now`: epoch milliseconds. Quarantines come before deletes.
 */
export function removalsOf(
  { buried, pairs, surplus, unwanted }: Pick<Matching, 'buried' | 'pairs' | 'surplus' | 'unwanted'>,
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
  const keeping = new Map(pairs.map(({ desired, observed }) => [normaliseTitle(desired.title), observed.id]));

  const prune = (because: 'pruned' | 'surplus') => (observed: Observed) => {
    const kept = because === 'surplus' ? keeping.get(normaliseTitle(observed.title)) : undefined;
    const removal = { observed, because, ...(kept !== undefined && { kept }) };
    if (quarantineMs > 0 && observed.enabled) {
      quarantines.push({ kind: 'quarantine', ...removal });
      return;
    }
    const until = quarantineMs > 0 ? endOfQuarantine(observed, quarantineMs, now) : now;
    if (until <= now) deletes.push({ kind: 'delete', ...removal });
    else quarantined.push({ observed, until: new Date(until).toISOString() });
  };
  unwanted.forEach(prune('pruned'));
  surplus.forEach(prune('surplus'));
  return { removals: [...quarantines, ...deletes], quarantined };
}

/** A time nobody can read starts the quarantine anew: never a reason to delete. */
function endOfQuarantine({ updated_at }: Observed, quarantineMs: number, now: number): number {
  const disabledSince = Date.parse(updated_at);
  return Math.min((Number.isNaN(disabledSince) ? now : disabledSince) + quarantineMs, END_OF_TIME);
}

/** Of a Date. */
const END_OF_TIME = 8.64e15;
