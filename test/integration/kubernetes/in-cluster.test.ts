import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { findAccess } from '../../../src/kubernetes/access.ts';
import { complaint, kubernetesApi } from '../../../src/kubernetes/api.ts';
import { ApiServer, type ApiServerOptions } from '../../support/kubernetes/api-server.ts';
import { certificate } from '../../support/kubernetes/certificates.ts';
import { type Pod, pod } from '../../support/kubernetes/in-cluster.ts';
import { failure, forbidden, tooManyRequests } from '../../support/kubernetes/status.ts';
import { LEASES } from '../../support/kubernetes/rules.ts';
import { SkippingClock } from '../upvest/connect.ts';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/payments/leases';
const GET = { method: 'GET', path: `${LEASE}/reconciler`, timeoutMs: 30_000 } as const;
const lease = (holderIdentity: string, metadata: object = { name: 'reconciler' }) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata,
  spec: { holderIdentity, leaseDurationSeconds: 15, renewTime: '2026-11-26T08:00:00.000000Z' },
});

const after: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
});

async function start(options?: ApiServerOptions): Promise<{ server: ApiServer; mounted: Pod }> {
  const server = await ApiServer.start(options);
  after.push(() => server[Symbol.asyncDispose]());
  server.admit('token-1', 'reconciler');
  const mounted = pod(server, 'token-1');
  after.push(() => mounted[Symbol.dispose]());
  return { server, mounted };
}

async function connect({ env, serviceAccount }: Pod, clock = systemClock) {
  const access = await findAccess({ env, serviceAccount, clock });
  const api = kubernetesApi(access, clock);
  after.push(() => api.close());
  return { access, api };
}

describe('in a pod', () => {
  it('the API server is reached by its environment, with the token and the authority of the service account', async () => {
    const { server, mounted } = await start();
    const { access, api } = await connect(mounted);
    expect(access).toMatchObject({ server: server.url, namespace: 'payments' });
    expect(await api.request(GET)).toMatchObject({ status: 404, value: { kind: 'Status', reason: 'NotFound' } });
    const created = await api.request({ ...GET, method: 'POST', path: LEASE, body: lease('me') });
    expect(created).toMatchObject({ status: 201, value: { spec: { holderIdentity: 'me' } } });
    expect(server.arrivals.map(({ user, headers }) => [user, headers['content-type'], headers['accept']])).toEqual([
      ['reconciler', undefined, 'application/json'],
      ['reconciler', 'application/json', 'application/json'],
    ]);
  });

  it('over IPv6 as well', async (test) => {
    const started = await start({ host: '::1' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return undefined;
      throw error;
    });
    if (!started) return test.skip('this machine has no IPv6');
    const { access, api } = await connect(started.mounted);
    expect(access.server).toBe(`https://[::1]:${started.server.port}`);
    expect((await api.request(GET)).status).toBe(404);
  });

  it('a token that was rotated is used from the next second on', async () => {
    const { server, mounted } = await start();
    const clock = new SkippingClock();
    const { api } = await connect(mounted, clock);
    server.admit('token-2', 'reconciler');
    mounted.rotate({ token: 'token-2' });
    clock.moveOn(1_000);
    await api.request(GET);
    expect(server.arrivals[0]?.headers['authorization']).toBe('Bearer token-2');
  });

  it('a token that is refused is read again at once, and the request is sent once more if it is another', async () => {
    const { server, mounted } = await start();
    const { api } = await connect(mounted, new SkippingClock());
    server.revoke('token-1');
    expect((await api.request(GET)).status).toBe(401);
    expect(server.arrivals).toHaveLength(1);
    server.admit('token-2', 'reconciler');
    mounted.rotate({ token: 'token-2' });
    expect((await api.request(GET)).status).toBe(404);
    expect(server.arrivals).toHaveLength(3);
  });

  it('a rotated authority is trusted without a restart', async () => {
    const { mounted } = await start({ tls: 'other-server' });
    const clock = new SkippingClock();
    const { api } = await connect(mounted, clock);
    await expect(api.request(GET)).rejects.toMatchObject({ name: 'KubernetesError', sent: false });
    mounted.rotate({ ca: certificate('ca').cert + certificate('other-ca').cert });
    clock.moveOn(1_000);
    expect((await api.request(GET)).status).toBe(404);
  });

  it('a server with a certificate for another name is not trusted', async () => {
    const { server, mounted } = await start({ tls: 'named-server' });
    const { api } = await connect(mounted);
    await expect(api.request(GET)).rejects.toThrow(
      /its certificate is for DNS:kubernetes\.default\.svc, not for 127\.0\.0\.1/,
    );
    expect(server.arrivals).toEqual([]);
  });

  it.each([['token'], ['ca.crt']])('a missing %s is reported at the start, with what to fix', async (name) => {
    const { mounted } = await start();
    rmSync(join(mounted.serviceAccount, name));
    await expect(connect(mounted)).rejects.toMatchObject({
      name: 'KubernetesAccessError',
      message: expect.stringMatching(/does not exist.*automountServiceAccountToken: true/),
    });
  });

  it('a token that goes missing later is reported with every request, until it is back', async () => {
    const { mounted } = await start();
    const clock = new SkippingClock();
    const { api } = await connect(mounted, clock);
    mounted.rotate({ token: '' });
    clock.moveOn(1_000);
    await expect(api.request(GET)).rejects.toThrow(/token is empty/);
    mounted.rotate({ token: 'token-1' });
    expect((await api.request(GET)).status).toBe(404);
  });

  it('an authority that is not a certificate is an error of the request, not a crash', async () => {
    const { mounted } = await start();
    mounted.rotate({ ca: '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n' });
    const { api } = await connect(mounted);
    await expect(api.request(GET)).rejects.toMatchObject({ name: 'KubernetesError', sent: false });
  });
});

describe('an answer', () => {
  let server: ApiServer;
  let api: Awaited<ReturnType<typeof connect>>['api'];
  beforeEach(async () => {
    const started = await start();
    server = started.server;
    ({ api } = await connect(started.mounted, new SkippingClock()));
  });

  it('is a value whatever its status, with the wait the server asks for', async () => {
    server.fate = () => ({ kind: 'refuse', refusal: tooManyRequests(7) });
    expect(await api.request(GET)).toEqual({ status: 429, value: undefined, retryAfterMs: 7_000 });
  });

  it('that refuses is described on one line', async () => {
    server.fate = () => ({ kind: 'refuse', refusal: forbidden('reconciler', 'get', LEASES, 'payments', 'reconciler') });
    expect(complaint(await api.request(GET))).toBe(
      '403 Forbidden: leases.coordination.k8s.io "reconciler" is forbidden: User "reconciler" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "payments"',
    );
    server.fate = () => ({ kind: 'refuse', refusal: { status: 502, body: '<html>' } });
    expect(complaint(await api.request(GET))).toBe('502 Bad Gateway');
  });

  it('that repeats the token does not get it into a message', async () => {
    server.fate = () => ({ kind: 'refuse', refusal: failure(403, 'Forbidden', 'no token-1 here') });
    const answer = await api.request(GET);
    expect(complaint(answer)).toBe('403 Forbidden: no [secret] here');
    expect(inspect(answer, { depth: 9 })).not.toContain('token-1');
  });

  it.each([
    ['escapes of JSON', '"message":"no \\u0074oken-1 here"'],
    [
      'escapes in capital digits, as a name',
      '"message":"no \\u0074\\u006Fken-1 here","tok\\u0065n-1":["\\u0074oken-1"]',
    ],
  ])('that repeats the token in %s does not get it into a message either', async (_, members) => {
    const body = `{"kind":"Status","reason":"Forbidden",${members}}`;
    server.fate = () => ({ kind: 'refuse', refusal: { status: 403, body } });
    const answer = await api.request(GET);
    expect(complaint(answer)).toBe('403 Forbidden: no [secret] here');
    expect(inspect(answer, { depth: 9 })).not.toContain('token-1');
  });

  it('of more parts than any Lease has is an error, and is not looked through for what was sent', async () => {
    const annotations = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`a${n}`, '']));
    const body = JSON.stringify(lease('me', { name: 'reconciler', resourceVersion: '1', annotations }));
    server.fate = () => ({ kind: 'refuse', refusal: { status: 200, body } });
    await expect(api.request(GET)).rejects.toThrow('with 200 and a body that is not the JSON of a Lease or an Event');
  });

  it.each(['hang', 'lost', 'garbled', 'reset'] as const)(
    'that never comes as it should (%s) is an error',
    async (kind) => {
      // The connection exists already, so that the time for connecting does not count.
      await api.request(GET);
      server.fate = () => ({ kind });
      const isSilent = kind === 'hang' || kind === 'lost';
      const call = { method: 'POST', path: LEASE, body: lease('me'), timeoutMs: isSilent ? 300 : 30_000 } as const;
      await expect(api.request(call)).rejects.toMatchObject({
        name: 'KubernetesError',
        message: expect.stringContaining(`POST ${LEASE}`),
        sent: true,
      });
      await server.until(({ arrivals }) => arrivals.length === 2);
      expect(server.lease('payments', 'reconciler') !== undefined).toBe(kind === 'lost' || kind === 'garbled');
    },
  );

  it('that was given up leaves the next request a connection of its own', async () => {
    server.fate = ({ number }) => (number === 1 ? { kind: 'hang' } : undefined);
    await expect(api.request({ ...GET, timeoutMs: 300 })).rejects.toThrow(/time limit of \d+ ms reached/);
    expect((await api.request(GET)).status).toBe(404);
  });

  it('is not waited for any longer when the signal aborts, and rejects with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('shutting down');
    server.fate = () => ({ kind: 'hang' });
    const waiting = api.request(GET, stop.signal);
    const rejected = expect(waiting).rejects.toBe(reason);
    await server.until(({ arrivals }) => arrivals.length === 1);
    stop.abort(reason);
    await rejected;
  });

  it('is not waited for any longer when the client is closed, and nothing is sent afterwards', async () => {
    server.fate = () => ({ kind: 'hang' });
    const rejected = expect(api.request(GET)).rejects.toThrow('the client was closed');
    await server.until(({ arrivals }) => arrivals.length === 1);
    await api.close();
    await rejected;
    await expect(api.request(GET)).rejects.toThrow('the client was closed');
    expect(server.arrivals).toHaveLength(1);
  });
});

describe('the double keeps versions as the API server does', () => {
  it('a stale resourceVersion is a conflict, a missing one invalid, and an update of a deleted object neither', async () => {
    const { server, mounted } = await start();
    const { api } = await connect(mounted);
    const put = async (body: unknown) => api.request({ ...GET, method: 'PUT', body });
    const { value } = await api.request({ ...GET, method: 'POST', path: LEASE, body: lease('a') });
    const { metadata } = value as { metadata: Record<string, string> };
    expect(await api.request({ ...GET, method: 'POST', path: LEASE, body: lease('b') })).toMatchObject({
      status: 409,
      value: { reason: 'AlreadyExists' },
    });
    expect((await put(lease('b', metadata))).status).toBe(200);
    expect(await put(lease('c', metadata))).toMatchObject({ status: 409, value: { reason: 'Conflict' } });
    expect(await put(lease('c'))).toMatchObject({ status: 422, value: { reason: 'Invalid' } });
    server.objects.delete(LEASES, 'payments', 'reconciler');
    expect(await put(lease('c', metadata))).toMatchObject({ status: 409 });
    expect((await put(lease('c', { name: 'reconciler', resourceVersion: '7' }))).status).toBe(201);
    expect(server.writes.map(({ verb, user }) => `${user} ${verb}`)).toEqual([
      'reconciler create',
      'reconciler update',
      'reconciler update',
    ]);
  });

  it('refuses times that Go cannot parse, and durations of zero', async () => {
    const { mounted } = await start();
    const { api } = await connect(mounted);
    const post = async (spec: object) =>
      api.request({ ...GET, method: 'POST', path: LEASE, body: { ...lease('a'), spec } });
    expect((await post({ renewTime: '2026-11-26T08:00:00.000Z' })).status).toBe(400);
    expect((await post({ leaseDurationSeconds: 1.5 })).status).toBe(400);
    expect((await post({ leaseDurationSeconds: 0 })).status).toBe(422);
  });
});
