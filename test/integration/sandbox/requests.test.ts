import { describe, expect, it } from 'vitest';
import { Caller, type Deviation } from './caller.ts';
import { HOOK, running } from './running.ts';
import { send } from './send.ts';

describe('every answer', () => {
  it('carries a request id, the same in the problem document, the header and the log of requests', async () => {
    const { caller, sandbox } = await running();
    const { headers, json } = await caller.get('/webhooks/nothing');
    expect(json).toEqual({
      type: 'https://docs.upvest.co/errors/not_found',
      status: 404,
      title: 'Not found',
      detail: expect.any(String),
      request_id: headers['upvest-request-id'],
    });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(sandbox.requests).toEqual([
      {
        requestId: headers['upvest-request-id'],
        at: expect.any(Number),
        method: 'GET',
        path: '/webhooks/nothing',
        route: '/webhooks/{webhook_id}',
        clientId: sandbox.credentials.clientId,
        scope: 'webhooks:read webhooks:admin',
        status: 404,
        outcome: 'answered',
        faults: [],
        why: expect.any(String),
      },
    ]);
  });

  it("is dated by the sandbox's clock", async () => {
    const now = Date.parse('2026-09-01T12:00:00Z');
    const { caller } = await running({ now: () => now });
    const { headers } = await caller.get('/webhooks', { created: now / 1000 });
    expect(headers.date).toBe('Tue, 01 Sep 2026 12:00:00 GMT');
  });
});

describe('a request', () => {
  it.for<[string, string, string, Deviation, number, string]>([
    ['to nowhere', 'GET', '/users', {}, 404, 'not_found'],
    ['with a slash too many', 'GET', '/webhooks/', {}, 404, 'not_found'],
    ['with the wrong method', 'PUT', '/webhooks', {}, 405, 'method_not_allowed'],
    ['that GETs a test', 'GET', '/webhooks/x/test', {}, 405, 'method_not_allowed'],
    [
      'without a client id',
      'GET',
      '/webhooks',
      { headers: { 'upvest-client-id': undefined } },
      400,
      'missing_client_id',
    ],
    ['of an unknown client', 'GET', '/webhooks', { headers: { 'upvest-client-id': 'x' } }, 401, 'unauthorised'],
    ['that wants HTML', 'GET', '/webhooks', { headers: { accept: 'text/html' } }, 406, 'not_acceptable'],
    [
      'that wants problems too',
      'GET',
      '/webhooks',
      { headers: { accept: 'application/json, application/problem+json' } },
      406,
      'not_acceptable',
    ],
    ['that takes anything', 'GET', '/webhooks', { headers: { accept: '*/*' } }, 200, ''],
    ['that says nothing of accepting', 'GET', '/webhooks', { headers: { accept: undefined } }, 200, ''],
    ['that deletes and wants HTML', 'DELETE', '/webhooks/x', { headers: { accept: 'text/html' } }, 404, 'not_found'],
    ['of version 1', 'GET', '/webhooks', { headers: { 'upvest-api-version': '1' } }, 200, ''],
    ['of version 2', 'GET', '/webhooks', { headers: { 'upvest-api-version': '2' } }, 426, 'upgrade_required'],
    ['of version "1"', 'GET', '/webhooks', { headers: { 'upvest-api-version': '"1"' } }, 400, 'invalid_request'],
  ])('%s', async ([, method, target, deviation, status, slug]) => {
    const { caller } = await running();
    const answer = await caller.call(method, target, undefined, deviation);
    expect(answer.status).toBe(status);
    if (slug) expect(answer.json?.['type']).toBe(`https://docs.upvest.co/errors/${slug}`);
  });

  it('with the wrong method gets the right ones', async () => {
    const { caller } = await running();
    expect((await caller.call('PUT', '/webhooks/x')).headers.allow).toBe('GET, PATCH, DELETE');
  });

  it.for<[string, string | undefined, number]>([
    ['application/json; charset=utf-8', undefined, 400],
    ['text/plain', undefined, 400],
    ['application/json', '{"title": ', 400],
    ['application/json', '"text"', 400],
  ])('with content-type %s and body %s gets %i', async ([contentType, body, status]) => {
    const { caller } = await running();
    const answer = await caller.post('/webhooks', body ?? { title: 'A', url: HOOK }, {
      headers: { 'content-type': contentType },
    });
    expect(answer.status).toBe(status);
  });

  it('with a body that is not UTF-8 gets 400', async () => {
    const { caller } = await running();
    const answer = await caller.post('/webhooks', Buffer.from('{"title":"\u00e4"}', 'latin1'));
    expect([answer.status, answer.json?.['detail']]).toEqual([400, expect.stringContaining('not JSON in UTF-8')]);
  });

  it('with a body beyond a mebibyte gets 400, and the connection lives', async () => {
    const { caller } = await running();
    expect((await caller.post('/webhooks', { title: 'x'.repeat(1_100_000) })).status).toBe(400);
    expect((await caller.get('/webhooks')).status).toBe(200);
  });

  it('that is wrong in many ways gets the first error of: client, signature, token, scope, accept, body, existence', async () => {
    const { caller, sandbox } = await running();
    const read = caller.with(sandbox.addToken({ scopes: ['webhooks:read'] }));
    const accept = { accept: 'text/html' };
    const bad = { enabled: 'yes' };
    const statuses = [
      await send(sandbox.url, { method: 'PATCH', target: '/webhooks/x' }),
      await caller
        .with('unknown')
        .patch('/webhooks/x', bad, { headers: accept, tampered: { headers: { signature: 'x' } } }),
      await caller.with('unknown').patch('/webhooks/x', bad, { headers: accept }),
      await read.patch('/webhooks/x', bad, { headers: accept }),
      await caller.patch('/webhooks/x', bad, { headers: accept }),
      await caller.patch('/webhooks/x', bad),
      await caller.patch('/webhooks/x', { enabled: true }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 401, 401, 403, 406, 400, 404]);
  });

  it('takes an idempotency key, which has no effect here', async () => {
    const { caller, sandbox } = await running();
    const again = { headers: { 'idempotency-key': 'd2719f6a-2f4d-4f35-9d5b-0b8f3c6a7e90' } };
    await caller.post('/webhooks', { title: 'A', url: HOOK }, again);
    await caller.post('/webhooks', { title: 'A', url: HOOK }, again);
    expect(sandbox.subscriptions()).toHaveLength(2);
  });
});

describe('the rate limit', () => {
  // The limit is one request per quarter of an hour, so that a second one is refused even on a slow machine.
  const rateLimit = 0.001;

  it('answers 429 beyond so many requests per second and client, without Retry-After as documented', async () => {
    const { caller, sandbox } = await running({ switches: { rateLimit } });
    const colleague = Caller.of(sandbox, await sandbox.addClient({ keyType: 'ed25519' }));
    expect((await caller.get('/webhooks')).status).toBe(200);
    const refused = await caller.get('/webhooks');
    expect([refused.status, refused.json?.['type']]).toEqual([429, 'https://docs.upvest.co/errors/too_many_requests']);
    expect(refused.headers['retry-after']).toBeUndefined();
    expect((await colleague.get('/webhooks')).status).toBe(200);
    sandbox.set({ rateLimit: 0 });
    expect((await caller.get('/webhooks')).status).toBe(200);
  });

  it('names a time to wait where switched so', async () => {
    const { caller } = await running({ switches: { rateLimit, retryAfterSeconds: 2 } });
    await caller.get('/webhooks');
    expect((await caller.get('/webhooks')).headers['retry-after']).toBe('2');
  });
});

describe('errors as a CDN writes them', () => {
  it('are HTML with the same status', async () => {
    const { caller } = await running({ switches: { errorBodies: 'html' } });
    const { status, headers, text } = await caller.get('/webhooks/x');
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=UTF-8']);
    expect(text).toContain('<html>');
  });
});

describe('counting', () => {
  it('goes by method and route, either of them any', async () => {
    const { caller, sandbox } = await running();
    await caller.get('/webhooks');
    await caller.get('/webhooks/a');
    await caller.delete('/webhooks/a');
    expect(
      ['*', 'GET *', '* /webhooks/{webhook_id}', 'POST /webhooks'].map((pattern) => sandbox.count(pattern)),
    ).toEqual([3, 2, 2, 0]);
    sandbox.forget();
    expect(sandbox.count()).toBe(0);
  });
});
