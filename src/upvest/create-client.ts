/** Builds the client from its layers, and the calls that take more than one request. */
import { mapBounded, withAnySignal } from '../base/async.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { type WritePermit, UNLIMITED } from '../base/write-permit.ts';
import type { ApiConfig } from '../config/config.ts';
import type { Success } from '../http/answer.ts';
import type { Listing, Observed, Unusable, WebhookId } from '../subscription/subscription.ts';
import { type Call, authenticatedCall } from './authenticated-call.ts';
import { calls } from './calls.ts';
import type { Answer, ApiObserver, UpvestClient } from './client.ts';
import { credentials } from './credentials.ts';
import { ApiError, isCallError } from './errors.ts';
import { completeListing, type GetPage } from './listing.ts';
import { requestSender } from './signed-request.ts';

export interface ClientOptions {
  readonly api: ApiConfig;
  readonly clock?: Clock;
  readonly observer?: ApiObserver;
  /** Without a write permit, changes may be made at any time. */
  readonly writePermit?: WritePermit;
  /**
   * Whether a call is repeated even where no attempt can succeed before somebody changes something: a name that does not
   * exist, a certificate that is not trusted. True by default, as befits a daemon.
   */
  readonly isPatient?: boolean;
  /** From 0 up to, not including, 1; spreads the waits between attempts. */
  readonly random?: () => number;
}

/**
 * Nothing is read or sent before the first call. A call goes through these layers, and its answer back:
 *
 * | layer    | file                  | does                                                                          |
 * | -------- | --------------------- | ----------------------------------------------------------------------------- |
 * | call     | calls.ts              | says what is asked, with which scope, and what its answer means               |
 * | retry    | retry.ts              | repeats all that follows, where that is safe                                  |
 * | token    | authenticated-call.ts | adds a token of the scope; one that is refused is renewed once                |
 * | throttle | signed-request.ts     | waits for a place: so many requests at once, so many a second                 |
 * | sign     | signature.ts          | comes after all waits: a signature is valid for a minute, and its nonce once  |
 * | exchange | http/exchange.ts      | sends; a change asks for its write permit at the very last moment             |
 */
export function createClient({
  api,
  clock = systemClock,
  observer = {},
  writePermit = UNLIMITED,
  random = Math.random,
  isPatient = true,
}: ClientOptions): UpvestClient {
  const access = credentials(api, clock);
  const wire = requestSender(api, access, clock, { observer, writePermit });
  const { call, readingScope } = authenticatedCall(api, access, wire, { clock, random, isPatient, observer });
  const { list, get, create, update, remove, test, verifyKeys } = calls();
  const closing = new AbortController();
  const untilClosed = async <T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>) =>
    await withAnySignal([closing.signal, signal], work);
  const answer = async <T>(what: Call<T>, signal: AbortSignal | undefined) =>
    await untilClosed(signal, async (until) => await call(what, until));
  const look = (signal: AbortSignal) => async (id: WebhookId) => (await call(get(id, readingScope()), signal)).value;

  return {
    listWebhooks: async (signal) =>
      await untilClosed(signal, async (until) => {
        const getPage: GetPage = async (offset) => (await call(list(offset), until)).value;
        const listing = await completeListing(getPage, { width: api.concurrency, clock, signal: until });
        return await showById(listing, look(until), api.concurrency);
      }),

    getWebhook: async (id, signal) => await untilClosed(signal, async (until) => await look(until)(id)),

    createWebhook: async (body, signal) => await answer(create(body), signal),

    updateWebhook: async (id, body, signal) => await answer(update(id, body), signal),

    deleteWebhook: async (id, signal) =>
      await untilClosed(signal, async (until) => {
        const { value, ...answered } = await call(remove(id), until);
        if (typeof value === 'string') return { ...answered, value };
        await deletedForSure({ ...answered, value }, async () => await look(until)(id), until);
        return { ...answered, value: 'deleted' };
      }),

    testWebhook: async (id, signal) => await answer(test(id), signal),

    verifyKeys: async (signal) => (await answer(verifyKeys(), signal)).value,

    now: () => wire.now(),

    get requestsSent() {
      return wire.requestsSent;
    },

    close: async () => {
      closing.abort(new Error('the client was closed'));
      await wire.close();
    },
  };
}

/** A tenant with more unusable items has a larger problem, which reading them by id would not solve. */
const MOST_READ = 100;

/** Reads one subscription by id; undefined: it does not exist. */
type Look = (id: WebhookId) => Promise<Observed | undefined>;

/**
 * Reads unusable items by id, `width` at a time. An item that cannot be read, or lacks the same when read, stays
 * unusable. When the API fails altogether, the rest is not read. Throws CredentialError, ApiError where the API asks
 * for a long wait, and with an aborted signal its reason.
 */
async function showById(listing: Listing, look: Look, width: number): Promise<Listing> {
  const { items, unusable } = listing;
  let isFailing = false;
  const read = async ({ id }: Unusable): Promise<Observed | undefined> => {
    if (isFailing) return undefined;
    try {
      return await look(id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.retryAfterMs !== undefined) throw error;
      isFailing ||= isOutage(error);
      return undefined;
    }
  };
  const shown = await mapBounded(unusable.slice(0, MOST_READ), width, read);
  return {
    items: [...items, ...shown.filter((item) => item !== undefined)],
    unusable: unusable.filter((_, index) => shown[index] === undefined),
  };
}

function isOutage({ status }: ApiError): boolean {
  return status === undefined || status >= 500 || [401, 403, 408, 429].includes(status);
}

/**
 * Throws ApiError with outcome `unknown` unless `look` finds nothing any more: here, 404 is the proof of the delete.
 */
async function deletedForSure(
  { value: { status }, requestId }: Answer<Success>,
  look: () => Promise<Observed | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const left = await whatIsLeft(look, signal);
  if (!left) return;
  const { detail, cause } = left;
  const retryAfterMs = cause instanceof ApiError ? cause.retryAfterMs : undefined;
  const problem = { title: 'with a body, so that it may not have come from the API', detail };
  const request = { method: 'DELETE', route: '/webhooks/{webhook_id}' };
  throw new ApiError({ request, status, problem, outcome: 'unknown', requestId, retryAfterMs }, { cause });
}

async function whatIsLeft(
  look: () => Promise<Observed | undefined>,
  signal: AbortSignal,
): Promise<{ readonly detail: string; readonly cause?: unknown } | undefined> {
  try {
    return (await look()) && { detail: 'the subscription is still there' };
  } catch (error) {
    if (!isCallError(error) && !signal.aborted) throw error;
    return { detail: `whether it still exists could not be read: ${errorText(error)}`, cause: error };
  }
}
