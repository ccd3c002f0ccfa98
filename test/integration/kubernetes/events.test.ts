import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { findAccess } from '../../../src/kubernetes/access.ts';
import { kubernetesApi, type KubernetesApi } from '../../../src/kubernetes/api.ts';
import { type Events, events } from '../../../src/kubernetes/events.ts';
import { ApiServer } from '../../support/kubernetes/api-server.ts';
import { pod } from '../../support/kubernetes/in-cluster.ts';
import { EVENTS } from '../../support/kubernetes/rules.ts';
import { forbidden, tooManyRequests, unauthorized, unavailable } from '../../support/kubernetes/status.ts';
import { SkippingClock } from '../upvest/connect.ts';

const US = { name: 'reconciler-7d9f-x2x4z', namespace: 'payments', uid: 'b6f1…', node: 'node-1' };
const DRIFT = { type: 'Warning', reason: 'Drift', message: '2 subscriptions differed' } as const;
const FAILED = { type: 'Warning', reason: 'PassFailed', message: 'The pass failed' } as const;

let server: ApiServer;
let api: KubernetesApi;
let clock: SkippingClock;
let failures: { readonly why: string; readonly isNews: boolean }[];
const after: (() => unknown)[] = [];

beforeEach(async () => {
  server = await ApiServer.start();
  server.admit('token', 'reconciler');
  const mounted = pod(server, 'token');
  clock = new SkippingClock();
  failures = [];
  api = kubernetesApi(await findAccess({ ...mounted, clock }), clock);
  after.push(
    () => server[Symbol.asyncDispose](),
    () => mounted[Symbol.dispose](),
    () => api.close(),
  );
});
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
});

function start(options: { readonly clock?: Clock } = {}): Events {
  const onFailed = (why: string, isNews: boolean) => void failures.push({ why, isNews });
  return events({ api, pod: US, clock, random: () => 0.5, onFailed, ...options });
}

const count = (n: number) => (double: ApiServer) => double.writes.length >= n;
const stored = () => server.events('payments').map(({ reason, count }) => `${String(reason)} x${String(count)}`);

describe('an Event', () => {
  it('is created on the pod, as kubectl describe looks for it', async () => {
    start().record(DRIFT);
    await server.until(count(1));
    const time = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
    expect(server.events('payments')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: expect.objectContaining({ name: expect.stringMatching(/^reconciler-7d9f-x2x4z\.[0-9a-f]{16}$/) }),
        involvedObject: { apiVersion: 'v1', kind: 'Pod', name: US.name, namespace: 'payments', uid: US.uid },
        ...DRIFT,
        count: 1,
        firstTimestamp: time,
        lastTimestamp: time,
        source: { component: 'webhook-reconciler', host: 'node-1' },
        reportingComponent: 'webhook-reconciler',
        reportingInstance: US.name,
      },
    ]);
  });

  it('that comes again increases the count of the existing one', async () => {
    const posted = start();
    for (let n = 0; n < 3; n += 1) posted.record(DRIFT);
    await server.until(count(3));
    expect(stored()).toEqual(['Drift x3']);
    expect(server.writes.map(({ verb }) => verb)).toEqual(['create', 'patch', 'patch']);
  });

  it('that the server has deleted is created again with its count', async () => {
    const posted = start();
    posted.record(DRIFT);
    await server.until(count(1));
    server.objects.delete(EVENTS, 'payments', server.writes[0]?.name ?? '');
    posted.record(DRIFT);
    await server.until(count(2));
    expect(stored()).toEqual(['Drift x2']);
  });

  it('is tried again while the server cannot accept it, and the ones behind it wait', async () => {
    server.fate = ({ number }) => {
      if (number === 1) return { kind: 'refuse', refusal: tooManyRequests(30) };
      if (number === 2) return { kind: 'refuse', refusal: unavailable() };
      return number === 3 ? { kind: 'reset' } : undefined;
    };
    const posted = start();
    posted.record(DRIFT);
    posted.record(FAILED);
    await server.until(count(2));
    expect(server.writes.map(({ after: event }) => event?.['reason'])).toEqual(['Drift', 'PassFailed']);
    expect(clock.waits).toEqual([30_000, 10_000, 10_000]);
    expect(failures.map(({ isNews }) => isNews)).toEqual([true, false, false]);
  });

  it('whose answer is lost does not exist twice', async () => {
    server.fate = ({ number }) => (number === 1 ? { kind: 'garbled' } : undefined);
    const posted = start();
    posted.record(DRIFT);
    posted.record(FAILED);
    await server.until(count(2));
    expect(stored()).toEqual(['Drift x1', 'PassFailed x1']);
  });

  it('that may not be posted is dropped, with what to grant, and the next one is tried', async () => {
    server.mayDo = () => false;
    const posted = start();
    posted.record(DRIFT);
    await server.until(({ arrivals }) => arrivals.length === 2);
    server.mayDo = () => true;
    posted.record(FAILED);
    await server.until(count(1));
    expect(stored()).toEqual(['PassFailed x1']);
    expect(failures).toEqual([
      {
        why: expect.stringMatching(
          /^403 Forbidden: events is forbidden.*\. Grant create and patch on events in namespace payments$/,
        ),
        isNews: true,
      },
    ]);
  });

  it.each([
    ['401', unauthorized()],
    ['403', forbidden('reconciler', 'create', EVENTS, 'payments', '')],
  ])('is posted after a %s that an API server gives once, having just started', async (_status, refusal) => {
    server.fate = ({ number }) => (number === 1 ? { kind: 'refuse', refusal } : undefined);
    start().record(DRIFT);
    await server.until(count(1));
    expect(stored()).toEqual(['Drift x1']);
    expect(failures).toEqual([]);
  });

  it('whose token is not accepted is tried again, and no right is asked for', async () => {
    server.fate = ({ number }) => (number <= 2 ? { kind: 'refuse', refusal: unauthorized() } : undefined);
    start().record(DRIFT);
    await server.until(count(1));
    expect(failures).toEqual([
      {
        why: '401 Unauthorized: Unauthorized. The token, or client certificate, is not accepted: is it of this cluster, and has it not expired or been revoked?',
        isNews: true,
      },
    ]);
  });

  it('is given up after twelve tries', async () => {
    server.fate = ({ number }) => (number <= 12 ? { kind: 'refuse', refusal: unavailable() } : undefined);
    const posted = start();
    posted.record(DRIFT);
    posted.record(FAILED);
    await server.until(count(1));
    expect(stored()).toEqual(['PassFailed x1']);
    expect(failures).toHaveLength(12);
  });
});

describe('while the server does not answer', () => {
  it('Events wait, but no more than a hundred', async () => {
    const letGo = Promise.withResolvers<void>();
    server.fate = () => ({ kind: 'delay', until: letGo.promise });
    const ahead = new SkippingClock();
    const posted = start({ clock: ahead });
    for (let n = 0; n < 200; n += 1) {
      posted.record({ ...DRIFT, reason: `Reason${n}` });
      // Five minutes pass each time, so that the budget allows every Event.
      ahead.moveOn(5 * 60_000);
    }
    expect(failures[0]).toEqual({ why: 'more than 100 Events wait to be posted', isNews: true });
    letGo.resolve();
    await server.until(count(101));
    await posted.close(30_000);
    expect(server.writes).toHaveLength(101);
  });

  it('closing ends the wait', async () => {
    server.fate = () => ({ kind: 'hang' });
    const posted = start();
    posted.record(DRIFT);
    posted.record(FAILED);
    await server.until(({ arrivals }) => arrivals.length === 1);
    await posted.close(1);
    expect(server.arrivals).toHaveLength(1);
  });
});

it('closing posts what waits, and takes no more', async () => {
  const posted = start();
  posted.record(DRIFT);
  posted.record(FAILED);
  const closed = posted.close(30_000);
  posted.record({ ...FAILED, reason: 'Late' });
  await closed;
  expect(stored()).toEqual(['Drift x1', 'PassFailed x1']);
});

it('a refusal names what was refused, and never the token', async () => {
  server.fate = () => ({ kind: 'refuse', refusal: forbidden('token', 'create', EVENTS, 'payments', '') });
  const posted = start();
  posted.record(DRIFT);
  await posted.close(30_000);
  expect(failures[0]?.why).toContain('User "[secret]"');
});
