import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { createClient } from '../../../src/upvest/create-client.ts';
import { connect } from './connect.ts';
import { hang, json, page, type Reply, type ScriptedApi, scriptedApi, WEBHOOK } from './scripted-api.ts';

const NEW = { title: 'User webhook', url: WEBHOOK.url };
const REASON = new Error('shutting down');

let api: ScriptedApi;
beforeEach(async () => {
  api = await scriptedApi();
});
afterEach(async () => await api[Symbol.asyncDispose]());

/** An answer that is held back until it is let go. */
function held(reply: Reply) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const holding: Reply = (response, request) => void promise.then(() => reply(response, request));
  return { reply: holding, letGo: resolve };
}

describe('a signal that aborts', () => {
  it('lets a create that is on the wire succeed', async () => {
    await using connected = connect(api.url);
    const stop = new AbortController();
    const created = held(json(201, WEBHOOK));
    api.next(created.reply);
    const call = connected.client.createWebhook(NEW, stop.signal);
    await api.arrival();
    await api.arrival();
    stop.abort(REASON);
    created.letGo();
    expect(await call).toMatchObject({ value: { id: WEBHOOK.id } });
  });

  it('lets a create that is on the wire say why it failed', async () => {
    await using connected = connect(api.url);
    const stop = new AbortController();
    const refused = held(json(400, { title: 'Invalid request' }));
    api.next(refused.reply);
    const call = connected.client.createWebhook(NEW, stop.signal);
    await api.arrival();
    await api.arrival();
    stop.abort(REASON);
    refused.letGo();
    await expect(call).rejects.toMatchObject({ name: 'ApiError', status: 400 });
  });

  it('starts nothing when it has aborted before', async () => {
    await using connected = connect(api.url);
    await expect(connected.client.listWebhooks(AbortSignal.abort(REASON))).rejects.toBe(REASON);
    expect(api.log()).toEqual([]);
  });

  it('ends the wait for the throttle', async () => {
    await using connected = connect(api.url, { concurrency: 1 });
    const stop = new AbortController();
    await connected.client.listWebhooks();
    const first = held(page());
    api.next(first.reply);
    const onTheWire = connected.client.listWebhooks();
    await api.arrival();
    const waiting = connected.client.listWebhooks(stop.signal);
    stop.abort(REASON);
    await expect(waiting).rejects.toBe(REASON);
    first.letGo();
    expect(await onTheWire).toMatchObject({ items: [] });
  });

  it('ends the wait for another attempt, with its own reason', async () => {
    const stop = new AbortController();
    const client = createClient({
      api: {
        url: api.url,
        clientId: 'client',
        clientSecret: new Secret('secret'),
        sign: false,
        timeoutMs: 5000,
        concurrency: 1,
        requestsPerSecond: 100,
        retries: 5,
      },
      clock: systemClock,
      observer: { retrying: () => setImmediate(() => stop.abort(REASON)) },
    });
    api.next(json(429, {}, { 'retry-after': '60' }));
    await expect(client.createWebhook(NEW, stop.signal)).rejects.toBe(REASON);
    await client.close();
  });

  it('leaves no listener behind', async () => {
    await using connected = connect(api.url);
    const stop = new AbortController();
    await connected.client.listWebhooks(stop.signal);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});

describe('closing the client', () => {
  it('aborts requests on the wire, and says of a create that it may have been carried out', async () => {
    const connected = connect(api.url);
    api.next(hang);
    const call = connected.client.createWebhook(NEW);
    const failed = expect(call).rejects.toMatchObject({ name: 'ApiError', outcome: 'unknown' });
    await api.arrival();
    await api.arrival();
    await connected.client.close();
    await failed;
  });

  it('repeats nothing and starts nothing afterwards', async () => {
    const connected = connect(api.url);
    api.next(hang);
    const call = connected.client.listWebhooks();
    const failed = expect(call).rejects.toThrow('the client was closed');
    await api.arrival();
    await api.arrival();
    await connected.client.close();
    await failed;
    await expect(connected.client.listWebhooks()).rejects.toThrow('the client was closed');
    expect(api.seen).toHaveLength(2);
  });

  it('may be done twice', async () => {
    const connected = connect(api.url);
    await connected.client.listWebhooks();
    await connected.client.close();
    await connected.client.close();
  });
});

describe('requests on the wire', () => {
  it('are never more at once than configured', async () => {
    await using connected = connect(api.url, { concurrency: 3 });
    const held: ServerResponse[] = [];
    let most = 0;
    api.next((response) => {
      held.push(response);
      // A fourth request would have the time to arrive.
      if (held.length === 3) setTimeout(letGo, 20);
    });
    const letGo = () => {
      most = Math.max(most, held.length);
      for (const response of held.splice(0)) response.writeHead(204).end();
    };
    await Promise.all(Array.from({ length: 9 }, async (_, id) => await connected.client.deleteWebhook(`id-${id}`)));
    expect(most).toBe(3);
  });

  it('have exactly the headers that were made, and those of the connection', async () => {
    await using connected = connect(`${api.url}/proxy`);
    api.next(json(201, WEBHOOK));
    await connected.client.createWebhook({ title: 'Zürich', url: 'https://tenant.test/' });
    const { rawHeaders, url, body } = api.seen.at(-1)!;
    expect(url).toBe('/proxy/webhooks');
    const headers = Object.fromEntries(rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name, rawHeaders[i + 1]]])));
    expect(headers).toEqual({
      host: new URL(api.url).host,
      connection: 'keep-alive',
      accept: 'application/json',
      authorization: 'Bearer token',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'upvest-client-id': '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      'upvest-api-version': '1',
      'user-agent': 'webhook-reconciler/development',
      'accept-encoding': 'identity',
    });
  });

  it('are reported one by one, with request id and clock skew', async () => {
    await using connected = connect(api.url);
    connected.clock.moveOn(30_000);
    api.next(json(200, { meta: { total_count: 0 }, data: [] }, { 'upvest-request-id': 'req-1' }));
    await connected.client.listWebhooks();
    expect(connected.answered).toMatchObject([
      { method: 'POST', route: '/auth/token', status: 200 },
      { method: 'GET', route: '/webhooks', status: 200, requestId: 'req-1' },
    ]);
    expect(connected.answered[1]?.skewSeconds).toBeGreaterThan(20);
    expect(connected.answered[1]?.skewSeconds).toBeLessThan(40);
  });
});
