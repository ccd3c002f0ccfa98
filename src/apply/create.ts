/**
 * Creates a subscription, and enables it. `POST /webhooks` is not idempotent: where it is not known whether a request
 * was carried out, the tenant is listed twice before the request is repeated.
 */
import { oneLine } from '../base/text.ts';
import type { Action } from '../plan/plan.ts';
import { changesOfCreate, createBody } from '../subscription/diff.ts';
import type { Observed } from '../subscription/subscription.ts';
import { isCallError } from '../upvest/errors.ts';
import type { ActionContext } from './context.ts';
import { type Failure, failureOf, isPlanDropped, mayHaveHappened, type Outcome } from './outcome.ts';
import type { PendingCreate } from './pending-creates.ts';
import { enable, requestTest } from './update.ts';

export type Create = Extract<Action, { kind: 'create' }>;

/** A subscription that our create has made, known from its answer or from a listing. */
export interface Created {
  readonly kind: 'created';
  readonly action: Create;
  readonly observed: Observed;
}

/** A create whose outcome is not known. `failure`: why there was no answer; undefined: this pass did not send it. */
export interface Lost {
  readonly kind: 'lost';
  readonly failure?: Failure;
}

/**
 * When to look for a create whose outcome is unknown, in ms after its request ended. Most reads lag behind writes by
 * seconds, and a pass does not wait for those that lag for longer.
 */
const LOOKS_MS = [1_000, 15_000];

/** How often one subscription is posted in a pass. Every repeat comes after two looks that did not find it. */
const POSTS = 3;

const BY_US = 'found after a create whose answer was lost';
const BY_ANOTHER = 'found: the instance that led before had created it';

/** Sends the create once, unless the outcome of an earlier one is not known. Throws the client's error of a refusal. */
export async function post(action: Create, context: ActionContext): Promise<Created | Outcome | Lost> {
  const { desired, because } = action;
  const { client, clock, known, recentWrites, signal } = context;
  if (recentWrites.creates.pending(desired, known)) return { kind: 'lost' };
  recentWrites.creates.sent(desired, clock.uptime(), known);
  try {
    const { value, requestId } = await client.createWebhook(createBody(desired), signal);
    recentWrites.creates.settled(desired.title);
    if (known.has(value.id)) return { kind: 'failed', action, failure: notNew(value, requestId) };
    return created(action, value, context, {
      ...(requestId !== undefined && { requestId }),
      ...(because !== undefined && { because }),
    });
  } catch (error) {
    if (!mayHaveHappened(error)) {
      // An unexpected fault does not tell what the API did, so the create stays pending and the next pass looks for it.
      if (isNotSent(error, signal)) recentWrites.creates.settled(desired.title);
      throw error;
    }
    recentWrites.creates.sent(desired, clock.uptime(), known);
    // An API that asks for a pause is not listed either; the next pass looks for the create.
    if (error.retryAfterMs !== undefined) throw error;
    return { kind: 'lost', failure: failureOf(error) };
  }
}

/**
 * Continues a create whose outcome is not known: looks for its subscription, and sends it again where there is none.
 */
export async function seek(action: Create, lost: Lost, context: ActionContext): Promise<Created | Outcome> {
  const { desired } = action;
  const { known, recentWrites } = context;
  let { failure } = lost;
  for (let posts = failure ? 1 : 0; ; posts += 1) {
    const sent = recentWrites.creates.pending(desired, known);
    const found = sent && (await lookTwice(sent, action, context));
    if (found) return found;
    if (failure && posts === POSTS) return { kind: 'failed', action, failure };
    const dropped = await context.dropped();
    if (dropped !== undefined) return { kind: 'skipped', action, why: dropped };
    const answer = await post(action, context);
    if (answer.kind !== 'lost') return answer;
    failure = answer.failure;
  }
}

/** The second half of a create: the subscription is enabled, and tested where the entry asks for that. */
export async function finish({ action, observed }: Created, context: ActionContext): Promise<Outcome> {
  const outcome = await enable(action, observed, context);
  if (outcome.kind === 'done') requestTest(action.desired, observed.id, context);
  return outcome;
}

/** Whether the error says that the create was refused or never sent. */
function isNotSent(error: unknown, signal: AbortSignal): boolean {
  return isCallError(error) || isPlanDropped(error) || (signal.aborted && error === signal.reason);
}

function created(
  action: Create,
  observed: Observed,
  { clock, originOf, recentWrites, onChange }: ActionContext,
  how: { readonly requestId?: string; readonly because?: string },
): Created {
  const { desired } = action;
  recentWrites.created(desired, observed, clock.uptime());
  const origin = originOf(action);
  onChange({
    action: 'create',
    id: observed.id,
    title: desired.title,
    fields: [],
    changes: changesOfCreate(desired),
    ...(origin && { origin }),
    ...how,
  });
  return { kind: 'created', action, observed };
}

/** The API answered with an existing subscription instead of creating one. It may belong to another client. */
function notNew({ id }: Observed, requestId: string | undefined): Failure {
  const message = `POST /webhooks was answered with ${oneLine(id, 40)}, which was there before: it is left alone`;
  return { message, ...(requestId !== undefined && { requestId }) };
}

/** Looks in two listings, the second after the time that listings may lag. Undefined: it was not created. */
async function lookTwice(
  sent: PendingCreate,
  action: Create,
  context: ActionContext,
): Promise<Created | Outcome | undefined> {
  const { clock, known, recentWrites, sharedListing, signal, titles } = context;
  for (const afterMs of LOOKS_MS) {
    const from = sent.at + afterMs;
    const waitMs = from - clock.uptime();
    if (waitMs > 0) await context.aside(() => clock.sleep(waitMs, signal));
    const { items, unusable } = await sharedListing.listedSince(from);
    const found = recentWrites.findCreated(sent, items, titles);
    if (found) return created(action, found, context, { because: sent.isInherited ? BY_ANOTHER : BY_US });
    const unread = unusable.find(({ id }) => !known.has(id) && !recentWrites.isProved(id, clock.uptime()));
    if (unread) return { kind: 'pending', action, why: `${unread.id} is new, cannot be read and may be it` };
  }
  recentWrites.creates.settled(sent.desired.title);
  return undefined;
}
