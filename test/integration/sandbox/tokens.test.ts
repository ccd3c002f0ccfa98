import { describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { HOOK, running } from './running.ts';

describe('the token call', () => {
  it('gives an opaque bearer token that opens what its scopes say', async () => {
    const { caller, sandbox } = await running();
    const { status, json } = await caller.token({ scope: 'webhooks:read webhooks:admin' });
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^ory_at_/),
      token_type: 'bearer',
      expires_in: 1800,
      scope: 'webhooks:read webhooks:admin',
    });
    const withToken = caller.with(String(json?.['access_token']));
    expect((await withToken.post('/webhooks', { title: 'A', url: HOOK })).status).toBe(201);
    expect(sandbox.requests.map(({ route, scope }) => [route, scope])).toEqual([
      ['/auth/token', undefined],
      ['/webhooks', 'webhooks:read webhooks:admin'],
    ]);
  });

  it.for<[string, Record<string, string>, number, string]>([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'Client credentials are incorrect'],
    [
      'a scope that was not granted',
      { scope: 'webhooks:read orders:admin' },
      401,
      'The requested scope was not granted',
    ],
    ['another client id than the header', { client_id: 'another' }, 400, 'client_id: differs'],
    ['another grant type', { grant_type: 'password' }, 400, 'grant_type: must be client_credentials'],
    ['an empty scope', { scope: '' }, 400, "field 'scope' was not filled"],
    ['a secret that is too long', { client_secret: 'x'.repeat(1001) }, 400, 'client_secret: must be at most 1000'],
    ['a field too many', { audience: 'a' }, 400, 'audience: field is not allowed'],
  ])('refuses %s', async ([, form, status, detail]) => {
    const { caller } = await running();
    const answer = await caller.token(form);
    expect([answer.status, answer.json?.['detail']]).toEqual([status, expect.stringContaining(detail)]);
  });

  it('refuses JSON, and an authorization header', async () => {
    const { caller } = await running();
    expect((await caller.token({}, { headers: { 'content-type': 'application/json' } })).status).toBe(400);
    expect((await caller.token({}, { headers: { authorization: 'Basic YTpi' } })).status).toBe(400);
  });

  it('refuses an unsigned request', async () => {
    const { caller } = await running();
    expect((await caller.token({}, { tampered: { headers: { signature: '' } } })).status).toBe(401);
  });
});

describe('a token', () => {
  it('is refused once it has expired', async () => {
    let now = Date.now();
    const { caller, sandbox } = await running({ now: () => now });
    sandbox.set({ tokenLifetimeSeconds: 30 });
    const short = caller.with(sandbox.addToken());
    expect((await short.get('/webhooks')).status).toBe(200);
    now += 30_001;
    const answer = await short.get('/webhooks', { created: Math.floor(now / 1000) });
    expect([answer.status, answer.json?.['detail']]).toEqual([401, 'Access token is invalid']);
  });

  it('is refused once all tokens were expired, while a new one works', async () => {
    const { caller, sandbox } = await running();
    sandbox.expireTokens();
    expect((await caller.get('/webhooks')).status).toBe(401);
    expect((await caller.with(sandbox.addToken()).get('/webhooks')).status).toBe(200);
  });

  it('of another client is refused', async () => {
    const { caller, sandbox } = await running();
    const { clientId } = await sandbox.addClient({ keyType: 'ed25519' });
    expect((await caller.with(sandbox.addToken({ clientId })).get('/webhooks')).status).toBe(401);
  });

  it('that is missing or malformed is refused', async () => {
    const { caller } = await running();
    expect((await caller.with(undefined).get('/webhooks')).status).toBe(401);
    expect((await caller.get('/webhooks', { headers: { authorization: 'Basic YTpi' } })).status).toBe(401);
  });
});

describe('scopes', () => {
  it.for<[string, string, number[]]>([
    ['webhooks:read', 'reads only', [200, 200, 200, 403, 403, 403, 403]],
    ['webhooks:admin', 'reads and changes', [200, 200, 200, 201, 200, 200, 204]],
    ['orders:read', 'does neither', [403, 403, 403, 403, 403, 403, 403]],
  ])('%s %s', async ([scope, , expected]) => {
    const { sandbox } = await running({ client: { keyType: 'ed25519', scopes: [scope] } });
    const [one] = sandbox.seed({ title: 'One', url: 'http://127.0.0.1:9/' });
    const caller = Caller.of(sandbox);
    const path = `/webhooks/${one?.id}`;
    const answers = [
      await caller.get('/webhooks'),
      await caller.get(path),
      await caller.get('/auth/verify_keys'),
      await caller.post('/webhooks', { title: 'Two', url: HOOK }),
      await caller.patch(path, { enabled: true }),
      await caller.post(`${path}/test`),
      await caller.delete(path),
    ];
    expect(answers.map(({ status }) => status)).toEqual(expected);
  });

  it('that a read-only client asks for beyond its own get 401', async () => {
    const { sandbox } = await running();
    const readOnly = await sandbox.addClient({ keyType: 'ed25519', scopes: ['webhooks:read'] });
    const caller = new Caller(sandbox.url, readOnly, undefined);
    expect((await caller.token({ scope: 'webhooks:read' })).status).toBe(200);
    expect((await caller.token({ scope: 'webhooks:admin' })).status).toBe(401);
  });

  it('that a client with webhooks:admin alone asks for in order to read get 401, and its own scope reads', async () => {
    const { sandbox } = await running();
    const admin = await sandbox.addClient({ keyType: 'ed25519', scopes: ['webhooks:admin'] });
    const caller = new Caller(sandbox.url, admin, undefined);
    expect((await caller.token({ scope: 'webhooks:read' })).status).toBe(401);
    expect((await caller.token({ scope: 'webhooks:read webhooks:admin' })).status).toBe(401);
    const { json } = await caller.token({ scope: 'webhooks:admin' });
    expect((await caller.with(String(json?.['access_token'])).get('/webhooks')).status).toBe(200);
  });

  it('for changes do not read where switched so', async () => {
    const { sandbox } = await running({ switches: { readScope: 'read' } });
    const [one] = sandbox.seed({ title: 'One', url: HOOK });
    const statuses = async (scopes: readonly string[]) => {
      const caller = Caller.of(sandbox).with(sandbox.addToken({ scopes }));
      return [
        (await caller.get('/webhooks')).status,
        (await caller.get('/auth/verify_keys')).status,
        (await caller.patch(`/webhooks/${one?.id}`, { enabled: true })).status,
      ];
    };
    expect(await statuses(['webhooks:admin'])).toEqual([403, 403, 200]);
    expect(await statuses(['webhooks:read'])).toEqual([200, 200, 403]);
    expect(await statuses(['webhooks:read', 'webhooks:admin'])).toEqual([200, 200, 200]);
  });
});

describe('clients', () => {
  it('of one tenant share its subscriptions, others do not see them', async () => {
    const { sandbox } = await running();
    const [one] = sandbox.seed({ title: 'One', url: HOOK });
    const colleague = Caller.of(sandbox, await sandbox.addClient({ keyType: 'ed25519' }));
    const stranger = Caller.of(sandbox, await sandbox.addClient({ keyType: 'ed25519', tenant: 'other' }));
    expect((await colleague.get(`/webhooks/${one?.id}`)).status).toBe(200);
    expect((await stranger.get(`/webhooks/${one?.id}`)).status).toBe(404);
    expect((await stranger.delete(`/webhooks/${one?.id}`)).status).toBe(404);
    expect((await stranger.get('/webhooks')).json).toMatchObject({ meta: { total_count: 0 }, data: [] });
  });
});
