import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const ORDERS = desired({ title: 'Orders', url: 'https://hooks.example.com/orders' });
const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users' });
const ORDERS_FOUND = { title: ORDERS.title, url: ORDERS.url };
const OLD = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

describe('a plan that is stale', () => {
  it('is dropped before its next action when the checkout moves on', async () => {
    await using passes = await Passes.over();
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'delay', ms: 50 } });
    const passing = passes.pass([ORDERS, USERS]);
    passes.moveCheckout();
    const pass = await passing;
    expect(pass.again).toBe('at-once');
    expect(passes.titles()).not.toContain('Users');
  });

  it('is dropped before its next action when a freeze window begins', async () => {
    await using passes = await Passes.over();
    const atNine = { start: '0 9 * * *', durationMs: 3_600_000 };
    passes.onChange = ({ action }) => action === 'create' && passes.clock.advance(3_600_000);
    const pass = await passes.pass([ORDERS, USERS], { freeze: [atNine] });
    expect(pass).toMatchObject({ again: 'at-once', report: { result: 'incomplete' } });
    expect(passes.titles()).toEqual(['Orders']);
    expect((await passes.pass([ORDERS, USERS], { freeze: [atNine] })).report.result).toBe('observed');
  });

  it('stays dropped, though a check of the checkout that began before finds nothing', async () => {
    await using passes = await Passes.over();
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'answer', status: 503, retryAfter: 600 } });
    let looks = 0;
    const fingerprint = async () => {
      looks += 1;
      if (looks !== 3) return 'as it was';
      const isAnswered = () => passes.sandbox.requests.some(({ status }) => status === 503);
      while (!isAnswered()) await setTimeout(5);
      await setTimeout(200);
      return 'as it was';
    };
    await passes.pass([ORDERS, USERS], { concurrency: 2, fingerprint });
    expect(passes.sandbox.count('POST /webhooks')).toBe(1);
  });

  it('leaves alone what another client has changed since, and is made again', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({
      on: 'GET /webhooks/{webhook_id}',
      effect: { kind: 'meanwhile', edit: { pick: 'target', changes: { url: 'https://hooks.example.com/needed' } } },
    });
    const pass = await passes.pass([]);
    expect(pass.again).toBe('at-once');
    expect(pass.snapshot?.subscriptions).toMatchObject([
      { state: 'Pending', error: { message: expect.stringContaining('changed since the plan was made') } },
    ]);
    expect(passes.titles()).toEqual(['Old']);
  });

  it('is dropped while a delete waits for its recheck', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({ on: 'GET /webhooks/{webhook_id}', effect: { kind: 'answer', status: 404 } });
    let looks = 0;
    const fingerprint = async () => ((looks += 1) > 2 ? 'moved' : 'as it was');
    const pass = await passes.pass([], { fingerprint });
    expect(pass.again).toBe('at-once');
    expect(passes.titles()).toEqual(['Old']);
  });

  it('counts a subscription that is already gone as deleted', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({ on: 'GET /webhooks/{webhook_id}', effect: { kind: 'meanwhile', delete: 'target' } });
    expect((await passes.pass([])).report).toMatchObject({ result: 'converged', changes: { delete: 0 } });
  });

  it('to update a subscription that was seen a moment ago and now answers 404 is left to the next pass', async () => {
    await using passes = await Passes.over([{ ...OLD, title: 'Orders' }]);
    passes.sandbox.fault({ on: 'PATCH *', effect: { kind: 'meanwhile', delete: 'target' } });
    const pass = await passes.pass([ORDERS]);
    expect(pass).toMatchObject({ again: 'later', snapshot: { subscriptions: [{ state: 'Pending' }] } });
    passes.clock.advance(61_000);
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Orders']);
  });

  it('to update a subscription that is gone is made again', async () => {
    await using passes = await Passes.over([{ ...OLD, title: 'Orders' }]);
    await passes.pass([desired({ ...OLD, title: 'Orders' })]);
    passes.clock.advance(61_000);
    passes.sandbox.fault({ on: 'PATCH *', effect: { kind: 'meanwhile', delete: 'target' } });
    expect((await passes.pass([ORDERS])).again).toBe('at-once');
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Orders']);
  });
});

describe('a quarantine', () => {
  const policy = { quarantineMs: 3_600_000 };

  it('lasts as long as configured by the clock of the API, however far ours is ahead', async () => {
    await using passes = await Passes.over([OLD]);
    await passes.pass([], { policy });
    passes.clock.advance(7_200_000);
    passes.skewMs = -7_200_000;
    expect((await passes.pass([], { policy })).snapshot?.subscriptions).toMatchObject([{ state: 'Quarantined' }]);
    passes.clock.advance(3_600_000);
    expect((await passes.pass([], { policy })).report.changes.delete).toBe(1);
  });

  it('lasts as long as configured by our own clock, whatever date the API tells', async () => {
    await using passes = await Passes.over([OLD]);
    await passes.pass([], { policy });
    const set = { date: new Date(passes.clock.now() + 7_200_000).toUTCString() };
    passes.sandbox.fault({ on: '*', times: 'always', effect: { kind: 'headers', set } });
    expect((await passes.pass([], { policy })).report.changes.delete).toBe(0);
    expect(passes.titles()).toEqual(['Old']);
  });

  it('that the API does not carry out is not regarded as begun', async () => {
    await using passes = await Passes.over([OLD], { switches: { patchIgnores: 'enabled' } });
    const pass = await passes.pass([], { policy });
    expect(pass.report.result).toBe('incomplete');
    expect(pass.snapshot?.subscriptions).toMatchObject([{ state: 'NotConverging', enabled: true }]);
  });

  it('does not begin for a subscription that has changed since it was listed', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({
      on: 'GET /webhooks/{webhook_id}',
      effect: { kind: 'meanwhile', edit: { pick: 'target', changes: { url: 'https://hooks.example.com/needed' } } },
    });
    expect((await passes.pass([], { policy })).again).toBe('at-once');
    expect(passes.history()).toEqual(['update Old']);
    expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: true }]);
  });

  it('of a duplicate does not begin where the one to be kept turns out to be gone', async () => {
    await using passes = await Passes.over([
      { ...ORDERS_FOUND, enabled: true },
      { ...OLD, title: 'Orders' },
    ]);
    passes.sandbox.set({ listingLagSeconds: 10 });
    passes.sandbox.remove(passes.sandbox.subscriptions()[0]?.id ?? '');
    expect((await passes.pass([ORDERS], { policy })).report.result).toBe('incomplete');
    expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: true }]);
  });
});
