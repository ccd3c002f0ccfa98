import { describe, expect, it } from 'vitest';
import { PassAborted } from '../../../src/reconcile/errors.ts';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const ORDERS = desired({ title: 'Orders', url: 'https://hooks.example.com/orders' });
const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users' });
const ORDERS_FOUND = { title: ORDERS.title, url: ORDERS.url };
const OLD = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

describe('an API that refuses or fails us', () => {
  it('altogether (403) is asked once, not once for each subscription, and the pass has failed', async () => {
    await using passes = await Passes.over([], { client: { keyType: 'ed25519', scopes: ['webhooks:read'] } });
    const pass = await passes.pass([ORDERS, USERS]);
    expect(pass.report).toMatchObject({ result: 'failed', error: expect.stringContaining('401') });
    expect(passes.sandbox.count('POST /webhooks')).toBe(0);
    expect(passes.sandbox.count('POST /auth/token')).toBe(2);
  });

  it('all changes (403) is asked no more than three times, and the pass has failed', async () => {
    await using passes = await Passes.over();
    passes.sandbox.fault({ on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 403 } });
    const many = Array.from({ length: 9 }, (_, n) => desired({ title: `Hook ${n}` }));
    const pass = await passes.pass(many);
    expect(pass.report).toMatchObject({ result: 'failed', error: expect.stringContaining('403') });
    expect(passes.sandbox.count('POST /webhooks')).toBe(3);
  });

  it('one change for its content, as a firewall on the way does, does not prevent the others', async () => {
    await using passes = await Passes.over();
    passes.sandbox.fault({
      on: 'POST /webhooks',
      title: 'Orders',
      times: 'always',
      effect: { kind: 'answer', status: 403, body: 'html' },
    });
    const pass = await passes.pass([ORDERS, USERS]);
    expect(pass.report).toMatchObject({ result: 'incomplete', changes: { create: 1 } });
    expect(pass.snapshot?.subscriptions).toMatchObject([{ state: 'Failed' }, { state: 'InSync' }]);
    expect(passes.titles()).toEqual(['Users']);
  });

  it('one entry is not asked for that entry again for a while, and the deletes wait', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({
      on: 'POST /webhooks',
      title: 'Orders',
      times: 'always',
      effect: { kind: 'answer', status: 400 },
    });
    const first = await passes.pass([ORDERS, USERS]);
    expect(first.report).toMatchObject({ result: 'incomplete', changes: { create: 1, delete: 0 } });
    await passes.pass([ORDERS, USERS]);
    expect(passes.sandbox.count('POST /webhooks')).toBe(2);
    expect(passes.titles()).toEqual(['Old', 'Users']);
    passes.clock.advance(30_000);
    passes.sandbox.clearFaults();
    expect((await passes.pass([ORDERS, USERS])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Orders', 'Users']);
  });

  it('one entry is told to have failed, also by a pass during which its back-off ends', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({
      on: 'POST /webhooks',
      title: 'Orders',
      times: 'always',
      effect: { kind: 'answer', status: 400 },
    });
    await passes.pass([ORDERS]);
    passes.clock.advance(29_900);
    passes.onChange = () => passes.clock.advance(1_000);
    const pass = await passes.pass([ORDERS, USERS]);
    expect(pass.snapshot?.subscriptions).toMatchObject([
      { title: 'Orders', state: 'Failed' },
      { title: 'Users', state: 'InSync' },
      { title: 'Old', state: 'Withheld' },
    ]);
  });

  it('one entry makes the entries that are to be deleted say what they wait for', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({ on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 400 } });
    const reported = async () => (await passes.pass([ORDERS])).snapshot?.subscriptions;
    const waiting = {
      title: 'Old',
      state: 'Withheld',
      error: { message: expect.stringContaining('while something that is wanted does not stand: "Orders"') },
    };
    expect(await reported()).toMatchObject([{ state: 'Failed' }, waiting]);
    expect(await reported()).toMatchObject([{ state: 'Failed' }, waiting]);
    passes.clock.advance(60_000);
    passes.sandbox.clearFaults();
    passes.sandbox.fault({ on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 401 } });
    expect((await passes.pass([ORDERS, USERS])).snapshot?.subscriptions).toMatchObject([
      { title: 'Orders', state: 'Failed' },
      { title: 'Users', state: 'Pending', error: { message: expect.stringContaining('401') } },
      { title: 'Old', state: 'Withheld' },
    ]);
  });

  it('with an outage ends the pass after a few tries instead of adding load', async () => {
    await using passes = await Passes.over(
      Array.from({ length: 20 }, (_, n) => ({ ...OLD, title: `Hook ${n}`, url: `https://hooks.example.com/${n}` })),
    );
    passes.sandbox.fault({ on: 'PATCH *', times: 'always', effect: { kind: 'answer', status: 503 } });
    const disabled = Array.from({ length: 20 }, (_, n) =>
      desired({ title: `Hook ${n}`, url: `https://hooks.example.com/${n}`, enabled: false }),
    );
    const pass = await passes.pass(disabled);
    expect(pass).toMatchObject({ again: 'later', report: { result: 'incomplete' } });
    // Three updates, each tried once and repeated twice.
    expect(passes.sandbox.count('PATCH *')).toBe(9);
  });

  it('to converge makes the subscription name the fields, and wait longer each time', async () => {
    await using passes = await Passes.over([{ ...OLD, title: 'Orders' }]);
    const stubborn = JSON.stringify(passes.sandbox.subscriptions()[0]);
    const body = { text: stubborn, contentType: 'application/json' };
    passes.sandbox.fault({ on: 'PATCH *', times: 'always', effect: { kind: 'answer', status: 200, body } });
    const pass = await passes.pass([ORDERS]);
    expect(pass.snapshot?.subscriptions).toMatchObject([{ state: 'NotConverging', differs: [{ field: 'url' }] }]);
    for (let seconds = 0; seconds < 300; seconds += 10) {
      passes.clock.advance(10_000);
      await passes.pass([ORDERS]);
    }
    // At 0, 30, 90 and 210 seconds.
    expect(passes.sandbox.count('PATCH *')).toBe(4);
  });
});

it('a subscription that another client keeps changing back is contested, and no longer corrected in every pass', async () => {
  await using passes = await Passes.over();
  await passes.pass([ORDERS]);
  passes.sandbox.forget();
  for (let minutes = 0; minutes < 30; minutes += 1) {
    passes.clock.advance(60_000);
    passes.sandbox.edit('Orders', { enabled: false });
    await passes.pass([ORDERS]);
  }
  const pass = await passes.pass([ORDERS]);
  expect(pass.snapshot?.subscriptions).toMatchObject([{ state: 'Contested' }]);
  expect(passes.sandbox.count('PATCH *')).toBeLessThan(12);
});

it('a subscription whose delay the API shows in a form that it does not accept is updated', async () => {
  await using passes = await Passes.over([{ ...ORDERS_FOUND, config: { delay: '5000ms' } }]);
  expect((await passes.pass([ORDERS])).report.result).toBe('converged');
});

it('a new subscription is enabled even where its entry ignores enabled from then on', async () => {
  await using passes = await Passes.over();
  const entry = desired({ ...ORDERS, ignore: ['enabled'] });
  await passes.pass([entry]);
  expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: true }]);
  passes.sandbox.edit('Orders', { enabled: false });
  expect((await passes.pass([entry])).report.result).toBe('converged');
  expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: false }]);
});

describe('a pass that is stopped', () => {
  const stopped = async (by: Error) => {
    await using passes = await Passes.over();
    return await passes.pass([ORDERS], { signal: AbortSignal.abort(by) });
  };

  it('for a shutdown or another configuration was interrupted', async () => {
    const { report } = await stopped(new PassAborted('shutting down'));
    expect(report).toMatchObject({ result: 'failed', isInterrupted: true });
  });

  it('for its deadline has failed', async () => {
    const { report } = await stopped(new PassAborted('the pass took longer than 900 s', { isOverdue: true }));
    expect(report).toMatchObject({ result: 'failed', error: 'the pass took longer than 900 s' });
    expect(report).not.toHaveProperty('isInterrupted');
  });
});
