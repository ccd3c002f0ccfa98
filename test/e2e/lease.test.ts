import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Fleet, type FleetTimes } from '../lease/fleet.ts';
import { holderOf, testify } from '../lease/witness.ts';
import { program, startProgram } from '../support/program.ts';

/** Nothing runs out in a test that is not about that, however slow the machine. */
const UNHURRIED: FleetTimes = {
  leaseDuration: '600s',
  renewDeadline: '300s',
  retryPeriod: '100ms',
  timeout: '10s',
};
const BRISK: FleetTimes = { leaseDuration: '2s', renewDeadline: '1s', retryPeriod: '100ms', timeout: '500ms' };
/** Nothing runs out but the time limit of a request. */
const HASTY: FleetTimes = { ...UNHURRIED, timeout: '500ms' };

/** Every update of this client is held at the API for longer than the client waits, and carried out all the same. */
function hold(fleet: Fleet, clientId: string, ms: number): void {
  const effect = { kind: 'delay', ms, carriedOut: 'regardless' } as const;
  fleet.tenant.sandbox.fault({ on: 'PATCH /webhooks/{webhook_id}', clientId, times: 'always', effect });
}

/** Resolves once an update of this client has arrived at the API. */
async function updateOf(fleet: Fleet, clientId: string): Promise<void> {
  const isIt = (request: { readonly method: string; readonly clientId?: string }) =>
    request.method === 'PATCH' && request.clientId === clientId;
  while (!fleet.tenant.sandbox.requests.some(isIt)) await sleep(20);
}

describe('of two instances with one lease', () => {
  it('one acts and the other observes; each says which, and the other takes over when the first ends', async () => {
    await using fleet = await Fleet.of(2, UNHURRIED);
    const { member: leader, write } = await fleet.holder();
    const standby = fleet.members.find((member) => member !== leader)!;
    await standby.daemon.until(({ msg }) => msg === 'standing by');
    await fleet.server.until(() => fleet.isConverged());

    const holder = holderOf(write.after);
    const lease = { name: 'payments/webhook-reconciler', holder };
    expect((await leader.daemon.get('/status')).body).toMatchObject({ leader: true, lease, mode: 'sync' });
    expect((await standby.daemon.get('/status')).body).toMatchObject({ leader: false, lease, mode: 'sync' });
    expect((await leader.daemon.get('/metrics')).body).toContain('\nwebhook_reconciler_leader 1\n');
    expect((await standby.daemon.get('/metrics')).body).toContain('\nwebhook_reconciler_leader 0\n');
    expect(await standby.daemon.get('/readyz')).toMatchObject({ status: 200 });
    expect(await standby.daemon.reconcile()).toMatchObject({ status: 200, body: { result: 'observed' } });
    expect(await standby.daemon.get('/healthz')).toMatchObject({
      status: 200,
      body: { status: 'ok', reasons: [], leader: false },
    });

    fleet.remove(leader);
    expect(await leader.daemon.stop('SIGTERM')).toBe(0);
    expect(leader.daemon.lines).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'leadership lost', why: 'shutting down' }),
    );
    const gained = await standby.daemon.until(({ msg }) => msg === 'leadership gained');
    expect(gained).toMatchObject({ how: 'released', lease: 'payments/webhook-reconciler' });
    await fleet.edit();
    await fleet.server.until(() => fleet.isConverged());
    const changes = fleet.tenant.sandbox.history.filter(({ by }) => by === standby.clientId);
    expect(changes.length).toBeGreaterThan(0);
    expect(testify(fleet.witness).violations).toEqual([]);
  });

  it('the one that was paused in the middle of its changes writes none of the rest when it wakes up', async () => {
    await using fleet = await Fleet.of(2, BRISK, { UPVEST_REQUESTS_PER_SECOND: '2' });
    const { member: leader } = await fleet.holder();
    const patches = () => fleet.tenant.sandbox.requests.filter(({ method }) => method === 'PATCH');
    await fleet.edit();
    await fleet.server.until(() => patches().some(({ clientId }) => clientId === leader.clientId));
    leader.daemon.kill('SIGSTOP');
    await fleet.holder(leader);
    const before = patches().filter(({ clientId }) => clientId === leader.clientId).length;
    leader.daemon.kill('SIGCONT');
    await leader.daemon.until(({ msg }) => msg === 'standing by');
    await fleet.server.until(() => fleet.isConverged());
    expect(patches().filter(({ clientId }) => clientId === leader.clientId)).toHaveLength(before);
    expect(testify(fleet.witness).violations).toEqual([]);
  });
});

describe('a lease under which a change got no answer', () => {
  const LEFT = 'the lease is not released and expires by itself';

  it('runs out when its holder ends: what is still carried out is, before another instance acts', async () => {
    await using fleet = await Fleet.of(2, BRISK);
    const { member: leader } = await fleet.holder();
    const standby = fleet.members.find((member) => member !== leader)!;
    const ofLeader = () => fleet.tenant.sandbox.history.filter(({ by }) => by === leader.clientId).length;
    await fleet.server.until(() => fleet.isConverged());
    hold(fleet, leader.clientId, 1_000);
    fleet.tenant.sandbox.forget();
    await fleet.edit();
    await updateOf(fleet, leader.clientId);
    fleet.remove(leader);
    expect(await leader.daemon.stop('SIGTERM')).toBe(0);
    expect(leader.daemon.lines).toContainEqual(expect.objectContaining({ level: 'info', msg: LEFT }));
    const gained = await standby.daemon.until(({ msg }) => msg === 'leadership gained');
    expect(gained).toMatchObject({ how: 'expired' });
    await fleet.server.until(() => fleet.isConverged());
    expect(ofLeader()).toBeGreaterThan(0);
    expect(testify(fleet.witness).violations).toEqual([]);
  });

  it('runs out when its holder goes on with another one', async () => {
    await using fleet = await Fleet.of(1, HASTY);
    const { daemon, clientId } = fleet.members[0]!;
    await fleet.server.until(() => fleet.isConverged());
    hold(fleet, clientId, 60_000);
    fleet.tenant.sandbox.forget();
    await fleet.edit();
    await updateOf(fleet, clientId);
    await fleet.configure('payments/another');
    daemon.kill('SIGHUP');
    await daemon.until(({ msg, lease }) => msg === 'leadership gained' && lease === 'payments/another');
    expect(holderOf(fleet.server.lease('payments', 'webhook-reconciler'))).not.toBe('');
    expect(daemon.lines).toContainEqual(expect.objectContaining({ msg: LEFT, lease: 'payments/webhook-reconciler' }));
  });

  it('runs out when `apply` ends', async () => {
    await using fleet = await Fleet.of(0, HASTY);
    const env = await fleet.credentials('by-hand');
    const clientId = env['UPVEST_CLIENT_ID'] ?? '';
    hold(fleet, clientId, 60_000);
    const applying = startProgram(['apply', '--yes', '--config', fleet.config], env);
    await updateOf(fleet, clientId);
    expect(await applying.stop('SIGTERM')).toBe(1);
    expect(holderOf(fleet.server.lease('payments', 'webhook-reconciler'))).not.toBe('');
    expect(applying.shown).toContain(LEFT);
  });
});

it('a configuration that is read again keeps the lease, or lets it go for another one', async () => {
  await using fleet = await Fleet.of(1, UNHURRIED);
  const { daemon } = fleet.members[0]!;
  await daemon.until(({ msg }) => msg === 'leadership gained');
  daemon.kill('SIGHUP');
  await daemon.until(({ msg }) => msg === 'configuration read again');
  expect(daemon.lines.filter(({ msg }) => msg === 'leadership lost')).toEqual([]);
  await fleet.configure('payments/another');
  daemon.kill('SIGHUP');
  await daemon.until(({ msg, lease }) => msg === 'leadership gained' && lease === 'payments/another');
  expect(holderOf(fleet.server.lease('payments', 'webhook-reconciler'))).toBe('');
  expect((await daemon.get('/status')).body).toMatchObject({ leader: true, lease: { name: 'payments/another' } });
});

it('told to end while it reads its configuration again, it begins nothing more and ends', async () => {
  await using fleet = await Fleet.of(1, UNHURRIED);
  const { daemon } = fleet.members[0]!;
  await fleet.server.until(() => fleet.isConverged());
  const isLeaving = Promise.withResolvers<void>();
  const mayLeave = Promise.withResolvers<void>();
  fleet.server.fate = ({ body }) => {
    if (!JSON.stringify(body ?? '').includes('"holderIdentity":""')) return undefined;
    isLeaving.resolve();
    return { kind: 'delay', until: mayLeave.promise };
  };
  await fleet.configure('payments/another');
  daemon.kill('SIGHUP');
  await isLeaving.promise;
  const ended = daemon.stop('SIGTERM');
  await daemon.until(({ msg }) => msg === 'shutting down');
  mayLeave.resolve();
  expect(await ended).toBe(0);
  expect(daemon.lines.map(({ msg }) => msg)).not.toContain('configuration read again');
  expect(daemon.lines.at(-1)?.msg).toBe('stopped');
});

describe('an instance that may not have the lease', () => {
  it('says so, and what to grant it, in the log and in its health', async () => {
    await using fleet = await Fleet.of(1, BRISK);
    const [one] = fleet.members;
    await fleet.holder();
    fleet.server.mayDo = (_user, verb) => verb === 'get';
    const line = await one!.daemon.until(({ msg }) => msg === 'the lease is out of reach');
    const grant = 'Grant update on leases.coordination.k8s.io in namespace payments for "webhook-reconciler"';
    expect(line['detail']).toContain(grant);
    await one!.daemon.until(({ msg }) => msg === 'leadership lost');
    const health = async () => (await one!.daemon.get('/healthz')).body as { status: string; reasons: string[] };
    while ((await health()).reasons.length === 0) await sleep(100);
    expect(await health()).toMatchObject({ status: 'degraded', leader: false });
    expect((await health()).reasons[0]).toContain(grant);
    const { status, reasons } = await health();
    const { body } = await one!.daemon.get('/status');
    expect(body).toMatchObject({ health: { status, reasons }, lease: { trouble: expect.stringContaining(grant) } });
    fleet.server.mayDo = () => true;
    await one!.daemon.until(({ msg }) => msg === 'the lease is in reach again');
    while ((await health()).reasons.length > 0) await sleep(100);
  });
});

describe('apply', () => {
  it('changes nothing while a daemon holds the lease, and does once it is released, letting it go again', async () => {
    await using fleet = await Fleet.of(1, UNHURRIED);
    const [one] = fleet.members;
    const { write } = await fleet.holder();
    await fleet.server.until(() => fleet.isConverged());
    const env = await fleet.credentials('by-hand');
    const held = await program(['apply', '--yes', '--config', fleet.config], env);
    expect(held).toMatchObject({ code: 1, stdout: '' });
    // Once, as the error, and not in the log as well.
    expect(held.stderr).toBe(
      `error: the lease payments/webhook-reconciler cannot be acquired: ${holderOf(write.after)} holds it and keeps the tenant equal to its checkout. Nothing was changed.\n`,
    );
    fleet.remove(one!);
    await one!.daemon.stop('SIGTERM');
    await fleet.edit();
    const done = await program(['apply', '--yes', '--config', fleet.config], env);
    expect(done).toMatchObject({ code: 0 });
    expect(fleet.isConverged()).toBe(true);
    expect(holderOf(fleet.server.lease('payments', 'webhook-reconciler'))).toBe('');
    expect(testify(fleet.witness).violations).toEqual([]);
  });
});
