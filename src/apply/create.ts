/**
 * Creates a subscription, and enables it. `POST /webhooks` is not idempotent: after an answer that leaves open whether
 * it was carried out, the tenant is looked at, twice, before the request is repeated.
 */
import { oneLine } from '../base/text.ts';
import type { Action } from '../plan/plan.ts';
import { createBody } from '../subscription/diff.ts';
import type { Observed } from '../subscription/subscription.ts';
import { isCallError } from '../upvest/errors.ts';
import type { ActionContext } from './context.ts';
import { type Failure, failureOf, isPlanDropped, mayHaveHappened, type Outcome } from './outcome.ts';
import type { PendingCreate } from './pending-creates.ts';
import { enable, sendTest } from './update.ts';

export type Create = Extract<Action, { kind: 'create' }>;

/** A subscription that our create has made, known by its answer or by a look. */
export interface Created {
  readonly kind: 'created';
  readonly action: Create;
  readonly observed: Observed;
}

/** A create whose outcome is not known. `failure`: what came instead of an answer; undefined: it was not sent by this pass. */
export interface Lost {
  readonly kind: 'lost';
  readonly failure?: Failure;
}

/** When to look for a create whose outcome is unknown, in ms after it ended. Reads lag behind writes by seconds. */
const LOOKS_MS = [1_000, 15_000];

/** How often one subscription is posted in a pass; every repeat comes after two looks that did not find it. */
const POSTS = 3;

const BY_US = 'found after a create whose answer was lost';
const BY_ANOTHER = 'found: the instance that led before had created it';

/** Sends the create once, unless the outcome of an earlier one is not known. Throws what the client throws of a refusal. */
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
      // A fault of ours says nothing of what the API did: then the next pass looks.
      if (isNotSent(error, signal)) recentWrites.creates.settled(desired.title);
      throw error;
    }
    recentWrites.creates.sent(desired, clock.uptime(), known);
    // An API that asks to be left alone is not looked at either: the next pass does.
    if (error.retryAfterMs !== undefined) throw error;
    return { kind: 'lost', failure: failureOf(error) };
  }
}

/** Goes on with a create whose outcome is not known: looks, and sends it again where it is not found. */
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

/** The second half: what was created is enabled, and tested where the entry asks for it. */
export async function finish({ action, observed }: Created, context: ActionContext): Promise<Outcome> {
  const outcome = await enable(action, observed, context);
  if (outcome.kind === 'done') await sendTest(action.desired, observed.id, context);
  return outcome;
}

/** It was refused, or not even begun. */
function isNotSent(error: unknown, signal: AbortSignal): boolean {
  return isCallError(error) || isPlanDropped(error) || (signal.aborted && error === signal.reason);
}

function created(
  action: Create,
  observed: Observed,
  { clock, recentWrites, onChange }: ActionContext,
  how: { readonly requestId?: string; readonly because?: string },
): Created {
  recentWrites.created(action.desired, observed, clock.uptime());
  onChange({ action: 'create', id: observed.id, title: action.desired.title, fields: [], ...how });
  return { kind: 'created', action, observed };
}

/** A server that gives what it has instead of creating: that may be somebody else's. */
function notNew({ id }: Observed, requestId: string | undefined): Failure {
  const message = `POST /webhooks was answered with ${oneLine(id, 40)}, which was there before: it is left alone`;
  return { message, ...(requestId !== undefined && { requestId }) };
}

/** The subscription if a listing shows it now or after the time a listing may lag. Undefined: it was not created. */
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
