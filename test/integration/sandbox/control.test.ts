import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { SandboxCredentials } from '../../../src/sandbox/api/clients.ts';
import { Caller } from './caller.ts';
import { receiver } from './receiver.ts';
import { HOOK, running } from './running.ts';
import { send } from './send.ts';

const controlled = async (options: Parameters<typeof running>[0] = {}) => {
  const started = await running({ control: true, ...options });
  const control = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send(started.sandbox.url, {
      method,
      target: `/-/control${path}`,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  return { ...started, control };
};

describe('the control interface', () => {
  it('is absent unless the option is set', async () => {
    const { sandbox } = await running();
    expect((await send(sandbox.url, { method: 'GET', target: '/-/control/subscriptions' })).status).toBe(404);
  });

  it('lists, creates, edits and deletes subscriptions, unsigned', async () => {
    const { control, sandbox } = await controlled();
    const old = { title: 'Alter Titel_1', url: HOOK, enabled: true, created_at: '2021-07-21T14:10:00Z' };
    expect((await control('POST', '/subscriptions', [old, { title: 'B', url: HOOK }])).status).toBe(200);
    expect((await control('GET', '/subscriptions')).json).toMatchObject([old, { title: 'B' }]);
    const hijacked = await control('PATCH', '/subscriptions/Alter%20Titel_1', {
      url: 'https://evil.example.com/',
      config: { delay: '9s' },
    });
    expect(hijacked.json).toMatchObject({
      url: 'https://evil.example.com/',
      config: { delay: '9s', max_package_size: 10_240 },
    });
    expect((await control('DELETE', `/subscriptions/${sandbox.subscriptions()[1]?.id}`)).status).toBe(204);
    expect(sandbox.subscriptions().map(({ title }) => title)).toEqual(['Alter Titel_1']);
  });

  it('shows and empties requests and history', async () => {
    const { control, caller } = await controlled();
    await caller.post('/webhooks', { title: 'A', url: HOOK });
    expect((await control('GET', '/requests')).json).toMatchObject([
      { method: 'POST', path: '/webhooks', status: 201 },
    ]);
    expect((await control('GET', '/history')).json).toMatchObject([{ kind: 'create', title: 'A' }]);
    expect((await control('DELETE', '/requests')).status).toBe(204);
    expect((await control('GET', '/history')).json).toEqual([]);
  });

  it('schedules, shows and clears faults', async () => {
    const { control, caller } = await controlled();
    const rule = { on: 'GET /webhooks', times: 'always', effect: { kind: 'answer', status: 503 } };
    const id = String((await control('POST', '/faults', rule)).json?.['id']);
    expect((await caller.get('/webhooks')).status).toBe(503);
    expect((await control('GET', '/faults')).json).toEqual([{ id, rule, matched: 1, hits: 1 }]);
    expect((await control('DELETE', `/faults/${id}`)).status).toBe(204);
    expect((await control('DELETE', `/faults/${id}`)).status).toBe(400);
    expect((await caller.get('/webhooks')).status).toBe(200);
    expect((await control('DELETE', '/faults')).status).toBe(204);
  });

  it('changes switches, expires tokens, rotates keys', async () => {
    const { control, caller, sandbox } = await controlled();
    expect((await control('PATCH', '/switches', { revision: 2023, rateLimit: '0' })).json).toMatchObject({
      revision: 2023,
      rateLimit: 0,
    });
    expect(sandbox.switches.revision).toBe(2023);
    expect((await control('GET', '/switches')).json).toEqual(sandbox.switches);
    expect((await control('POST', '/keys/rotate')).json).toEqual({ kid: expect.any(String) });
    expect((await control('POST', '/tokens/expire')).status).toBe(204);
    expect((await caller.get('/webhooks')).status).toBe(401);
  });

  it('delivers events', async () => {
    const { control, sandbox } = await controlled();
    const { url, deliveries } = await receiver();
    sandbox.seed({ title: 'Local', url, enabled: true });
    const { json } = await control('POST', '/deliver', { type: 'ORDER.FILLED' });
    expect(json).toMatchObject([{ title: 'Local', response: { status: 200 } }]);
    expect(deliveries).toHaveLength(1);
  });

  it('adds clients, of the same tenant or another', async () => {
    const { control, sandbox } = await controlled();
    sandbox.seed({ title: 'One', url: HOOK });
    const spec = { scopes: ['webhooks:read'], keyType: 'ed25519' };
    const reader = (await control('POST', '/clients', spec)).json as unknown as SandboxCredentials;
    const caller = Caller.of(sandbox, reader);
    expect((await caller.get('/webhooks')).json).toMatchObject({ meta: { total_count: 1 } });
    expect((await caller.post('/webhooks', { title: 'A', url: HOOK })).status).toBe(403);
    expect((await control('GET', '/subscriptions?tenant=other')).json).toEqual([]);
  });

  it.for<[string, string, unknown, string]>([
    ['POST', '/subscriptions', { title: 'A' }, 'subscription 1: url is missing'],
    ['POST', '/subscriptions', { title: 'A', url: HOOK, colour: 'red' }, 'colour is not a field'],
    ['POST', '/subscriptions', { title: 'A', url: HOOK, constructor: 1 }, 'constructor is not a field'],
    ['PATCH', '/subscriptions/nobody', { enabled: true }, 'no subscription with the id or title "nobody"'],
    ['PATCH', '/subscriptions/nobody', { id: 'x' }, 'id is for ever'],
    ['PATCH', '/switches', { revison: 2023 }, 'there is no switch "revison"'],
    ['POST', '/faults', { on: '*' }, 'effect must be'],
    ['POST', '/deliver', { type: 'ORDER' }, 'CATEGORY.ACTION'],
    ['POST', '/deliver', { type: 'ORDER.NEW', objekt: {} }, 'objekt is not one of type'],
    ['POST', '/clients', { scopes: 'webhooks:read' }, 'scopes is a list'],
    ['POST', '/clients', { publicKeyPem: 'x' }, 'the public key is not a PEM'],
    ['POST', '/keys/rotate', { keepOld: 'no' }, 'keepOld is true or false'],
  ])('answers %s %s with a bad body by what is wrong', async ([method, path, body, said]) => {
    const { control } = await controlled();
    const answer = await control(method, path, body);
    expect([answer.status, answer.json?.['error']]).toEqual([400, expect.stringContaining(said)]);
  });

  it('lists its calls, and refuses others', async () => {
    const { control } = await controlled();
    expect((await control('GET', '/')).json?.['calls']).toContain('POST /-/control/deliver');
    expect((await control('PUT', '/subscriptions')).status).toBe(404);
  });

  it('refuses web pages: another origin, another host name, a form', async () => {
    const { control } = await controlled();
    expect((await control('GET', '/subscriptions', undefined, { origin: 'https://evil.example.com' })).status).toBe(
      403,
    );
    expect((await control('GET', '/subscriptions', undefined, { host: 'rebound.example.com' })).status).toBe(403);
    const form = await control('POST', '/subscriptions', { title: 'A', url: HOOK }, { 'content-type': 'text/plain' });
    expect(form.status).toBe(400);
  });

  const ownAddress = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

  it.skipIf(ownAddress === undefined)('refuses other machines', async () => {
    const { sandbox } = await controlled({ host: '0.0.0.0' });
    const answer = await send(`http://${ownAddress}:${sandbox.port}`, {
      method: 'GET',
      target: '/-/control/subscriptions',
      headers: { host: 'localhost' },
    });
    expect(answer.status).toBe(403);
  });
});
