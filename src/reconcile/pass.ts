/** One pass: observe, apply what may be applied, and report what was observed and done. Never throws. */
import { apply } from '../apply/apply.ts';
import { SharedListing } from '../apply/context.ts';
import type { Change, Failure, Outcome, TestDue } from '../apply/outcome.ts';
import { titlesOf } from '../apply/pending-creates.ts';
import { READS_MAY_LAG_MS } from '../apply/recent-writes.ts';
import { anySignal, abortable, nextTurn, pauses } from '../base/async.ts';
import { errorText } from '../base/errors.ts';
import type { Action, Plan, Withheld } from '../plan/plan.ts';
import { normaliseUrl, titleKey } from '../subscription/fields.ts';
import type { Listing, Observed, Revision, WebhookId } from '../subscription/subscription.ts';
import { ApiError } from '../upvest/errors.ts';
import type { BackoffState } from './backoff.ts';
import type { Drift } from './drift.ts';
import { failedAsInOutage } from './entry-state.ts';
import { PassAborted } from './errors.ts';
import { frozenUntil, type Observation, observe, type Ports } from './observe.ts';
import { PassMeter } from './pass-meter.ts';
import type { PassReport, PassResult, Snapshot, Trigger } from './report.ts';
import { subscriptionStatuses } from './subscription-status.ts';
import type { ReceiverHappening } from './test-deliveries.ts';

/** What happens while a pass runs. */
export type PassHappening =
  /** The tenant was changed. This is the audit record. */
  | { readonly kind: 'changed'; readonly change: Change; readonly revision: string }
  /** The checkout was read. It is news also where the tenant cannot be listed after that. `readAt`: epoch milliseconds. */
  | { readonly kind: 'checkout-read'; readonly revision: Revision; readonly readAt: number }
  /** A wanted subscription differs from its entry, or is gone. Each difference is reported once. */
  | { readonly kind: 'drifted'; readonly drift: Drift; readonly revision: string }
  /** An entry took over a subscription that was not owned, and was not its own in the pass before. */
  | { readonly kind: 'adopted'; readonly title: string; readonly id: WebhookId; readonly revision: string }
  | { readonly kind: 'change-failed'; readonly action: Action; readonly failure: Failure }
  | ReceiverHappening;

export interface PassContext {
  readonly ports: Ports;
  readonly backoff: BackoffState;
  readonly emit: (happening: PassHappening) => void;
  readonly onTestDue: (test: TestDue) => void;
  /** How long the pass waits for reads to show recent writes, before it leaves that to the next pass. */
  readonly patienceMs: number;
  /** The checkout may have changed since the pass began: its fingerprint is compared before the next action. */
  readonly mayBeOutrun: () => boolean;
  /** Once aborted, the pass neither waits nor starts anything; a request on the wire is finished. */
  readonly signal: AbortSignal;
}

export interface Pass {
  readonly report: PassReport;
  /** Absent where checkout or tenant could not be read. */
  readonly snapshot?: Snapshot;
  /** When the checkout last changed (epoch milliseconds). */
  readonly changedAt?: number;
  readonly error?: unknown;
  /** The answer to a change that made the pass fail: the API refused every one, or asked to be left alone. */
  readonly refusal?: Failure;
  /** Whether another pass is needed soon, because the plan became stale or a failure may be temporary. */
  readonly again: 'no' | 'at-once' | 'later';
  /** The API asked not to be called until then: Clock.uptime(). */
  readonly notBefore?: number;
}

/** The patience of a daemon, whose next pass comes soon. */
export const DAEMON_PATIENCE_MS = 15_000;
/** The patience of a command, which ends with its only pass. */
export const COMMAND_PATIENCE_MS = READS_MAY_LAG_MS;

/** The checkout is checked between two actions at most this often. */
const CHECK_EVERY_MS = 1_000;

/**
 * 1. Reads the checkout: what is desired, at which revision. A checkout that cannot be read ends the pass here.
 * 2. Lists the tenant, and corrects the listing by recent writes: what is observed.
 * 3. Plans: match, compare, guard. Nothing has been changed so far.
 * 4. Applies what is due: creates, updates, and removals once everything desired is in place.
 * 5. Reports what was observed, done and withheld, and whether another pass is needed.
 */
export async function runPass(trigger: Trigger, context: PassContext): Promise<Pass> {
  const meter = new PassMeter(trigger, context.ports);
  try {
    const { ports, backoff } = context;
    const moment = { uptime: ports.clock.uptime(), now: ports.clock.now() };
    const past = { last: backoff.last(), seenAt: backoff.seenAt(moment) };
    const observation = await observe(ports, context.signal, past, ({ revision }) =>
      context.emit({ kind: 'checkout-read', revision, readAt: ports.clock.now() }),
    );
    await nextTurn();
    return await carryOut(observation, context, meter);
  } catch (error) {
    const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : undefined;
    // A request that is cut when the pass is stopped fails in some way of its own.
    const why: unknown = context.signal.aborted ? context.signal.reason : error;
    const isInterrupted = why instanceof PassAborted && !why.isOverdue;
    const report = meter.report('failed', { error: errorText(error), ...(isInterrupted && { isInterrupted }) });
    return { report, error, again: 'later', ...notBefore(retryAfterMs, context) };
  }
}

/**
 * The second half of a pass, for a fresh observation: a caller that asks for approval in between has to observe again.
 */
export async function carryOut(observation: Observation, context: PassContext, meter: PassMeter): Promise<Pass> {
  const { ports, backoff, emit } = context;
  const { client, clock, recentWrites } = ports;
  const { plan, checkout } = observation;
  const revision = checkout.revision.id;
  const onChange = (change: Change) => {
    meter.count(change);
    emit({ kind: 'changed', change, revision });
  };
  for (const change of recentWrites.confirmed()) {
    const origin = change.origin ?? (change.action === 'create' ? backoff.origin(change.title) : undefined);
    onChange({ ...change, ...(origin && { origin }) });
  }
  const adopting = adoptions(plan, backoff, ports);
  const look = { begunAt: observation.listedAt, now: clock.now() };
  const pause = pauses();
  for (const drift of backoff.recordStandings(plan.standings, checkout.changedAt, clock.uptime(), look)) {
    emit({ kind: 'drifted', drift, revision });
    await pause();
  }
  await nextTurn();

  // One moment decides what waits: an entry whose back-off ends meanwhile neither stands nor is merely pending.
  const decidedAt = { uptime: clock.uptime(), now: clock.now() };
  const waiting = plan.hold ? [] : plan.actions.filter((action) => backoff.backOff(action, decidedAt.uptime));
  const due = plan.hold ? [] : withoutWaiting(plan.actions, waiting);
  const standing = {
    notStanding: [...plan.notStanding, ...backoff.notStanding(waiting, decidedAt.uptime)],
    enduring: backoff.enduring(),
  };
  const applied = await anySignal([context.signal, observation.term], async (signal) =>
    apply(
      due,
      {
        client,
        clock,
        recentWrites,
        sharedListing: new SharedListing(async () => client.listWebhooks(signal), clock),
        concurrency: ports.config.api.concurrency,
        known: idsOf(observation.listing),
        titles: titlesOf(checkout.desired),
        holderOf: holders(observation.listing),
        patienceMs: context.patienceMs,
        dropped: dropWatch(observation.fingerprint, context),
        originOf: (action) => backoff.originOf(action, checkout.changedAt),
        onChange,
        onTestDue: context.onTestDue,
        signal,
      },
      standing,
    ),
  );
  const { outcomes, refused } = applied;
  const outages = outcomes.filter(failedAsInOutage).length;
  for (const outcome of outcomes) {
    backoff.recordOutcome(outcome, {
      uptime: clock.uptime(),
      now: clock.now(),
      hasSucceeded: applied.hasSucceeded,
      outages,
    });
    if (outcome.kind === 'failed' || outcome.kind === 'conflict') {
      const { action, failure } = outcome;
      emit({ kind: 'change-failed', action, failure });
    }
    const adopted = outcome.kind === 'done' ? adopting.get(outcome.action) : undefined;
    if (adopted) emit({ kind: 'adopted', ...adopted, revision });
    await pause();
  }
  const withheld = together(plan, applied.withheld);

  await nextTurn();
  const isUndone = waiting.length > 0 || outcomes.some(({ kind }) => kind !== 'done');
  const isBlocked = plan.conflicts.length > 0 || plan.pending.length > 0 || withheld.length > 0 || checkout.errors > 0;
  const settled = isUndone || isBlocked ? 'incomplete' : 'converged';
  const putOff = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? outcome.failure : [])).find(isPutOff);
  const failure = refused ?? putOff;
  const result: PassResult = failure ? 'failed' : plan.hold ? 'observed' : settled;
  return {
    report: meter.report(result, { withheld, revision, ...(failure && { error: failure.message }) }),
    snapshot: {
      ...subscriptionStatuses(observation, applied, backoff, decidedAt),
      observedAt: clock.now() - (clock.uptime() - observation.listedAt),
    },
    changedAt: checkout.changedAt,
    ...(failure && { refusal: failure }),
    again: again(outcomes, refused),
    ...notBefore(putOff?.retryAfterMs, context),
  };
}

/**
 * The actions by which an entry takes a subscription over. Where nothing is owned every match is an adoption, so that
 * after a start it is not known whether an earlier process has adopted it already.
 */
function adoptions({ actions }: Plan, backoff: BackoffState, { config: { policy } }: Ports) {
  const adopting = actions.flatMap((action) => ('adopts' in action && action.adopts ? action : []));
  const last = adopting.length > 0 ? backoff.last() : new Map<string, WebhookId>();
  const isUnknown = last.size === 0 && policy.owns !== 'all' && policy.owns.length === 0;
  const news = isUnknown
    ? []
    : adopting.filter(({ desired, observed }) => last.get(titleKey(desired.title)) !== observed.id);
  return new Map<Action, { readonly title: string; readonly id: WebhookId }>(
    news.map((action) => [action, { title: action.desired.title, id: action.observed.id }]),
  );
}

function isPutOff({ retryAfterMs }: Failure): boolean {
  return retryAfterMs !== undefined;
}

function notBefore(retryAfterMs: number | undefined, { ports }: PassContext): Pick<Pass, 'notBefore'> {
  return retryAfterMs === undefined ? {} : { notBefore: ports.clock.uptime() + retryAfterMs };
}

function withoutWaiting(actions: readonly Action[], waiting: readonly Action[]): readonly Action[] {
  const left = new Set(waiting);
  return actions.filter((action) => !left.has(action));
}

/** What the plan and the apply phase withhold, each guard once. */
function together({ withheld }: Plan, since: Withheld | undefined): readonly Withheld[] {
  if (!since) return withheld;
  const planned = withheld.find(({ guard }) => guard === since.guard);
  const whole = { ...since, deletes: since.deletes + (planned?.deletes ?? 0) };
  return [...withheld.filter((one) => one !== planned), whole];
}

function idsOf({ items, unusable }: Listing): ReadonlySet<string> {
  return new Set([...items, ...unusable].map(({ id }) => id));
}

/** Who has a url. Only asked after a url was refused, so the items are indexed on the first call. */
function holders({ items }: Listing): (url: string) => Observed | undefined {
  let byUrl: ReadonlyMap<string, Observed> | undefined;
  return (url) => {
    byUrl ??= new Map(items.map((observed) => [normaliseUrl(observed.url), observed]));
    return byUrl.get(normaliseUrl(url));
  };
}

function again(outcomes: readonly Outcome[], refused: Failure | undefined): Pass['again'] {
  if (refused) return 'later';
  // Failures come first: a stale plan is made again at once, but not over and over while an action fails.
  if (outcomes.some(({ kind }) => kind === 'failed' || kind === 'pending')) return 'later';
  return outcomes.some(({ kind }) => kind === 'stale' || kind === 'skipped') ? 'at-once' : 'no';
}

/**
 * Says why a plan must be dropped: the write permit has ended, a freeze has begun, or the checkout has changed since.
 */
function dropWatch(planned: string, { ports, mayBeOutrun, signal }: PassContext): () => Promise<string | undefined> {
  let checkedAt = ports.clock.uptime();
  let dropped: string | undefined;
  const { freeze, timezone } = ports.config.schedule;
  const frozen = () => {
    const until = frozenUntil(freeze, ports.clock.now(), timezone);
    return until && `a freeze window has begun, in which nothing is changed until ${until}`;
  };
  const look = async () =>
    abortable(ports.fingerprint(), signal).then(
      (found) => (found === planned ? undefined : 'the checkout has changed since this plan was made'),
      (error: unknown) => `the checkout cannot be read any more: ${errorText(error)}`,
    );
  return async () => {
    dropped ??= ports.writePermit.barred() ?? frozen();
    const uptime = ports.clock.uptime();
    if (dropped === undefined && (mayBeOutrun() || uptime - checkedAt >= CHECK_EVERY_MS)) {
      checkedAt = uptime;
      dropped = await look();
    }
    return dropped;
  };
}
