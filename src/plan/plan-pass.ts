/** The decision of a pass: what the checkout wants and what the tenant has, turned into what to do. Values only. */
import type { Mode, Policy } from '../config/config.ts';
import type { Desired, Observed, Tombstone } from '../subscription.ts';
import { differs } from './diff.ts';
import { guard } from './guard.ts';
import { isSuspended } from './is-suspended.ts';
import { match, type Matching, type Pair } from './match.ts';
import { passWarnings } from './pass-warnings.ts';
import type { Action, ActionKind, Conflict, FieldChange, NonEmpty, Plan, Standing } from './plan.ts';
import { removalsOf, type Removals } from './removals.ts';
import { compareText } from './stable-order.ts';

export interface PassInput {
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** A complete listing. */
  readonly observed: readonly Observed[];
  /** What `policy.owns` says, compiled. */
  readonly isOwned: (subscription: { readonly title: string; readonly url: string }) => boolean;
  readonly policy: Policy;
  /** No file of the checkout has an error: `desired` and `tombstones` are all there are. */
  readonly checkoutValid: boolean;
  /** Another instance leads: there is nothing for us to do but look. */
  readonly isStandby?: boolean;
  /** End of the freeze window that `now` is in; ISO 8601, UTC. */
  readonly frozenUntil?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Depends on values alone, not on the order of `desired`, `tombstones` or `observed`. */
export function planPass(input: PassInput): Plan {
  const { policy, checkoutValid, frozenUntil, now } = input;
  const suspended = (desired: Desired): boolean => isSuspended(desired, now);
  const matching = match({ ...input, observed: distinct(input.observed), isSuspended: suspended });
  const standings = standingsOf(matching, suspended);
  const creates = standings.filter(({ state }) => state === 'missing').map(({ desired }) => desired);
  const changing = matching.pairs.flatMap((pair) => (suspended(pair.desired) ? [] : (change(pair, policy.mode) ?? [])));

  const { removals, quarantined } = prunes(policy.mode) ? removalsOf(matching, policy.quarantineMs, now) : NO_REMOVALS;
  const { passed, heldBack, withheld } = guard({
    removals,
    otherActions: creates.length + changing.length,
    desired: input.desired.length,
    managed: matching.pairs.length + matching.surplus.length + matching.unwanted.length,
    policy,
    checkoutValid,
    frozenUntil,
  });
  const hold = input.isStandby ? 'standby' : holdOf(policy.mode, frozenUntil);
  const created = creates.map((desired): Action => ({ kind: 'create', desired }));
  return {
    actions: [...created, ...changing, ...passed].toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind]),
    ...(hold && { hold }),
    withheld,
    heldBack,
    quarantined,
    conflicts: matching.refused.map(conflict),
    standings,
    unmanaged: untouched(matching, policy.mode),
    warnings: passWarnings(matching, creates, policy),
  };
}

/** Deletes last: they cannot be taken back. */
const ORDER: Readonly<Record<ActionKind, number>> = { create: 0, enable: 1, update: 2, quarantine: 3, delete: 4 };

const NO_REMOVALS: Removals = { removals: [], quarantined: [] };

function prunes(mode: Mode): boolean {
  return mode === 'sync' || mode === 'observe';
}

function holdOf(mode: Mode, frozenUntil: string | undefined): Plan['hold'] {
  if (mode === 'observe') return 'observe';
  return frozenUntil === undefined ? undefined : 'freeze';
}

/** One of each id, the one changed last: a listing merged with later reads must not make a duplicate of itself. */
function distinct(observed: readonly Observed[]): readonly Observed[] {
  const newest = new Map<string, Observed>();
  for (const remote of observed) {
    const known = newest.get(remote.id);
    if (!known || Date.parse(known.updated_at) < Date.parse(remote.updated_at)) newest.set(remote.id, remote);
  }
  return [...newest.values()];
}

function change(pair: Pair, mode: Mode): Action | undefined {
  const { desired, observed, by, adopts } = pair;
  const changes = differs(desired, observed);
  const enabling = changes.find(({ field, to }) => field === 'enabled' && to === true);
  if (mode === 'create') {
    if (!enabling || !isUntouched(observed)) return undefined;
    const ignore = [...desired.ignore, ...changes.map(({ field }) => field).filter((field) => field !== 'enabled')];
    return { kind: 'enable', observed, desired: { ...desired, ignore }, changes: [enabling], by, adopts };
  }
  if (!isNonEmpty(changes)) return undefined;
  const kind = enabling && changes.length === 1 ? 'enable' : 'update';
  return { kind, observed, desired, changes, by, adopts };
}

/** Created and never changed since: what a crash between create and enable leaves behind. */
function isUntouched({ created_at, updated_at }: Observed): boolean {
  return Date.parse(created_at) === Date.parse(updated_at);
}

function isNonEmpty(changes: readonly FieldChange[]): changes is NonEmpty<FieldChange> {
  return changes.length > 0;
}

function standingsOf({ pairs, missing, refused }: Matching, suspended: (desired: Desired) => boolean): Standing[] {
  const paired = pairs.map(({ desired, observed, by }): Standing => {
    const changes = differs(desired, observed);
    const settled = changes.length === 0 ? 'in-sync' : 'differs';
    return { desired, observed, by, state: suspended(desired) ? 'suspended' : settled, changes };
  });
  const unmade = missing.map(
    (desired): Standing => ({ desired, state: suspended(desired) ? 'suspended' : 'missing', changes: [] }),
  );
  const stuck = refused.map(
    ({ desired, observed }): Standing => ({ desired, ...(observed && { observed }), state: 'conflict', changes: [] }),
  );
  return [...paired, ...unmade, ...stuck].toSorted((a, b) => compareText(a.desired.title, b.desired.title));
}

function conflict({ desired, observed, reason }: Matching['refused'][number]): Conflict {
  const id = observed?.id ?? desired.id;
  return { title: desired.title, source: desired.source, reason, ...(id !== undefined && { id }) };
}

/** Without pruning, nothing that is left over is touched. */
function untouched({ foreign, kept, surplus, unwanted, buried }: Matching, mode: Mode): readonly Observed[] {
  if (prunes(mode)) return [...foreign, ...kept];
  return [...foreign, ...kept, ...surplus, ...unwanted, ...buried.map(({ observed }) => observed)];
}
