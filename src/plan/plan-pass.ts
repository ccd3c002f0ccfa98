/** The decision of a pass: from what the checkout wants and what the tenant has to what there is to do. Values only. */
import { type Mode, MODES, type Policy } from '../config/config.ts';
import { differs, type FieldChange } from '../subscription/diff.ts';
import { titleKey } from '../subscription/fields.ts';
import type { Desired, Observed, Tombstone, Unusable, WebhookId } from '../subscription/subscription.ts';
import { guard } from './guard.ts';
import { match } from './match.ts';
import { type Matching, NOTHING_REMEMBERED, type Pair, type Refused, type Remembered } from './matching.ts';
import { compareText } from './order.ts';
import {
  type Action,
  ACTION_KINDS,
  type Conflict,
  type NonEmpty,
  type NotStanding,
  type Plan,
  type Standing,
} from './plan.ts';
import { isEqualSurplus, type Removals, removalsOf } from './removals.ts';
import { passWarnings } from './warnings.ts';

export interface PassInput {
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** A complete listing. */
  readonly observed: readonly Observed[];
  /** Ids in `observed` that no read shows at the moment: not yet, or no longer. */
  readonly unshown?: ReadonlySet<WebhookId>;
  /** Items of the listing without a usable title or url. */
  readonly unusable?: readonly Unusable[];
  /** The compiled rules of `policy.owns`. */
  readonly isOwned: (subscription: { readonly title: string; readonly url: string }) => boolean;
  readonly policy: Policy;
  /** No file of the checkout has an error, so `desired` and `tombstones` are complete. */
  readonly checkoutValid: boolean;
  /** Another instance leads, so this one only observes. */
  readonly isStandby?: boolean;
  /** End of the freeze window that `now` is in; ISO 8601, UTC. */
  readonly frozenUntil?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly remembered?: Remembered;
}

/** Plans one pass. The plan depends on values alone, not on the order of the lists in `input`. */
export function planPass(input: PassInput): Plan {
  const { policy, checkoutValid, frozenUntil, now, remembered = NOTHING_REMEMBERED } = input;
  const suspended = (desired: Desired): boolean => isSuspended(desired, now);
  const observed = distinct(input.observed);
  const unusable = (input.unusable ?? []).toSorted((a, b) => compareText(a.id, b.id));
  const matching = match({ ...input, observed, unusable, remembered, isSuspended: suspended });
  const conflicts = matching.refused.filter(({ desired }) => !suspended(desired));
  const standings = standingsOf(matching, suspended, remembered);
  const creates = standings.filter(({ state }) => state === 'missing').map(({ desired }) => desired);
  const changing = matching.pairs.flatMap((pair) =>
    suspended(pair.desired) ? [] : (change(pair, policy.mode, remembered) ?? []),
  );

  const missing = notStanding(standings, conflicts, matching, input.unshown ?? new Set());
  const { removals, quarantined } = MODES[policy.mode].prunes
    ? removalsOf(matching, policy.quarantineMs, now)
    : NO_REMOVALS;
  const { passed, heldBack, heldBy, withheld } = guard({
    removals,
    otherActions: creates.length + changing.length,
    desired: input.desired.length,
    matched: matching.pairs.map((pair) => pair.observed),
    managed: managed(matching, policy),
    policy,
    checkoutValid,
    frozenUntil,
    notStanding: missing,
  });
  const hold = input.isStandby ? 'standby' : holdOf(policy.mode, frozenUntil);
  const unpruned = unprunedIn(policy.mode, matching);
  const there = new Set([...observed, ...unusable].map(({ id }) => id));
  const created = creates.map(
    (desired): Action => ({ kind: 'create', desired, ...becauseGone(desired, there, remembered) }),
  );
  return {
    actions: [...created, ...changing, ...passed].toSorted(
      (a, b) => ACTION_KINDS.indexOf(a.kind) - ACTION_KINDS.indexOf(b.kind),
    ),
    isPartial: !checkoutValid,
    ...(hold && { hold }),
    withheld,
    heldBack,
    heldBy,
    quarantined,
    conflicts: conflicts.map(conflict),
    pending: matching.unclear.map(({ desired: { title, source }, unusable: { id }, because }) => ({
      title,
      source,
      because,
      id,
    })),
    standings,
    notStanding: missing,
    unmanaged: [...matching.foreign, ...matching.kept.map(({ observed: one }) => one), ...unpruned],
    unpruned,
    kept: matching.kept,
    unusable,
    warnings: passWarnings({ matching, creates, removals, unusable, policy }),
  };
}

const NO_REMOVALS: Removals = { removals: [], quarantined: [] };

function holdOf(mode: Mode, frozenUntil: string | undefined): Plan['hold'] {
  if (!MODES[mode].carriesOut) return 'observe';
  return frozenUntil === undefined ? undefined : 'freeze';
}

/** One subscription of each id, the one changed last: a listing merged with later reads may hold an id twice. */
function distinct(observed: readonly Observed[]): readonly Observed[] {
  const newest = new Map<string, Observed>();
  for (const one of observed) {
    const known = newest.get(one.id);
    if (!known || Date.parse(known.updated_at) < Date.parse(one.updated_at)) newest.set(one.id, one);
  }
  return [...newest.values()];
}

function change(pair: Pair, mode: Mode, remembered: Remembered): Action | undefined {
  const { observed, by, adopts } = pair;
  const half = secondHalf(pair, remembered);
  if (half) return { kind: 'enable', observed, ...half, by, adopts };
  if (!MODES[mode].updates) return undefined;
  const { desired } = pair;
  const changes = differs(desired, observed);
  if (!isNonEmpty(changes)) return undefined;
  const isEnabling = changes.length === 1 && changes[0].field === 'enabled' && changes[0].to === true;
  return { kind: isEnabling ? 'enable' : 'update', observed, desired, changes, by, adopts };
}

/**
 * The second half of a create, where a crash between create and enable left the first: ours, never changed since, and
 * as wanted except for `enabled`. It is finished in every mode, and also where the entry ignores `enabled`.
 */
function secondHalf(
  { desired, observed, by, adopts }: Pair,
  { created }: Remembered,
): { readonly desired: Desired; readonly changes: NonEmpty<FieldChange> } | undefined {
  const isOurs = !adopts || created.has(observed.id);
  const isUntouched = Date.parse(observed.created_at) === Date.parse(observed.updated_at);
  if (!isOurs || !isUntouched || !desired.enabled || observed.enabled || by === 'rename') return undefined;
  const whole = { ...desired, ignore: desired.ignore.filter((field) => field !== 'enabled') };
  const changes = differs(whole, observed);
  return isNonEmpty(changes) && changes.length === 1 ? { desired: whole, changes } : undefined;
}

/** The reason of a create, where the entry had a subscription in the last pass that is gone now. */
function becauseGone(
  { title }: Desired,
  there: ReadonlySet<string>,
  { last, seenAt }: Remembered,
): { readonly because?: string } {
  const former = last.get(titleKey(title));
  if (former === undefined || there.has(former)) return {};
  const at = seenAt?.get(former);
  const lastSeen = at === undefined ? '' : `; it was last seen at ${at}`;
  return { because: `${former} is no longer on the tenant, and was not deleted here${lastSeen}` };
}

function managed({ pairs, surplus, unwanted, tombstoned }: Matching, { tombstones }: Policy): readonly Observed[] {
  const unequal = surplus.filter((one) => !isEqualSurplus(one));
  return [...pairs, ...unequal, ...(tombstones === 'owned' ? tombstoned : [])]
    .map(({ observed }) => observed)
    .concat(unwanted);
}

/** Entries that no action of this pass can make stand. */
function notStanding(
  standings: readonly Standing[],
  conflicts: readonly Refused[],
  { unclear }: Matching,
  unshown: ReadonlySet<WebhookId>,
): readonly NotStanding[] {
  return [
    ...conflicts.map(({ desired: { title } }) => ({ title, why: 'in conflict' })),
    ...unclear.map(({ desired: { title }, unusable: { id } }) => ({
      title,
      why: `${id} may be it and cannot be read`,
    })),
    ...standings.flatMap(({ desired: { title }, state, observed }) => {
      if (state === 'suspended' && !observed) return [{ title, why: 'suspended, and not on the tenant' }];
      return observed && unshown.has(observed.id) ? [{ title, why: `${observed.id} is not shown by the API` }] : [];
    }),
  ];
}

function isNonEmpty(changes: readonly FieldChange[]): changes is NonEmpty<FieldChange> {
  return changes.length > 0;
}

function standingsOf(
  { pairs, missing, refused, unclear }: Matching,
  suspended: (desired: Desired) => boolean,
  remembered: Remembered,
): Standing[] {
  const paired = pairs.map((pair): Standing => {
    const { desired, observed, by } = pair;
    const changes = secondHalf(pair, remembered)?.changes ?? differs(desired, observed);
    const settled = changes.length === 0 ? 'in-sync' : 'differs';
    return { desired, observed, by, state: suspended(desired) ? 'suspended' : settled, changes };
  });
  const unmade = missing.map(
    (desired): Standing => ({ desired, state: suspended(desired) ? 'suspended' : 'missing', changes: [] }),
  );
  const stuck = refused.map(({ desired, observed }): Standing => {
    const state = suspended(desired) ? 'suspended' : 'conflict';
    return { desired, ...(observed && { observed }), state, changes: [] };
  });
  const waiting = unclear.map(({ desired }): Standing => ({ desired, state: 'pending', changes: [] }));
  return [...paired, ...unmade, ...stuck, ...waiting].toSorted((a, b) => compareText(a.desired.title, b.desired.title));
}

function conflict({ desired, observed, other, reason, settlement }: Refused): Conflict {
  const id = observed?.id ?? other?.id ?? desired.id;
  return {
    title: desired.title,
    source: desired.source,
    reason,
    ...(id !== undefined && { id }),
    ...(settlement && { settlement }),
  };
}

/** A mode that does not prune touches no leftovers and no tombstoned ones. */
function unprunedIn(mode: Mode, { surplus, unwanted, tombstoned }: Matching): readonly Observed[] {
  return MODES[mode].prunes ? [] : [...unwanted, ...[...surplus, ...tombstoned].map(({ observed }) => observed)];
}

/** Whether `reconcile.suspend` still holds at `now` (epoch milliseconds). An unreadable instant suspends for ever. */
function isSuspended({ suspend }: Desired, now: number): boolean {
  if (suspend === undefined || suspend === true) return suspend === true;
  return !(Date.parse(suspend) <= now);
}
