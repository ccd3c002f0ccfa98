import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const ORDERS = desired({ title: 'Orders', url: 'https://hooks.example.com/orders' });
const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users' });
const ORDERS_FOUND = { title: ORDERS.title, url: ORDERS.url };
const OLD = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

describe('a create whose answer is lost', () => {
  it('is found by a look, enabled, and never repeated', async () => {
    await using passes = await Passes.over();
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.history()).toEqual(['create Orders', 'update Orders']);
    expect(passes.changes[0]).toMatchObject({ action: 'create', because: expect.stringContaining('lost') });
  });

  it('is found by the second look where listings lag behind for ten seconds', async () => {
    await using passes = await Passes.over([], { switches: { listingLagSeconds: 10 } });
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'answer', status: 503, carriedOut: true } });
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.history()).toEqual(['create Orders', 'update Orders']);
  });

  it('is sent again once two looks have not found it', async () => {
    await using passes = await Passes.over();
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'answer', status: 500 } });
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.sandbox.count('POST /webhooks')).toBe(2);
    expect(passes.titles()).toEqual(['Orders']);
  });

  it('is looked for by the next pass where this one could not look', async () => {
    await using passes = await Passes.over([], { switches: { listingLagSeconds: 10 } });
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
    passes.sandbox.fault({ on: 'GET /webhooks', nth: 2, times: 3, effect: { kind: 'answer', status: 503 } });
    expect((await passes.pass([ORDERS])).report.result).toBe('incomplete');
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.history()).toEqual(['create Orders', 'update Orders']);
  });

  it.each([true, false])(
    'is looked for at the url it was sent with, though git has another since (enabled: %s)',
    async (enabled) => {
      await using passes = await Passes.over([], { switches: { listingLagSeconds: 10 } });
      passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
      passes.sandbox.fault({ on: 'GET /webhooks', nth: 2, times: 3, effect: { kind: 'answer', status: 503 } });
      const policy = { owns: [] };
      expect((await passes.pass([ORDERS], { policy })).report.result).toBe('incomplete');
      const moved = desired({ ...ORDERS, url: USERS.url, enabled });
      expect((await passes.pass([moved], { policy })).report.result).toBe('converged');
      expect(passes.sandbox.subscriptions()).toMatchObject([{ url: USERS.url, enabled }]);
    },
  );

  it('fails in the end where the API never says what becomes of it, having sent it three times', async () => {
    await using passes = await Passes.over();
    passes.sandbox.fault({ on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 500 } });
    const pass = await passes.pass([ORDERS]);
    expect(pass.report.result).toBe('incomplete');
    expect(pass.snapshot?.subscriptions).toMatchObject([{ title: 'Orders', state: 'Failed' }]);
    expect(passes.sandbox.count('POST /webhooks')).toBe(3);
  });

  it('shares its look with the others that are lost at the same time', async () => {
    await using passes = await Passes.over();
    const many = Array.from({ length: 4 }, (_, n) =>
      desired({ title: `Hook ${n}`, url: `https://hooks.example.com/${n}` }),
    );
    passes.sandbox.fault({ on: 'POST /webhooks', times: 4, effect: { kind: 'cut', carriedOut: true } });
    expect((await passes.pass(many)).report.result).toBe('converged');
    expect(passes.titles()).toHaveLength(4);
  });
});

describe('a listing that lags behind our own writes', () => {
  it('does not make the next pass create again', async () => {
    await using passes = await Passes.over([], { switches: { listingLagSeconds: 30 } });
    await passes.pass([ORDERS]);
    passes.clock.advance(5_000);
    expect((await passes.pass([ORDERS])).report.changes).toMatchObject({ create: 0, enable: 0, update: 0 });
    expect(passes.titles()).toEqual(['Orders']);
  });

  it('does not make the next pass delete again what is gone', async () => {
    await using passes = await Passes.over([OLD], { switches: { listingLagSeconds: 30 } });
    await passes.pass([]);
    passes.clock.advance(5_000);
    expect((await passes.pass([])).report).toMatchObject({ result: 'converged', changes: { delete: 0 } });
  });
});

describe('a listing that leaves out what is there, and fits together all the same', () => {
  it('has nothing created that an earlier one has shown', async () => {
    await using passes = await Passes.over();
    await passes.pass([ORDERS, USERS]);
    passes.clock.advance(3_600_000);
    await passes.pass([ORDERS, USERS]);
    passes.sandbox.fault({
      on: 'GET /webhooks',
      times: 'always',
      effect: { kind: 'listing', drop: 1, totalCount: -1 },
    });
    for (let n = 0; n < 3; n += 1) expect((await passes.pass([ORDERS, USERS])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Orders', 'Users']);
  });

  it('for somebody deleted one and created another between two pages, has nothing created either', async () => {
    const hooks = [0, 1, 2, 3].map((n) => ({ title: `Hook ${n}`, url: `https://hooks.example.com/${n}` }));
    await using passes = await Passes.over(
      hooks.map((hook, n) => ({ ...hook, created_at: `2026-01-0${n + 1}T00:00:00.000Z`, enabled: true })),
      { switches: { itemsPerPage: 2 } },
    );
    await passes.pass(hooks.map(desired));
    passes.sandbox.fault({
      on: 'GET /webhooks',
      nth: 2,
      effect: { kind: 'meanwhile', delete: 'oldest', create: { title: 'Other', url: 'https://hooks.example.com/4' } },
    });
    await passes.pass(hooks.slice(1).map(desired), { policy: { mode: 'upsert' } });
    expect(passes.titles()).toEqual(['Hook 1', 'Hook 2', 'Hook 3', 'Other']);
  });
});

describe('an API that writes titles its own way', () => {
  const CAFE = desired({ title: 'Cafe\u0301 ', url: 'https://hooks.example.com/cafe' });

  it.each([
    ['nothing', [] as const],
    ['all', 'all' as const],
  ])('has each created once where %s is owned', async (_, owns) => {
    await using passes = await Passes.over([], { switches: { normalisation: 'rewrite' } });
    for (let n = 0; n < 3; n += 1) {
      expect((await passes.pass([CAFE, USERS], { policy: { owns } })).report.result).toBe('converged');
      passes.clock.advance(3_600_000);
    }
    expect(passes.history()).toEqual(['create Caf\u00e9', 'update Caf\u00e9', 'create Users', 'update Users']);
  });

  it('has a create found whose answer was lost', async () => {
    await using passes = await Passes.over([], { switches: { normalisation: 'rewrite' } });
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
    expect((await passes.pass([CAFE])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Caf\u00e9']);
  });
});

describe('a duplicate', () => {
  it('stays where the one to be kept turns out to be gone, until that shows in the listing too', async () => {
    await using passes = await Passes.over([
      { ...ORDERS_FOUND, enabled: true },
      { ...OLD, title: 'Orders' },
    ]);
    const [kept, duplicate] = passes.sandbox.subscriptions();
    passes.sandbox.remove(kept?.id ?? '');
    passes.sandbox.set({ listingLagSeconds: 10 });
    expect((await passes.pass([ORDERS])).report.result).toBe('incomplete');
    passes.clock.advance(11_000);
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.sandbox.subscriptions()).toMatchObject([{ id: duplicate?.id, url: ORDERS.url }]);
  });

  it('goes as soon as the one to be kept has been seen', async () => {
    await using passes = await Passes.over([
      { ...ORDERS_FOUND, enabled: true },
      { ...OLD, title: 'Orders' },
    ]);
    const [kept] = passes.sandbox.subscriptions();
    expect((await passes.pass([ORDERS])).report).toMatchObject({ result: 'converged', changes: { delete: 1 } });
    expect(passes.sandbox.subscriptions()).toEqual([kept]);
  });
});

describe('a quarantine', () => {
  const policy = { quarantineMs: 3_600_000 };

  it('lasts as long by the clock of the API, however far ours is ahead', async () => {
    await using passes = await Passes.over([OLD]);
    await passes.pass([], { policy });
    passes.clock.advance(7_200_000);
    passes.skewMs = -7_200_000;
    expect((await passes.pass([], { policy })).snapshot?.subscriptions).toMatchObject([{ state: 'Quarantined' }]);
    passes.clock.advance(3_600_000);
    expect((await passes.pass([], { policy })).report.changes.delete).toBe(1);
  });

  it('lasts as long by our own clock, whatever date the API tells', async () => {
    await using passes = await Passes.over([OLD]);
    await passes.pass([], { policy });
    const set = { date: new Date(passes.clock.now() + 7_200_000).toUTCString() };
    passes.sandbox.fault({ on: '*', times: 'always', effect: { kind: 'headers', set } });
    expect((await passes.pass([], { policy })).report.changes.delete).toBe(0);
    expect(passes.titles()).toEqual(['Old']);
  });

  it('begins for nothing that has changed since it was listed', async () => {
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

describe('a plan that has been overtaken', () => {
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

  it('leaves alone what somebody has changed since, and is made anew', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({
      on: 'GET /webhooks/{webhook_id}',
      effect: { kind: 'meanwhile', edit: { pick: 'target', changes: { url: 'https://hooks.example.com/needed' } } },
    });
    const pass = await passes.pass([]);
    expect(pass.again).toBe('at-once');
    expect(passes.titles()).toEqual(['Old']);
  });

  it('counts a subscription that is gone already as deleted', async () => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({ on: 'GET /webhooks/{webhook_id}', effect: { kind: 'meanwhile', delete: 'target' } });
    expect((await passes.pass([])).report).toMatchObject({ result: 'converged', changes: { delete: 0 } });
  });

  it('to update what is gone is made anew', async () => {
    await using passes = await Passes.over([{ ...OLD, title: 'Orders' }]);
    passes.sandbox.fault({ on: 'PATCH *', effect: { kind: 'meanwhile', delete: 'target' } });
    expect((await passes.pass([ORDERS])).again).toBe('at-once');
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Orders']);
  });
});

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

  it('one change for what is in it, as a firewall on the way does, keeps none of the others from being made', async () => {
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

  it('for one entry is left alone for that entry for a while, and the deletes wait', async () => {
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

  it('with an outage ends the pass after a few tries instead of adding to it', async () => {
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

  it('to converge has the subscription say which fields, and wait longer each time', async () => {
    await using passes = await Passes.over([{ ...OLD, title: 'Orders' }]);
    const stubborn = JSON.stringify(passes.sandbox.subscriptions()[0]);
    const body = { text: stubborn, contentType: 'application/json' };
    passes.sandbox.fault({ on: 'PATCH *', times: 'always', effect: { kind: 'answer', status: 200, body } });
    const pass = await passes.pass([ORDERS]);
    expect(pass.snapshot?.subscriptions).toMatchObject([{ state: 'NotConverging', differs: ['url'] }]);
    for (let seconds = 0; seconds < 300; seconds += 10) {
      passes.clock.advance(10_000);
      await passes.pass([ORDERS]);
    }
    // At 0, 30, 90 and 210 seconds.
    expect(passes.sandbox.count('PATCH *')).toBe(4);
  });
});

it('a subscription that somebody keeps changing back is contested, and no longer fought over at every pass', async () => {
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

it('a subscription whose delay the API shows in a form it does not take is brought to what is wanted', async () => {
  await using passes = await Passes.over([{ ...ORDERS_FOUND, config: { delay: '5000ms' } }]);
  expect((await passes.pass([ORDERS])).report.result).toBe('converged');
});

it('a fresh subscription is enabled even where its entry leaves that to others from then on', async () => {
  await using passes = await Passes.over();
  const entry = desired({ ...ORDERS, ignore: ['enabled'] });
  await passes.pass([entry]);
  expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: true }]);
  passes.sandbox.edit('Orders', { enabled: false });
  expect((await passes.pass([entry])).report.result).toBe('converged');
  expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: false }]);
});
