import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import {
  cutShort,
  hang,
  json,
  type Reply,
  raw,
  reset,
  type ScriptedApi,
  scriptedApi,
  token,
  WEBHOOK,
} from './scripted-api.ts';

const NEW = { title: 'User webhook', url: WEBHOOK.url };
const ALL = { ...NEW, enabled: true, type: ['USER'], config: {} };
const problem = (status: number, title = 'Trouble') =>
  json(status, { title, status }, { 'upvest-request-id': 'req-1' });

let api: ScriptedApi;
beforeEach(async () => {
  api = await scriptedApi();
});
afterEach(async () => await api[Symbol.asyncDispose]());

describe('a create', () => {
  it.each<[string, Reply, number | undefined]>([
    ['the connection is reset', reset, undefined],
    ['the answer breaks off', cutShort(201), undefined],
    ['there is no answer in time', hang, undefined],
    ['a server error', problem(503), 503],
    ['a request timeout', problem(408), 408],
    ['201 with JSON that is cut off', raw(201, '{"id":"a8'), 201],
    ['201 without a body', raw(201, ''), 201],
    ['201 without an id', json(201, { ...WEBHOOK, id: undefined }), 201],
  ])('is never repeated when it may have happened: %s', async (_case, fault, status) => {
    await using connected = connect(api.url, { timeoutMs: fault === hang ? 600 : 5000 });
    api.next(fault);
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({
      name: 'ApiError',
      outcome: 'unknown',
      status,
    });
    expect(api.log()).toEqual(['POST /auth/token', 'POST /webhooks']);
  });

  it('is repeated after 429, which certainly did nothing', async () => {
    await using connected = connect(api.url);
    api.next(problem(429), problem(429), json(201, WEBHOOK, { 'upvest-request-id': 'req-9' }));
    expect(await connected.client.createWebhook(NEW)).toMatchObject({ value: { id: WEBHOOK.id }, requestId: 'req-9' });
    expect(connected.retrying.map(({ reason }) => reason)).toEqual(['rate-limit', 'rate-limit']);
  });

  it('is repeated when there was no connection', async () => {
    await using connected = connect(api.url, { retries: 2 });
    api.nextToken(json(200, { access_token: 'token', expires_in: 1800 }, { connection: 'close' }));
    api.next(raw(202, '', { connection: 'close' }));
    await connected.client.testWebhook(WEBHOOK.id);
    await api[Symbol.asyncDispose]();
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({
      outcome: 'refused',
      status: undefined,
      attempts: 3,
    });
    expect(connected.retrying.at(-1)).toMatchObject({ reason: 'connect', route: '/webhooks' });
  });

  it('is not repeated after any other refusal', async () => {
    await using connected = connect(api.url);
    api.next(problem(400, 'Invalid request'));
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({ status: 400, outcome: 'refused' });
    expect(connected.client.requestsSent).toBe(2);
  });
});

describe('a call that gets no token', () => {
  it('was certainly not carried out, whatever became of the token request', async () => {
    await using connected = connect(api.url, { retries: 0 });
    api.nextToken(reset);
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({
      request: { route: '/auth/token' },
      outcome: 'refused',
    });
  });

  it('may have been carried out where an earlier attempt was sent', async () => {
    await using connected = connect(api.url);
    api.nextToken(token(), problem(401));
    api.next(reset, problem(401));
    await expect(connected.client.updateWebhook(WEBHOOK.id, ALL)).rejects.toMatchObject({
      request: { route: '/auth/token' },
      outcome: 'unknown',
    });
  });
});

describe('an update', () => {
  it('is repeated until it is answered', async () => {
    await using connected = connect(api.url);
    api.next(reset, problem(500), json(200, { ...WEBHOOK, enabled: true }));
    expect(await connected.client.updateWebhook(WEBHOOK.id, ALL)).toMatchObject({ value: { enabled: true } });
    expect(new Set(api.seen.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).size).toBe(1);
  });

  it('of a deleted subscription gives absent', async () => {
    await using connected = connect(api.url);
    api.next(problem(404));
    expect((await connected.client.updateWebhook(WEBHOOK.id, ALL)).value).toBe('absent');
  });

  it('says that it may have happened, whichever attempt it was', async () => {
    await using connected = connect(api.url);
    api.next(reset, problem(400));
    await expect(connected.client.updateWebhook(WEBHOOK.id, ALL)).rejects.toMatchObject({
      status: 400,
      outcome: 'unknown',
    });
  });
});

describe('a delete', () => {
  it.each<[string, Reply[], 'deleted' | 'absent']>([
    ['is done', [raw(204, '')], 'deleted'],
    ['is done, as another server says it', [json(200, { id: WEBHOOK.id }), problem(404)], 'deleted'],
    ['is not done because a page says OK', [raw(200, '<html>Back soon</html>'), problem(404)], 'deleted'],
    ['finds nothing', [problem(404)], 'absent'],
    ['finds nothing after an attempt whose answer was lost: that was us', [reset, problem(404)], 'deleted'],
    ['finds nothing after an attempt that was refused', [problem(429), problem(404)], 'absent'],
  ])('%s', async (_case, replies, outcome) => {
    await using connected = connect(api.url);
    api.next(...replies);
    expect((await connected.client.deleteWebhook(WEBHOOK.id)).value).toBe(outcome);
    expect(connected.client.requestsSent).toBe(1 + replies.length);
  });
});

describe('a test delivery', () => {
  it.each<[string, Reply, string]>([
    ['200 with what the receiver said', json(200, { url: 'x', response: { status: 204 } }), 'ok'],
    ['200 without a body', raw(200, ''), 'unknown'],
    ['202', raw(202, ''), 'unknown'],
  ])('is accepted with %s', async (_case, reply, state) => {
    await using connected = connect(api.url);
    api.next(reply);
    expect((await connected.client.testWebhook(WEBHOOK.id)).value).toMatchObject({ state });
  });

  it('is sent once', async () => {
    await using connected = connect(api.url);
    api.next(problem(504));
    await expect(connected.client.testWebhook(WEBHOOK.id)).rejects.toMatchObject({ status: 504, outcome: 'unknown' });
    expect(api.log()).toEqual(['POST /auth/token', `POST /webhooks/${WEBHOOK.id}/test`]);
  });
});

it('an answer about another subscription is refused', async () => {
  await using connected = connect(api.url);
  const other = json(200, { ...WEBHOOK, id: 'b8eb3540-5a84-40f9-b2bb-7f99f282fc5b' });
  const failure = { status: 200, outcome: 'unknown', message: expect.stringContaining('another subscription') };
  api.next(other);
  await expect(connected.client.getWebhook(WEBHOOK.id)).rejects.toMatchObject(failure);
  await expect(connected.client.updateWebhook(WEBHOOK.id, ALL)).rejects.toMatchObject(failure);
  api.next(json(200, WEBHOOK));
  expect(await connected.client.getWebhook(WEBHOOK.id.toUpperCase())).toMatchObject({ id: WEBHOOK.id });
});

describe('an id', () => {
  it('cannot lead to another address', async () => {
    await using connected = connect(api.url);
    api.next(problem(404));
    expect(await connected.client.getWebhook('../auth?x#y')).toBeUndefined();
    expect(api.seen.at(-1)?.url).toBe('/webhooks/..%2Fauth%3Fx%23y');
    await expect(connected.client.deleteWebhook('..')).rejects.toThrow('".." is not an id of a subscription');
    await expect(connected.client.deleteWebhook('')).rejects.toThrow('is not an id');
  });
});
