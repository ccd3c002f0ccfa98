/** Puts the client together, and says what each of the API's calls is. */
import { type Clock, systemClock } from '../clock.ts';
import type { ApiConfig } from '../config/config.ts';
import { follow } from '../http/follow.ts';
import { CredentialError } from '../http/credential-error.ts';
import { type Success, Unreadable } from '../http/success.ts';
import type { Observed, WebhookId } from '../subscription.ts';
import { type Call, caller } from './caller.ts';
import type { UpvestClient } from './client.ts';
import { credentials } from './credentials.ts';
import { ApiError } from './errors.ts';
import { completeListing, type GetPage, PAGE_SIZE } from './listing.ts';
import { type Mandate, UNLIMITED } from './mandate.ts';
import type { ApiObserver } from './observer.ts';
import { readPage } from './page-json.ts';
import { sender } from './sender.ts';
import { readTestAnswer } from './test-answer.ts';
import { readVerifyKeys } from './verify-keys-json.ts';
import { readWebhook, writeCreate, writeUpdate } from './webhook-json.ts';

export interface ClientOptions {
  readonly api: ApiConfig;
  readonly clock?: Clock;
  readonly observer?: ApiObserver;
  /** Without one, changes may be made at any time. */
  readonly mandate?: Mandate;
  /** From 0 up to 1; spreads the waits between attempts. */
  readonly random?: () => number;
}

/** Nothing is read or sent before the first call. */
export function createClient({
  api,
  clock = systemClock,
  observer = {},
  mandate = UNLIMITED,
  random = Math.random,
}: ClientOptions): UpvestClient {
  const access = credentials(api, clock);
  const wire = sender(api, access, clock, { observer, mandate });
  const { call, readingScope } = caller(api, access, wire, { clock, random, observer });
  const lookAt = (id: WebhookId) => ({ ...getOne(id), scope: readingScope() });
  const closing = new AbortController();
  const untilClosed = async <T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>) =>
    await follow([closing.signal, signal], work);
  const answer = async <T>(what: Call<T>, signal: AbortSignal | undefined) =>
    await untilClosed(signal, async (until) => await call(what, until));

  return {
    listWebhooks: async (signal) =>
      await untilClosed(signal, async (until) => {
        const getPage: GetPage = async (offset) => (await call(listPage(offset), until)).value;
        const items = await completeListing(getPage, { width: api.concurrency, clock, signal: until });
        return { items, unusable: [] };
      }),

    getWebhook: async (id, signal) => (await answer(lookAt(id), signal)).value,

    createWebhook: async (body, signal) =>
      await answer(
        {
          label: { method: 'POST', route: '/webhooks' },
          method: 'POST',
          target: '/webhooks',
          isChange: true,
          scope: 'webhooks:admin',
          body: { type: 'application/json', bytes: writeCreate(body) },
          // Not idempotent, and no idempotency-key counts here: twice would mean every event delivered twice.
          isRepeatable: false,
          read: (created) => readWebhook(created.object(), 'the answer'),
        },
        signal,
      ),

    updateWebhook: async (id, body, signal) =>
      await answer(
        {
          ...one('PATCH', id),
          isChange: true,
          scope: 'webhooks:admin',
          body: { type: 'application/json', bytes: writeUpdate(body) },
          isRepeatable: true,
          read: (updated): Observed | 'accepted' | 'absent' => (updated.isEmpty ? 'accepted' : readOne(updated, id)),
          absent: () => 'absent',
        },
        signal,
      ),

    deleteWebhook: async (id, signal) =>
      await untilClosed(signal, async (until) => {
        const { value: answered, ...answer } = await call(deleteOne(id), until);
        if (typeof answered === 'string') return { ...answer, value: answered };
        const why = await whyNotGone(async () => (await call(lookAt(id), until)).value, until);
        if (why) throw unclearDelete(answered, answer.requestId, why);
        return { ...answer, value: 'deleted' };
      }),

    testWebhook: async (id, signal) =>
      await answer(
        {
          ...one('POST', id, '/test'),
          isChange: true,
          scope: 'webhooks:admin',
          isRepeatable: false,
          read: readTestAnswer,
        },
        signal,
      ),

    verifyKeys: async (signal) =>
      (
        await answer(
          {
            label: { method: 'GET', route: '/auth/verify_keys' },
            method: 'GET',
            target: '/auth/verify_keys',
            isChange: false,
            scope: 'webhooks:read',
            isRepeatable: true,
            read: readVerifyKeys,
          },
          signal,
        )
      ).value,

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

const listPage = (offset: number) =>
  ({
    label: { method: 'GET', route: '/webhooks' },
    method: 'GET',
    target: `/webhooks?sort=created_at&order=ASC&offset=${offset}&limit=${PAGE_SIZE}`,
    isChange: false,
    scope: 'webhooks:read',
    isRepeatable: true,
    read: readPage,
  }) as const;

const getOne = (id: WebhookId) => ({
  ...one('GET', id),
  isChange: false,
  isRepeatable: true,
  read: (found: Success) => readOne(found, id),
  absent: () => undefined,
});

const deleteOne = (id: WebhookId) => ({
  ...one('DELETE', id),
  isChange: true,
  scope: 'webhooks:admin' as const,
  isRepeatable: true,
  // A page that a gateway sends with 200 is no answer of the API; what the API would say with a body is not documented.
  read: (gone: Success): 'deleted' | 'absent' | Success => (gone.isEmpty ? 'deleted' : gone),
  // Gone after an attempt whose answer was lost: that was us.
  absent: (mayBeOurs: boolean): 'deleted' | 'absent' => (mayBeOurs ? 'deleted' : 'absent'),
});

/** After a delete; undefined: it is gone, which a look that is answered with 404 proves here. */
async function whyNotGone(
  look: () => Promise<Observed | undefined>,
  signal: AbortSignal,
): Promise<{ readonly message: string; readonly cause?: unknown } | undefined> {
  try {
    return (await look()) && { message: 'the subscription is still there' };
  } catch (error) {
    const isExpected = error instanceof ApiError || error instanceof CredentialError || signal.aborted;
    if (!isExpected || !(error instanceof Error)) throw error;
    return { message: `it could not be looked for: ${error.message}`, cause: error };
  }
}

function unclearDelete(
  { status }: Success,
  requestId: string | undefined,
  { message, cause }: { readonly message: string; readonly cause?: unknown },
): ApiError {
  const retryAfterMs = cause instanceof ApiError ? cause.retryAfterMs : undefined;
  const problem = { title: 'with a body, so that it may not have come from the API', detail: message };
  const request = { method: 'DELETE', route: '/webhooks/{webhook_id}' };
  return new ApiError({ request, status, problem, outcome: 'unknown', requestId, retryAfterMs }, { cause });
}

/** Nothing that is said of one subscription must count for another. Throws Unreadable. */
function readOne(answer: Success, id: WebhookId): Observed {
  const webhook = readWebhook(answer.object(), 'the answer');
  if (webhook.id.toLowerCase() === id.toLowerCase()) return webhook;
  throw new Unreadable('it is about another subscription', false);
}

function one<Method extends 'GET' | 'POST' | 'PATCH' | 'DELETE'>(method: Method, id: WebhookId, below = '') {
  // An id comes from a file or a command line: "." or "" would address the collection.
  if (/^\.*$/.test(id)) throw new RangeError(`${JSON.stringify(id)} is no id of a subscription`);
  const label = { method, route: `/webhooks/{webhook_id}${below}` };
  return { label, method, target: `/webhooks/${encodeURIComponent(id)}${below}` } as const;
}
