import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const ORDERS = desired({ title: 'Orders', url: 'https://hooks.example.com/orders' });
const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users' });
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

  it('is pending while a new item that cannot be read may be it', async () => {
    await using passes = await Passes.over([OLD, { ...OLD, title: 'Older' }]);
    passes.sandbox.fault({ on: 'POST /webhooks', title: 'Users', effect: { kind: 'cut', carriedOut: false } });
    const omit = ['title', 'url'];
    passes.sandbox.fault({
      on: 'GET /webhooks',
      nth: 2,
      times: 2,
      effect: { kind: 'items', pick: { title: 'Orders' }, omit },
    });
    passes.sandbox.fault({
      on: 'GET /webhooks/{webhook_id}',
      title: 'Orders',
      times: 'always',
      effect: { kind: 'members', omit },
    });
    expect((await passes.pass([ORDERS, USERS], { policy: { owns: [] } })).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Old', 'Older', 'Orders', 'Users']);
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

describe('a change whose answer is lost for good', () => {
  const audited = ({ changes }: Passes) => changes.map(({ action, title, because }) => [action, title, because]);
  const LOST = 'its answer was lost';

  it('is reported once the tenant shows it, a create too', async () => {
    await using passes = await Passes.over([{ ...USERS, enabled: false }, OLD]);
    const cut = { times: 3, effect: { kind: 'cut', carriedOut: true } } as const;
    passes.sandbox.fault({ on: 'POST /webhooks', effect: cut.effect });
    passes.sandbox.fault({ on: 'GET /webhooks', nth: 2, times: 3, effect: { kind: 'answer', status: 503 } });
    passes.sandbox.fault({ on: 'PATCH *', title: 'Users', ...cut });
    await passes.pass([ORDERS, USERS]);
    expect(audited(passes)).toEqual([]);
    passes.sandbox.fault({ on: 'DELETE *', ...cut });
    await passes.pass([ORDERS, USERS]);
    expect(audited(passes)).toEqual([
      ['create', 'Orders', LOST],
      ['enable', 'Users', LOST],
      ['enable', 'Orders', undefined],
    ]);
    expect((await passes.pass([ORDERS, USERS])).report.changes).toEqual({ create: 0, enable: 0, update: 0, delete: 1 });
    expect(audited(passes).at(-1)).toEqual(['delete', 'Old', `pruned, ${LOST}`]);
    await passes.pass([ORDERS, USERS]);
    expect(passes.changes).toHaveLength(4);
  });

  it('is reported where the subscription is found to be gone before a listing shows that', async () => {
    await using passes = await Passes.over([OLD]);
    passes.clock.advance(60_000);
    passes.sandbox.set({ listingLagSeconds: 30 });
    passes.sandbox.fault({ on: 'DELETE *', times: 3, effect: { kind: 'cut', carriedOut: true } });
    await passes.pass([]);
    expect(audited(passes)).toEqual([]);
    expect((await passes.pass([])).report).toMatchObject({ result: 'converged', changes: { delete: 1 } });
    expect(audited(passes)).toEqual([['delete', 'Old', `pruned, ${LOST}`]]);
  });

  it('is not reported where it was not carried out', async () => {
    await using passes = await Passes.over([{ ...USERS, enabled: false }, OLD]);
    const cut = { times: 3, effect: { kind: 'cut', carriedOut: false } } as const;
    passes.sandbox.fault({ on: 'PATCH *', ...cut });
    await passes.pass([USERS]);
    passes.sandbox.fault({ on: 'DELETE *', ...cut });
    await passes.pass([USERS]);
    expect(audited(passes)).toEqual([['enable', 'Users', undefined]]);
    await passes.pass([USERS]);
    expect(audited(passes)).toEqual([
      ['enable', 'Users', undefined],
      ['delete', 'Old', 'pruned'],
    ]);
  });
});

it('a rename whose answer is lost is remembered when git moves the entry before any read shows it', async () => {
  await using passes = await Passes.over([{ title: 'Orders', url: ORDERS.url, enabled: true }]);
  await passes.pass([ORDERS]);
  passes.sandbox.set({ readLagSeconds: 20 });
  passes.clock.advance(120_000);
  passes.sandbox.fault({ on: 'PATCH *', times: 3, effect: { kind: 'cut', carriedOut: true } });
  await passes.pass([desired({ ...ORDERS, title: 'Returns' })]);
  passes.clock.advance(1_000);
  await passes.pass([desired({ ...ORDERS, title: 'Returns', url: 'https://hooks.example.com/returns' })]);
  expect(passes.sandbox.subscriptions()).toMatchObject([
    { title: 'Returns', url: 'https://hooks.example.com/returns' },
  ]);
});

it('a create that is answered with a subscription that was there before leaves that alone', async () => {
  await using passes = await Passes.over([{ ...OLD, title: 'Foreign' }]);
  const before = passes.sandbox.subscriptions();
  const body = { text: JSON.stringify(before[0]), contentType: 'application/json' };
  passes.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'answer', status: 200, body } });
  const pass = await passes.pass([ORDERS], { policy: { owns: [] } });
  expect(pass.snapshot?.subscriptions).toMatchObject([
    { state: 'Failed', error: { message: expect.stringContaining('was there before') } },
  ]);
  expect([passes.sandbox.subscriptions(), passes.changes]).toEqual([before, []]);
});
