import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { findAccess } from '../../../src/kubernetes/access.ts';
import { kubernetesApi } from '../../../src/kubernetes/api.ts';
import { Elector, type ElectorTimes } from '../../../src/kubernetes/elector.ts';
import { leases } from '../../../src/kubernetes/lease.ts';
import { ApiServer, type Fault } from '../../support/kubernetes/api-server.ts';
import { pod } from '../../support/kubernetes/in-cluster.ts';
import { LEASES } from '../../support/kubernetes/rules.ts';
import {
  failure,
  forbidden,
  gone,
  internalError,
  tooManyRequests,
  unauthorized,
  unavailable,
} from '../../support/kubernetes/status.ts';

const NAME = { namespace: 'payments', name: 'reconciler' };

/** Nothing expires in a test that is not about expiry, even on a slow machine. */
const UNHURRIED: ElectorTimes = { durationMs: 600_000, retryPeriodMs: 20, termMs: 300_000 };
const BRISK: ElectorTimes = { durationMs: 2_000, retryPeriodMs: 50, termMs: 1_000 };

const after: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
});

async function start(): Promise<ApiServer> {
  const server = await ApiServer.start();
  after.push(() => server[Symbol.asyncDispose]());
  return server;
}

/** What all candidates of a test have reported, in order: `a gained afresh`. */
type Story = string[];

async function candidate(
  server: ApiServer,
  identity: string,
  {
    times = UNHURRIED,
    story = [],
    clock = systemClock,
    timeoutMs = 60_000,
    name = NAME,
  }: {
    times?: ElectorTimes;
    story?: Story;
    clock?: Clock;
    timeoutMs?: number;
    name?: typeof NAME;
  } = {},
) {
  server.admit(`token of ${identity}`, identity);
  const mounted = pod(server, `token of ${identity}`);
  const { env, serviceAccount } = mounted;
  const api = kubernetesApi(await findAccess({ env, serviceAccount, clock }), clock);
  const watchers = new Set<() => void>();
  const troubles: string[] = [];
  const tell = (what: string) => {
    story.push(`${identity} ${what}`);
    for (const look of watchers) look();
  };
  let isTroubled = false;
  const elector = new Elector({
    identity,
    times,
    leases: leases(api, name, timeoutMs),
    clock,
    random: () => 0.5,
    observer: {
      gained: (how) => tell(`gained ${how}`),
      lost: () => tell('lost'),
      held: (holder, isAlive) => {
        const line = `sees ${holder}${isAlive ? ' renew' : ''}`;
        if (!story.includes(`${identity} ${line}`)) tell(line);
      },
      trouble: (why) => {
        if (why !== undefined) troubles.push(why);
        if (isTroubled !== (why !== undefined)) tell(why === undefined ? 'is fine again' : 'is troubled');
        isTroubled = why !== undefined;
      },
    },
  });
  let isStopped = false;
  const stop = async (letGo = false) => {
    if (!isStopped) await elector.stop(letGo);
    isStopped = true;
  };
  after.push(async () => {
    await stop();
    await api.close();
    mounted[Symbol.dispose]();
  });
  const until = async (line: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => story.includes(`${identity} ${line}`) && resolve();
    watchers.add(look);
    look();
    await promise;
  };
  elector.start();
  return { elector, stop, until, troubles, story };
}

const spec = (server: ApiServer) =>
  server.lease(NAME.namespace, NAME.name)?.spec as Readonly<Record<string, unknown>> | undefined;

/** Resolves after so many further accepted writes. */
async function writes(server: ApiServer, more: number): Promise<void> {
  const before = server.writes.length;
  await server.until(() => server.writes.length >= before + more);
}

describe('a candidate alone', () => {
  it('creates the lease, renews it, and releases it at the end', async () => {
    const server = await start();
    const a = await candidate(server, 'a');
    await a.until('gained afresh');
    expect(a.elector.leads).toBe(true);
    await writes(server, 2);
    expect(server.writes.map(({ verb }) => verb)).toEqual(['create', 'update', 'update']);
    expect(spec(server)).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 600, leaseTransitions: 0 });
    await a.stop(true);
    expect(a.elector.leads).toBe(false);
    expect(spec(server)).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(a.story).toEqual(['a gained afresh', 'a lost']);
  });

  it('renews without reading first, as long as no other client writes', async () => {
    const server = await start();
    const a = await candidate(server, 'a');
    await a.until('gained afresh');
    await writes(server, 5);
    expect(server.arrivals.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  const refusal = (refusal: Extract<Fault, { kind: 'refuse' }>['refusal']): Fault => ({ kind: 'refuse', refusal });
  it.each<[string, Fault]>([
    ['409 for a version that is not stale', refusal(failure(409, 'Conflict', 'the object has been modified'))],
    ['410', refusal(gone())],
    ['429', refusal(tooManyRequests(0))],
    ['500', refusal(internalError())],
    ['503', refusal(unavailable())],
    ['a connection that is reset', { kind: 'reset' }],
    ['an answer that is lost', { kind: 'lost' }],
    ['a request that is never answered', { kind: 'hang' }],
    ['an answer that is not JSON', { kind: 'garbled' }],
    ['a slow answer', { kind: 'delay', until: new Promise((resolve) => setTimeout(resolve, 200)) }],
  ])('keeps the lease through %s', async (_what, fault) => {
    const server = await start();
    const a = await candidate(server, 'a', {
      timeoutMs: fault.kind === 'lost' || fault.kind === 'hang' ? 500 : 60_000,
    });
    await a.until('gained afresh');
    let hits = 0;
    server.fate = ({ method }) => (method === 'PUT' && hits++ < 2 ? fault : undefined);
    await server.until(() => hits >= 2);
    await writes(server, 2);
    expect(a.story.filter((line) => / lost| gained/.test(line))).toEqual(['a gained afresh']);
    expect(a.elector.leads).toBe(true);
  });

  it('keeps the lease when another client labels it: reads it, and renews what it has read', async () => {
    const server = await start();
    const a = await candidate(server, 'a');
    await a.until('gained afresh');
    server.objects.patch(LEASES, NAME.namespace, NAME.name, { metadata: { labels: { team: 'payments' } } });
    await writes(server, 3);
    expect(a.story).toEqual(['a gained afresh']);
    expect(server.lease(NAME.namespace, NAME.name)?.metadata['labels']).toEqual({ team: 'payments' });
  });

  it('creates the lease again when it is deleted', async () => {
    const server = await start();
    const a = await candidate(server, 'a');
    await a.until('gained afresh');
    server.objects.delete(LEASES, NAME.namespace, NAME.name);
    await server.until(() => server.writes.filter(({ verb }) => verb === 'create').length === 2);
    await writes(server, 2);
    expect(a.story).toEqual(['a gained afresh']);
    expect(spec(server)).toMatchObject({ holderIdentity: 'a' });
  });

  it('waits as long as the server asks it to, but not for ever', async () => {
    const server = await start();
    server.fate = () => refusal(tooManyRequests(3_600));
    const began = performance.now();
    const a = await candidate(server, 'a', { times: { ...UNHURRIED, retryPeriodMs: 100 } });
    await server.until(() => server.arrivals.length === 3);
    // The wait is five periods, not one and not an hour.
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(a.elector.leads).toBe(false);
  });

  it('says what to grant where it has no right to the lease, and takes it once it has', async () => {
    const server = await start();
    let isGranted = false;
    server.mayDo = (_user, verb) => verb === 'get' || isGranted;
    const a = await candidate(server, 'a');
    await a.until('is troubled');
    expect(a.troubles[0]).toBe(
      'create was answered with 403 Forbidden: leases.coordination.k8s.io is forbidden: User "a" cannot create resource "leases" in API group "coordination.k8s.io" in the namespace "payments". Grant create on leases.coordination.k8s.io in namespace payments to the service account, or make the Lease with the manifests',
    );
    isGranted = true;
    await a.until('gained afresh');
  });

  it.each([
    ['401', unauthorized()],
    ['403', forbidden('a', 'get', LEASES, NAME.namespace, NAME.name)],
  ])('says nothing of a %s that an API server gives once, having just started', async (_status, refused) => {
    const server = await start();
    server.fate = ({ number }) => (number === 1 ? refusal(refused) : undefined);
    const a = await candidate(server, 'a');
    await a.until('gained afresh');
    server.fate = ({ number }) => (number % 5 === 0 ? refusal(refused) : undefined);
    await writes(server, 3);
    expect(a.troubles).toEqual([]);
  });

  it('says of a token that is not accepted only that, and asks for no right', async () => {
    const server = await start();
    server.fate = () => refusal(unauthorized());
    const a = await candidate(server, 'a');
    await a.until('is troubled');
    expect(server.arrivals).toHaveLength(2);
    expect(a.troubles[0]).toBe(
      'get was answered with 401 Unauthorized: Unauthorized. The token, or client certificate, is not accepted: is it of this cluster, and has it not expired or been revoked?',
    );
  });

  it('counts from the start again where others have counted up to the limit of the API', async () => {
    const server = await start();
    const document = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: NAME.name },
      spec: { holderIdentity: '', leaseTransitions: 2_147_483_647 },
    };
    server.objects.create(LEASES, NAME.namespace, document);
    const a = await candidate(server, 'a');
    await a.until('gained afresh');
    expect(spec(server)).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0 });
    expect(a.troubles).toEqual([]);
  });

  it('goes on after its credentials were refused for a while', async () => {
    const server = await start();
    const a = await candidate(server, 'a');
    await a.until('gained afresh');
    server.revoke('token of a');
    await a.until('is troubled');
    expect(a.elector.leads).toBe(true);
    server.admit('token of a', 'a');
    await a.until('is fine again');
    expect(a.story.filter((line) => / lost/.test(line))).toEqual([]);
  });
});

describe('of two candidates', () => {
  it('one leads, and the other stands by and sees that it is alive', async () => {
    const server = await start();
    const story: Story = [];
    const a = await candidate(server, 'a', { story });
    await a.until('gained afresh');
    const b = await candidate(server, 'b', { story });
    await b.until('sees a renew');
    expect(b.elector.leads).toBe(false);
    expect(server.writes.every(({ user }) => user === 'a')).toBe(true);
  });

  it('the other takes over as soon as one releases the lease', async () => {
    const server = await start();
    const story: Story = [];
    const a = await candidate(server, 'a', { story });
    await a.until('gained afresh');
    const b = await candidate(server, 'b', { story });
    await b.until('sees a');
    await a.stop(true);
    await b.until('gained released');
    expect(spec(server)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
    expect(story.indexOf('a lost')).toBeLessThan(story.indexOf('b gained released'));
  });

  it('the one that is cut off stops before the other takes over, though its clock is 5 minutes behind', async () => {
    const server = await start();
    const story: Story = [];
    const clock: Clock = { ...systemClock, now: () => Date.now() - 5 * 60_000 };
    const a = await candidate(server, 'a', { story, times: BRISK, clock, timeoutMs: 500 });
    await a.until('gained afresh');
    const b = await candidate(server, 'b', { story, times: BRISK });
    await b.until('sees a');
    server.partition('a');
    await b.until('gained expired');
    expect(story.indexOf('a lost')).toBeGreaterThan(-1);
    expect(story.indexOf('a lost')).toBeLessThan(story.indexOf('b gained expired'));
    expect(a.elector.leads).toBe(false);
    server.heal('a');
    await a.until('sees b');
    expect(spec(server)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('the one whose answers are lost keeps the lease alive, and does not act', async () => {
    const server = await start();
    const story: Story = [];
    const a = await candidate(server, 'a', { story, times: BRISK, timeoutMs: 300 });
    await a.until('gained afresh');
    server.partition('a', 'lost');
    await a.until('lost');
    expect(a.elector.leads).toBe(false);
    server.heal('a');
    await a.until('gained again');
    expect(spec(server)).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0 });
  });

  it('each leads its own tenant, where they stand for different leases', async () => {
    const server = await start();
    const a = await candidate(server, 'a');
    const b = await candidate(server, 'b', { name: { ...NAME, name: 'another-tenant' } });
    await Promise.all([a.until('gained afresh'), b.until('gained afresh')]);
    expect([a.elector.leads, b.elector.leads]).toEqual([true, true]);
  });

  it('only one gets a lease that both find free', async () => {
    const server = await start();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let posts = 0;
    server.fate = ({ method }) => {
      if (method !== 'POST') return undefined;
      const gate = gates[posts++];
      if (posts === 2) for (const { resolve } of gates) resolve();
      return gate && { kind: 'delay', until: gate.promise };
    };
    const story: Story = [];
    const [a, b] = await Promise.all([candidate(server, 'a', { story }), candidate(server, 'b', { story })]);
    const winner = await Promise.race([a.until('gained afresh').then(() => a), b.until('gained afresh').then(() => b)]);
    const loser = winner === a ? b : a;
    await loser.until(`sees ${winner === a ? 'a' : 'b'}`);
    expect([a, b].map(({ elector }) => elector.leads).filter(Boolean)).toHaveLength(1);
    expect(story.filter((line) => line.includes('gained'))).toHaveLength(1);
  });

  it('one whose machine was suspended does not trust the clock that stood still meanwhile', async () => {
    const server = await start();
    let sleptMs = 0;
    // CLOCK_MONOTONIC does not count the suspension, the wall clock does.
    const clock: Clock = { ...systemClock, now: () => Date.now() + sleptMs };
    const a = await candidate(server, 'a', { times: { ...UNHURRIED, retryPeriodMs: 60_000 }, clock });
    await a.until('gained afresh');
    sleptMs = UNHURRIED.termMs - 100_000;
    expect(a.elector.leads).toBe(true);
    sleptMs = UNHURRIED.termMs + 1;
    expect(a.elector.leads).toBe(false);
  });
});
