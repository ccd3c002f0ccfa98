import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { receiver, type Delivery } from './receiver.ts';
import { HOOK, PATIENTLY, running } from './running.ts';

const keysOf = (json: unknown) => (json as { keys: (JsonWebKey & { kid: string })[] }).keys;

/** Verifies a delivery by its own headers. In version 6 the base has no quotes. */
function isGenuine(
  { method, path, headers, body }: Delivery,
  keys: readonly (JsonWebKey & { kid: string })[],
): boolean {
  const params = String(headers['signature-input']).replace(/^sig1=/, '');
  const names = Array.from(params.matchAll(/"([^"]+)"(?=[^;]*\))/g), ([, name]) => String(name));
  const keyId = /keyid="([^"]+)"/.exec(params)?.[1];
  const [pathname, query] = path.split(/(?=\?)/);
  const values: Record<string, string | undefined> = {
    ...headers,
    '@method': method,
    '@path': pathname,
    '@query': query,
  };
  const base = [...names.map((name) => `${name}: ${values[name]}`), `@signature-params: ${params}`].join('\n');
  const jwk = keys.find(({ kid }) => kid === keyId);
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
  if (!jwk || headers['digest'] !== digest || !names.includes('digest')) return false;
  const signature = Buffer.from(String(headers['signature']).replace(/^sig1=:|:$/g, ''), 'base64');
  return verify('sha512', Buffer.from(base), createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

describe('the test call', () => {
  it('posts a signed event to a disabled subscription, and gives the response of the receiver', async () => {
    const { caller, sandbox } = await running();
    const { url, deliveries } = await receiver(201);
    const [one] = sandbox.seed({ title: 'Local', url: `${url}?a=1&b`, type: ['ORDER'] });
    const { status, json } = await caller.post(`/webhooks/${one?.id}/test`);
    expect(status).toBe(200);
    expect(json).toEqual({
      url: `${url}?a=1&b`,
      response: { status: 201, headers: expect.objectContaining({ 'x-receiver': 'here' }), body: 'thank you' },
    });
    expect(deliveries).toMatchObject([{ method: 'POST', path: '/hook?a=1&b' }]);
    expect(JSON.parse(deliveries[0]?.body ?? '')).toEqual({
      payload: [
        {
          id: expect.any(String),
          created_at: expect.any(String),
          type: 'ORDER.FILLED',
          object: { id: expect.any(String) },
          webhook_id: one?.id,
        },
      ],
    });
    const keys = keysOf((await caller.get('/auth/verify_keys')).json);
    expect(isGenuine(deliveries[0]!, keys)).toBe(true);
    expect(isGenuine({ ...deliveries[0]!, body: '{}' }, keys)).toBe(false);
    expect(isGenuine({ ...deliveries[0]!, path: '/hook?a=2&b' }, keys)).toBe(false);
  });

  it('says so when the receiver cannot be reached, and follows no redirect', async () => {
    const { caller, sandbox } = await running();
    const elsewhere = await receiver(302, { location: 'http://127.0.0.1:1/' });
    const [gone, moved] = sandbox.seed([
      { title: 'Gone', url: 'http://127.0.0.1:1/' },
      { title: 'Moved', url: elsewhere.url },
    ]);
    const unreachable = await caller.post(`/webhooks/${gone?.id}/test`);
    expect(unreachable.status).toBe(200);
    expect(unreachable.json).toMatchObject({ response: { error: expect.stringContaining('ECONNREFUSED') } });
    expect((await caller.post(`/webhooks/${moved?.id}/test`)).json).toMatchObject({ response: { status: 302 } });
  });

  it('gives a receiver the time that the switch says', async () => {
    const { caller, sandbox } = await running({ switches: { deliveryTimeoutSeconds: 0.1 } });
    const slow = createServer(() => {});
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => slow.close().closeAllConnections());
    const [one] = sandbox.seed({ title: 'Slow', url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}/` });
    const { json } = await caller.post(`/webhooks/${one?.id}/test`);
    expect(json).toMatchObject({ response: { status: 0, error: 'no answer within 0.1 s' } });
  });

  it('answers 202 at once in the revision of 2023; the delivery follows', async () => {
    const { caller, sandbox } = await running({ switches: { revision: 2023 } });
    const { url, deliveries } = await receiver();
    const [one] = sandbox.seed({ title: 'Local', url });
    const { status, text } = await caller.post(`/webhooks/${one?.id}/test`);
    expect([status, text]).toEqual([202, '']);
    await expect.poll(() => deliveries.length, PATIENTLY).toBe(1);
  });

  it('of a seeded url that nothing can be posted to says so', async () => {
    const { caller, sandbox } = await running();
    const [odd] = sandbox.seed({ title: 'Odd', url: 'ftp://files.example.com/' });
    const { status, json } = await caller.post(`/webhooks/${odd?.id}/test`);
    expect([status, json]).toEqual([
      200,
      expect.objectContaining({ response: expect.objectContaining({ status: 0 }) }),
    ]);
  });

  it('of a subscription that does not exist gets 404', async () => {
    const { caller } = await running();
    expect((await caller.post('/webhooks/00000000-0000-4000-8000-000000000000/test')).status).toBe(404);
  });
});

describe('an event', () => {
  it('goes to every subscription that is enabled and wants its category', async () => {
    const { sandbox } = await running();
    const { url, deliveries } = await receiver();
    const entry = (title: string, fields: object) => ({ title, url, enabled: true, ...fields });
    sandbox.seed([
      entry('All', { type: ['ALL'] }),
      entry('Orders', { type: ['ORDER', 'EXECUTION'] }),
      entry('Users', { type: ['USER'] }),
      entry('All but orders', { type: ['ALL'], exclude_type: ['ORDER'] }),
      entry('Disabled', { enabled: false }),
    ]);
    const results = await sandbox.deliver({ type: 'ORDER.NEW', object: { id: '1' } });
    expect(results.map(({ title, response }) => [title, response.status])).toEqual([
      ['All', 200],
      ['Orders', 200],
    ]);
    expect(deliveries.map(({ body }) => JSON.parse(body).payload[0].object)).toEqual([{ id: '1' }, { id: '1' }]);
  });
});

describe('the keys of deliveries', () => {
  it('are published as a JWKS of P-521 keys', async () => {
    const { caller } = await running();
    const { status, json } = await caller.get('/auth/verify_keys');
    expect(status).toBe(200);
    const coordinate = expect.stringMatching(/^[\w-]{88}$/);
    expect(json).toEqual({
      keys: [{ kid: expect.any(String), kty: 'EC', crv: 'P-521', x: coordinate, y: coordinate }],
    });
  });

  it('rotate: the new one signs, the old one stays published or is withdrawn', async () => {
    const { caller, sandbox } = await running();
    const { url, deliveries } = await receiver();
    sandbox.seed({ title: 'Local', url, enabled: true });
    const published = async () => keysOf((await caller.get('/auth/verify_keys')).json).map(({ kid }) => kid);
    const [first] = await published();
    const second = await sandbox.rotateDeliveryKeys();
    expect(await published()).toEqual([second, first]);
    await sandbox.deliver({ type: 'USER.CREATED' });
    expect(deliveries[0]?.headers['signature-input']).toContain(`keyid="${second}"`);
    const third = await sandbox.rotateDeliveryKeys(false);
    expect(await published()).toEqual([third]);
  });
});

describe('a subscription whose deliveries keep failing', () => {
  it('vanishes after the time the switch says, unless one came through', async () => {
    let now = Date.now();
    const { caller, sandbox } = await running({ now: () => now, switches: { removeFailingAfterSeconds: 2_592_000 } });
    const good = await receiver();
    sandbox.seed([
      { title: 'Bad', url: 'http://127.0.0.1:1/', enabled: true },
      { title: 'Mended', url: 'http://127.0.0.1:1/', enabled: true },
      { title: 'Quiet', url: HOOK },
    ]);
    await sandbox.deliver({ type: 'USER.CREATED' });
    sandbox.edit('Mended', { url: good.url });
    await sandbox.deliver({ type: 'USER.CREATED' });
    now += 2_592_000_000;
    await caller.with(sandbox.addToken()).get('/webhooks', { created: Math.floor(now / 1000) });
    expect(sandbox.subscriptions().map(({ title }) => title)).toEqual(['Mended', 'Quiet']);
    expect(sandbox.history.at(-1)).toMatchObject({ kind: 'delete', title: 'Bad', by: 'sandbox' });
  });
});
