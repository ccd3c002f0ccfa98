/** The state of every subscription after a pass, as `/status` lists it. */
import type { Applied } from '../apply/apply.ts';
import type { Outcome } from '../apply/outcome.ts';
import type { Checkout } from '../desired/load.ts';
import type { Action, Conflict, PendingEntry, Plan, Removal, Standing, Withheld } from '../plan/plan.ts';
import { differs, type FieldChange } from '../subscription/diff.ts';
import { fieldOf } from '../subscription/fields.ts';
import { type Field, formatPosition, type Observed, type Unusable } from '../subscription/subscription.ts';
import type { BackoffState } from './backoff.ts';
import type { Moment as At } from './entry-state.ts';
import type { Observation } from './observe.ts';
import type { Snapshot, SubscriptionState, SubscriptionStatus, UnwantedBecause } from './report.ts';

export function subscriptionStatuses(
  { checkout, plan }: Observation,
  applied: Pick<Applied, 'outcomes' | 'withheld'>,
  backoff: BackoffState,
  moment: Moment,
): Omit<Snapshot, 'observedAt'> {
  const { outcomes } = applied;
  const events = index(plan, outcomes);
  const wanted = plan.standings.map((standing) =>
    statusOf(standing, events.get(standing.desired.title) ?? {}, backoff, moment),
  );
  const broken = brokenEntries(checkout, plan);
  const isBroken = (observed: Observed) => broken.get(observed.title)?.observed === observed;
  return {
    revision: checkout.revision,
    subscriptions: [...wanted, ...broken.values(), ...removals(plan, applied, broken)],
    unmanaged: [
      ...unmanaged(plan).flatMap((status) => (status.observed && isBroken(status.observed) ? [] : [status])),
      ...plan.unusable.map(unread),
    ],
    warnings: [
      ...plan.warnings,
      ...checkout.problems.map(({ field, message, ...at }) => `${formatPosition(at)} ${field} ${message}`),
    ],
    checkoutErrors: checkout.errors,
    problems: checkout.problems,
  };
}

type Moment = Pick<At, 'uptime' | 'now'>;

/** What a pass had to do with one wanted subscription. */
interface Events {
  conflict?: Conflict;
  pending?: PendingEntry;
  action?: Action;
  outcome?: Outcome;
}

function index(plan: Plan, outcomes: readonly Outcome[]): ReadonlyMap<string, Events> {
  const events = new Map(plan.standings.map(({ desired }): [string, Events] => [desired.title, {}]));
  const of = (action: Action) => ('desired' in action ? events.get(action.desired.title) : undefined) ?? {};
  for (const conflict of plan.conflicts) (events.get(conflict.title) ?? {}).conflict = conflict;
  for (const pending of plan.pending) (events.get(pending.title) ?? {}).pending = pending;
  for (const action of plan.actions) of(action).action = action;
  for (const outcome of outcomes) of(outcome.action).outcome = outcome;
  return events;
}

function statusOf(
  standing: Standing,
  { conflict, pending, action, outcome }: Events,
  backoff: BackoffState,
  moment: Moment,
): SubscriptionStatus {
  const { desired, observed } = standing;
  const { title } = desired;
  const backOff = action && backoff.backOff(action, moment.uptime);
  const shown =
    (outcome && 'observed' in outcome && outcome.observed !== 'deleted' ? outcome.observed : undefined) ?? observed;
  const origin = backoff.origin(title);
  const between = backoff.between(title);
  const lastChangeAt = backoff.lastChangeAt(title);

  const [state, error] = ((): [SubscriptionState, SubscriptionStatus['error']?] => {
    if (conflict) return ['Conflict', { message: conflict.reason }];
    if (pending) return ['Pending', { message: pending.because }];
    if (standing.state === 'suspended') return ['Suspended'];
    if (outcome?.kind === 'failed') return ['Failed', outcome.failure];
    if (outcome?.kind === 'conflict') return ['Conflict', outcome.failure];
    if (outcome?.kind === 'pending') return ['Pending', { message: outcome.why }];
    if (backoff.isContested(title)) return ['Contested', backOff];
    // The message names the fields that did not come out as sent, whatever other fields the same update has changed.
    if (outcome?.kind === 'not-converging') return ['NotConverging', backoff.ofEntry(title)];
    if (backOff) return [backOff.state, backOff];
    if (outcome?.kind === 'done' || standing.state === 'in-sync') return ['InSync'];
    return [origin === 'remote' ? 'Drifted' : 'Pending', outcome && whyPending(outcome)];
  })();
  const retryAt = state === backoff.ofEntry(title)?.state ? backoff.retryAt(title, moment) : undefined;
  const isSettled = state === 'InSync' || outcome?.kind === 'done';
  return {
    title,
    state,
    ...(shown && { id: shown.id, url: shown.url, type: shown.type, enabled: shown.enabled }),
    source: formatPosition(desired.source),
    desired,
    observed: shown ?? null,
    differs: isSettled || !shown ? [] : differencesOf(standing, shown, action, outcome),
    ...(!isSettled && origin && { origin }),
    ...(!isSettled && between && { drift: between }),
    ...(lastChangeAt !== undefined && { lastChangeAt: new Date(lastChangeAt).toISOString() }),
    ...(retryAt !== undefined && { retryAt }),
    ...(state === 'Suspended' && typeof desired.suspend === 'string' && { until: desired.suspend }),
    ...(conflict?.settlement && { settlement: conflict.settlement }),
    ...(error && { error: { message: error.message, ...(error.requestId && { requestId: error.requestId }) } }),
  };
}

/** How `shown` differs from what is wanted, and from what was sent where the API answered otherwise. */
function differencesOf(
  { desired, observed, changes }: Standing,
  shown: Observed,
  action: Action | undefined,
  outcome: Outcome | undefined,
): readonly FieldChange[] {
  if (outcome?.kind === 'not-converging') {
    const wanted = <F extends Field>(field: F) => fieldOf(desired, field) ?? (observed && fieldOf(observed, field));
    return outcome.fields.map((field) => ({ field, from: fieldOf(shown, field), to: wanted(field) }));
  }
  if (changes.length > 0 && shown === observed) return changes;
  // The second request of a create sends every field, also those that are ignored later.
  return differs(action?.kind === 'create' ? { ...desired, ignore: [] } : desired, shown);
}

/** Entries left out because of an error in them, by title, with the observed subscription of that title. */
function brokenEntries({ problems }: Checkout, plan: Plan): ReadonlyMap<string, SubscriptionStatus> {
  const named = new Set(plan.standings.map(({ desired }) => desired.title));
  const broken = problems.filter(({ severity, title }) => severity === 'error' && title !== undefined);
  if (broken.length === 0) return new Map();
  const untouched = [...plan.unmanaged, ...plan.heldBack.map(({ observed }) => observed)];
  const observedByTitle = new Map(untouched.map((observed) => [observed.title, observed]));
  const statuses = new Map<string, SubscriptionStatus>();
  for (const { title = '', field, message, ...at } of broken) {
    if (named.has(title) || statuses.has(title)) continue;
    const observed = observedByTitle.get(title);
    const error = { message: field === '' ? message : `${field}: ${message}` };
    const status = observed ? found(observed, 'Failed') : ({ title, state: 'Failed', ...NOTHING } as const);
    statuses.set(title, { ...status, source: formatPosition(at), error });
  }
  return statuses;
}

/** Observed subscriptions that are not desired and not deleted yet. */
function removals(
  plan: Plan,
  { outcomes, withheld: since }: Pick<Applied, 'outcomes' | 'withheld'>,
  broken: ReadonlyMap<string, SubscriptionStatus>,
): readonly SubscriptionStatus[] {
  const became = new Map(outcomes.map((outcome) => [outcome.action, outcome]));
  const waiting = plan.quarantined.map(({ observed, until }) => ({ ...found(observed, 'Quarantined'), until }));
  const withheld = plan.heldBack
    .filter(({ observed }) => broken.get(observed.title)?.observed !== observed)
    .map((removal) => held(removal, plan));
  const planned = plan.actions.flatMap((action): readonly SubscriptionStatus[] => {
    if (action.kind !== 'quarantine' && action.kind !== 'delete') return [];
    return removal(action, became.get(action), plan.hold, since);
  });
  return [...waiting, ...withheld, ...planned];
}

/** The state of a removal that no guard of the plan holds; empty: it has been carried out. */
function removal(
  action: Removal,
  outcome: Outcome | undefined,
  hold: Plan['hold'],
  since: Withheld | undefined,
): readonly SubscriptionStatus[] {
  if (outcome?.kind === 'done')
    return outcome.observed === 'deleted' ? [] : [found(outcome.observed, 'Quarantined', action.because)];
  if (outcome?.kind === 'not-converging') {
    const error = { message: 'it was to be disabled: the API answered success, but still shows it enabled' };
    const differing = [{ field: 'enabled', from: outcome.observed.enabled, to: false }] as const;
    return [{ ...found(outcome.observed, 'NotConverging', action.because), differs: differing, error }];
  }
  if (outcome?.kind === 'withheld') {
    const why = since && { guards: [since.guard], error: { message: since.howToLift } };
    return [{ ...found(action.observed, 'Withheld', action.because), ...why }];
  }
  if (outcome?.kind !== 'failed') {
    const error = outcome && whyPending(outcome);
    return [{ ...found(action.observed, 'Pending', action.because), ...(error && !hold && { error }) }];
  }
  const { message, requestId } = outcome.failure;
  return [{ ...found(action.observed, 'Failed', action.because), error: { message, ...(requestId && { requestId }) } }];
}

/** Subscriptions that are neither wanted nor to be removed, and why they stay. */
function unmanaged({ unmanaged: left, kept, unpruned }: Plan): readonly SubscriptionStatus[] {
  const keptFor = new Map(kept.map(({ observed, because }) => [observed, because]));
  const keptByMode = new Set(unpruned);
  return left.map((observed) => {
    const by = keptFor.get(observed);
    const status = found(observed, 'Unmanaged');
    if (by) return { ...status, because: by.how, keptFor: by.entry.title };
    return { ...status, because: keptByMode.has(observed) ? 'mode' : 'not-owned' };
  });
}

function held(removal: Removal, { heldBy }: Plan): SubscriptionStatus {
  const { observed, because } = removal;
  return { ...found(observed, 'Withheld', because), guards: heldBy.get(removal) ?? [] };
}

function whyPending(outcome: Outcome): { readonly message: string } | undefined {
  if (outcome.kind === 'skipped' || outcome.kind === 'pending') return { message: outcome.why };
  return outcome.kind === 'stale'
    ? { message: 'it has changed since the plan was made: the next pass plans again' }
    : undefined;
}

/** A subscription that was listed without a usable title or url: the rest of it is not known. */
function unread({ id, title = '', url }: Unusable): SubscriptionStatus {
  return { title, state: 'Unmanaged', id, ...(url !== undefined && { url }), ...NOTHING };
}

function found(observed: Observed, state: SubscriptionState, because?: UnwantedBecause): SubscriptionStatus {
  const { title, id, url, type, enabled } = observed;
  return { title, state, id, url, type, enabled, desired: null, observed, differs: [], ...(because && { because }) };
}

const NOTHING = { desired: null, observed: null, differs: [] } as const;
