/** Puts the client together. */
import { type Clock, systemClock } from '../clock.ts';
import type { ApiConfig } from '../config/config.ts';
import { follow } from '../http/follow.ts';
import type { WebhookId } from '../subscription.ts';
import { type Call, caller } from './caller.ts';
import { calls } from './calls.ts';
import type { UpvestClient } from './client.ts';
import { credentials } from './credentials.ts';
import { deletedForSure } from './delete-with-body.ts';
import { completeListing, type GetPage } from './listing.ts';
import { type Mandate, UNLIMITED } from './mandate.ts';
import type { ApiObserver } from './observer.ts';
import { sender } from './sender.ts';
import { showById } from './show-by-id.ts';

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
  const { list, get, create, update, remove, test, verifyKeys } = calls();
  const closing = new AbortController();
  const untilClosed = async <T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>) =>
    await follow([closing.signal, signal], work);
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
