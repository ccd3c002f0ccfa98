/**
 * Creates a subscription, and enables it. `POST /webhooks` is not idempotent: after an answer that leaves open whether
 * it was carried out, the tenant is looked at, twice, before the request is repeated.
 */
import { oneLine } from '../http/one-line.ts';
import { createBody } from '../plan/bodies.ts';
import type { Action } from '../plan/plan.ts';
import type { Desired, Observed } from '../subscription.ts';
import { ApiError } from '../upvest/errors.ts';
import type { ApplyContext } from './context.ts';
import { findCreated, type Lost } from './ledger.ts';
import { type Failure, mayHaveHappened, type Outcome } from './outcome.ts';
import { enable, sendTest } from './update.ts';

export type Create = Extract<Action, { kind: 'create' }>;

/** When to look for a create whose outcome is unknown, in ms after it ended. Listings lag behind writes by seconds. */
const LOOKS_MS = [1_000, 15_000];

/** How often one subscription is posted in a pass; every repeat comes after two looks that did not find it. */
const POSTS = 3;

const BY_US = 'found after a create whose answer was lost';
const BY_ANOTHER = 'found: the instance that led before had created it';

export async function create(action: Create, context: ApplyContext): Promise<Outcome> {
  const { desired } = action;
  const { ledger } = context;
  let failure: unknown;
  for (let posts = 0; ; ) {
    // True from the start where an earlier pass, or an earlier leader, may have left a create behind that nobody has seen.
    const sent = ledger.lost(desired);
    const found = sent && (await lookTwice(sent, context));
    if (found) return created(action, found, context, { because: sent.isInherited ? BY_ANOTHER : BY_US });
    if (posts === POSTS) throw failure;
    const dropped = await context.dropped();
    if (dropped !== undefined) return { kind: 'skipped', action, why: dropped };
    posts += 1;
    try {
      const { value, requestId } = await post(desired, context);
      if (context.known.has(value.id)) return { kind: 'failed', action, failure: notNew(value, requestId) };
      return await created(action, value, context, requestId === undefined ? {} : { requestId });
    } catch (error) {
      const isPutOff = error instanceof ApiError && error.retryAfterMs !== undefined;
      if (isPutOff || !ledger.lost(desired)) throw error;
      failure = error;
    }
  }
}

/** Sends the create; the ledger knows it as unsettled from before it leaves until its outcome is certain. */
async function post(desired: Desired, { client, clock, ledger, signal }: ApplyContext) {
  ledger.unsettled(desired, clock.uptime());
  try {
    const answer = await client.createWebhook(createBody(desired), signal);
    ledger.settled(desired.title);
    return answer;
  } catch (error) {
    if (mayHaveHappened(error)) ledger.unsettled(desired, clock.uptime());
    else ledger.settled(desired.title);
    throw error;
  }
}

/** A server that gives what it has instead of creating: that may be somebody else's. */
function notNew({ id }: Observed, requestId: string | undefined): Failure {
  const message = `POST /webhooks was answered with ${oneLine(id, 40)}, which was there before: it is left alone`;
  return { message, ...(requestId !== undefined && { requestId }) };
}

/** What follows once the subscription exists, known by its answer or by a look: enable it, test it. */
async function created(
  action: Create,
  observed: Observed,
  context: ApplyContext,
  how: { readonly requestId?: string; readonly because?: string },
): Promise<Outcome> {
  const { desired } = action;
  context.ledger.wrote(observed, context.clock.uptime());
  context.onChange({ action: 'create', id: observed.id, title: desired.title, fields: [], ...how });
  const outcome = await enable(action, observed, context);
  if (outcome.kind === 'done') await sendTest(desired, observed.id, context);
  return outcome;
}

/** The subscription if a listing shows it now or after the time a listing may lag. Not found: it was not created. */
async function lookTwice(sent: Lost, context: ApplyContext): Promise<Observed | undefined> {
  const { clock, ledger, looks, signal } = context;
  for (const afterMs of LOOKS_MS) {
    const from = sent.at + afterMs;
    const waitMs = from - clock.uptime();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    const listing = await looks.listedSince(from);
    const found = findCreated(
      sent,
      listing.filter(({ id }) => !context.known.has(id)),
    );
    if (found) {
      ledger.settled(sent.title);
      return found;
    }
  }
  ledger.settled(sent.title);
  return undefined;
}
