/**
 * Undocumented answers: compressed without a request for it, with a BOM, with an unexpected body, or without the
 * expected one.
 */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { json, page, type Reply, raw, type ScriptedApi, scriptedApi, WEBHOOK } from './scripted-api.ts';

const NEW = { title: 'User webhook', url: WEBHOOK.url };
const ALL = { ...NEW, enabled: true, type: ['USER'], config: {} };

let api: ScriptedApi;
beforeEach(async () => {
  api = await scriptedApi();
});
afterEach(async () => await api[Symbol.asyncDispose]());

const gzipped =
  (status: number, body: unknown): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(body)));

describe('a compressed answer, although none was requested', () => {
  it('is an error that names the coding', async () => {
    await using connected = connect(api.url);
    api.next(gzipped(200, { meta: { total_count: 0 }, data: [] }));
    await expect(connected.client.listWebhooks()).rejects.toThrow('compressed (content-encoding: gzip)');
    expect(connected.retrying).toEqual([]);
    expect(api.seen.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity', 'identity']);
  });

  it.each<[string, (client: ReturnType<typeof connect>['client']) => Promise<unknown>]>([
    ['create', async (client) => client.createWebhook(NEW)],
    ['update', async (client) => client.updateWebhook(WEBHOOK.id, ALL)],
    ['test delivery', async (client) => client.testWebhook(WEBHOOK.id)],
  ])('leaves open whether a %s was carried out, for it was a success', async (_, change) => {
    await using connected = connect(api.url);
    api.next(gzipped(200, WEBHOOK));
    await expect(change(connected.client)).rejects.toMatchObject({
      status: 200,
      outcome: 'unknown',
      message: expect.stringContaining('content-encoding: gzip'),
    });
  });

  it('is a refusal where its status says so', async () => {
    await using connected = connect(api.url);
    api.next(gzipped(400, { title: 'Invalid' }));
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(/answered 400 Bad Request: the body is compressed \(content-encoding: gzip\)/),
    });
  });

  it('is not one where its coding is identity, or it has no body', async () => {
    await using connected = connect(api.url);
    api.next(json(201, WEBHOOK, { 'content-encoding': 'identity' }), raw(204, '', { 'content-encoding': 'gzip' }));
    expect((await connected.client.createWebhook(NEW)).value.id).toBe(WEBHOOK.id);
    expect((await connected.client.deleteWebhook(WEBHOOK.id)).value).toBe('deleted');
  });
});

describe('JSON that begins with a byte order mark', () => {
  it('is read in a success', async () => {
    await using connected = connect(api.url);
    api.nextToken(raw(200, '\uFEFF{"access_token":"token","expires_in":1800}'));
    api.next(raw(200, `\uFEFF${JSON.stringify({ meta: { total_count: 1 }, data: [WEBHOOK] })}`));
    expect((await connected.client.listWebhooks()).items).toMatchObject([{ id: WEBHOOK.id }]);
  });

  it('is read in a problem document', async () => {
    await using connected = connect(api.url);
    api.next(raw(400, '\uFEFF{"title":"Invalid request","detail":"no such category"}'));
    await expect(connected.client.createWebhook(NEW)).rejects.toThrow('400 Invalid request: no such category');
  });
});

describe('an update answered with a success that does not show the subscription', () => {
  it.each([
    [204, ''],
    [202, ''],
    [200, ''],
    [200, ' \r\n'],
    [200, '\uFEFF'],
  ])('%i and %j, was accepted', async (status, body) => {
    await using connected = connect(api.url);
    api.next(raw(status, body));
    expect((await connected.client.updateWebhook(WEBHOOK.id, ALL)).value).toBe('accepted');
    expect(connected.client.requestsSent).toBe(2);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%i of a change is a refusal, at once', async (status) => {
    await using connected = connect(api.url);
    api.next(raw(status, '', { location: '/elsewhere' }));
    const { client } = connected;
    const refused = { name: 'ApiError', status, outcome: 'refused' };
    await expect(client.createWebhook(NEW)).rejects.toMatchObject(refused);
    await expect(client.updateWebhook(WEBHOOK.id, ALL)).rejects.toMatchObject(refused);
    await expect(client.deleteWebhook(WEBHOOK.id)).rejects.toMatchObject(refused);
    expect(api.log().slice(1)).toEqual([
      'POST /webhooks',
      `PATCH /webhooks/${WEBHOOK.id}`,
      `DELETE /webhooks/${WEBHOOK.id}`,
    ]);
  });
});

describe('a delete answered 200 with a body', () => {
  const DELETE = `DELETE /webhooks/${WEBHOOK.id}`;
  const GET = `GET /webhooks/${WEBHOOK.id}`;

  it.each([
    ['an object', json(200, { deleted: true })],
    ['a page', raw(200, '<html>Log in</html>')],
    ['something compressed', gzipped(200, {})],
  ])('is looked after once, and was done where there is none any more: %s', async (_, reply) => {
    await using connected = connect(api.url);
    api.next(reply, json(404, { title: 'Not found' }));
    expect((await connected.client.deleteWebhook(WEBHOOK.id)).value).toBe('deleted');
    expect(api.log().slice(1)).toEqual([DELETE, GET]);
  });

  it('may have been carried out where the subscription is still shown, and the error says so', async () => {
    await using connected = connect(api.url);
    api.next(json(200, WEBHOOK, { 'upvest-request-id': 'req-4' }), json(200, WEBHOOK));
    await expect(connected.client.deleteWebhook(WEBHOOK.id)).rejects.toMatchObject({
      status: 200,
      outcome: 'unknown',
      requestId: 'req-4',
      message: expect.stringContaining('the subscription is still there'),
    });
    expect(api.log().slice(1)).toEqual([DELETE, GET]);
  });

  it('may have been carried out where the subscription cannot be read', async () => {
    await using connected = connect(api.url, { retries: 0 });
    api.next(json(200, {}), json(500, {}));
    await expect(connected.client.deleteWebhook(WEBHOOK.id)).rejects.toMatchObject({
      status: 200,
      outcome: 'unknown',
      message: expect.stringContaining(
        'whether it still exists could not be read: GET /webhooks/{webhook_id} answered 500',
      ),
    });
  });
});

describe('an answer that asks for a wait of more than a minute', () => {
  it.each([429, 503])('%i ends the call, and says until when', async (status) => {
    await using connected = connect(api.url);
    api.next(json(status, {}, { 'retry-after': '600' }), page());
    const until = new Date(connected.clock.now() + 600_000).toISOString();
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({
      status,
      retryAfterMs: 600_000,
      message: expect.stringContaining(`try again at ${until}`),
    });
    expect(connected.retrying).toEqual([]);
  });

  it('counts for an hour at most, also for a token request', async () => {
    await using connected = connect(api.url);
    api.nextToken(json(429, {}, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }));
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({
      retryAfterMs: 3_600_000,
      outcome: 'refused',
    });
  });

  it('is waited for within a minute', async () => {
    await using connected = connect(api.url);
    api.next(json(503, {}, { 'retry-after': '60' }), page());
    await connected.client.listWebhooks();
    expect(connected.clock.waits).toEqual([60_000]);
  });
});
