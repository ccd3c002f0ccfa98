import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const ORDERS = desired({ title: 'Orders', url: 'https://hooks.example.com/orders' });
const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users' });
const ORDERS_FOUND = { title: ORDERS.title, url: ORDERS.url };
const OLD = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

describe('a listing that lags behind our own writes', () => {
  it('does not make the next pass create again', async () => {
    await using passes = await Passes.over([], { switches: { listingLagSeconds: 30 } });
    await passes.pass([ORDERS]);
    passes.clock.advance(5_000);
    expect((await passes.pass([ORDERS])).report.changes).toMatchObject({ create: 0, enable: 0, update: 0 });
    expect(passes.titles()).toEqual(['Orders']);
  });

  it('does not make the next pass delete a subscription again that is gone', async () => {
    await using passes = await Passes.over([OLD], { switches: { listingLagSeconds: 30 } });
    await passes.pass([]);
    passes.clock.advance(5_000);
    expect((await passes.pass([])).report).toMatchObject({ result: 'converged', changes: { delete: 0 } });
  });
});

describe('a listing that lacks existing subscriptions, yet looks complete', () => {
  it('does not cause a create of one that an earlier listing has shown', async () => {
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

  it('because another client deleted one and created another between two pages, does not cause a create either', async () => {
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
    expect(passes.history()).toEqual(['create Caf\u00e9', 'create Users', 'update Caf\u00e9', 'update Users']);
  });

  it('does not hide a create whose answer was lost', async () => {
    await using passes = await Passes.over([], { switches: { normalisation: 'rewrite' } });
    passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
    expect((await passes.pass([CAFE])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Caf\u00e9']);
  });
});

describe('a duplicate', () => {
  it('stays where the one to be kept turns out to be gone, until reads can no longer lag', async () => {
    await using passes = await Passes.over([
      { ...ORDERS_FOUND, enabled: true },
      { ...OLD, title: 'Orders' },
    ]);
    const [kept, duplicate] = passes.sandbox.subscriptions();
    passes.sandbox.remove(kept?.id ?? '');
    passes.sandbox.set({ listingLagSeconds: 10 });
    expect((await passes.pass([ORDERS])).report.result).toBe('incomplete');
    passes.clock.advance(61_000);
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
