import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const ORDERS = desired({ title: 'Orders', url: 'https://hooks.example.com/orders' });
const FOUND = { title: ORDERS.title, url: ORDERS.url, enabled: true };

describe('an update that is answered without the subscription', () => {
  it.each(['no-content', 'empty'] as const)('(%s) is read back until it shows', async (patchAnswer) => {
    await using passes = await Passes.over([{ ...FOUND, enabled: false }], {
      switches: { patchAnswer, readLagSeconds: 5 },
    });
    passes.clock.advance(10_000);
    expect((await passes.pass([ORDERS])).report).toMatchObject({ result: 'converged', changes: { enable: 1 } });
    expect((await passes.pass([ORDERS])).report.requests).toBe(1);
  });

  it('is reported once, though it cannot be read back', async () => {
    await using passes = await Passes.over([{ ...FOUND, enabled: false }], { switches: { patchAnswer: 'no-content' } });
    passes.clock.advance(60_000);
    passes.sandbox.fault({ on: 'GET /webhooks/{webhook_id}', times: 3, effect: { kind: 'answer', status: 500 } });
    expect((await passes.pass([ORDERS])).report).toMatchObject({ result: 'incomplete', changes: { enable: 1 } });
    expect((await passes.pass([ORDERS])).report).toMatchObject({ result: 'converged', changes: { enable: 0 } });
  });

  it('and does not show in time is pending, and not sent again while reads may lag', async () => {
    await using passes = await Passes.over([{ ...FOUND, enabled: false }], {
      switches: { patchAnswer: 'no-content', readLagSeconds: 30 },
    });
    passes.clock.advance(60_000);
    expect((await passes.pass([ORDERS])).snapshot?.subscriptions).toMatchObject([{ state: 'Pending' }]);
    await passes.pass([ORDERS]);
    expect(passes.sandbox.count('PATCH *')).toBe(1);
  });
});

describe('a subscription made under older rules', () => {
  const OLD = { ...FOUND, title: 'orders_prod', config: { delay: '1m', max_package_size: 10_240 } };
  const switches = { repeatedValues: 'refuse' } as const;
  const entry = desired({ ...ORDERS, title: 'orders_prod' });

  it('is enabled, though the API refuses its title and delay', async () => {
    await using passes = await Passes.over([{ ...OLD, enabled: false }], { switches });
    expect((await passes.pass([entry])).report.result).toBe('converged');
    expect(passes.sandbox.subscriptions()).toMatchObject([{ title: 'orders_prod', enabled: true, config: OLD.config }]);
  });

  it('is given another url, and what the API accepted is remembered', async () => {
    await using passes = await Passes.over([OLD], { switches });
    await passes.pass([{ ...entry, url: 'https://hooks.example.com/v2' }]);
    expect(passes.sandbox.count('PATCH *')).toBe(3);
    await passes.pass([{ ...entry, url: 'https://hooks.example.com/v3' }]);
    expect(passes.sandbox.count('PATCH *')).toBe(4);
    expect(passes.sandbox.subscriptions()).toMatchObject([{ url: 'https://hooks.example.com/v3', config: OLD.config }]);
  });

  it('is quarantined', async () => {
    await using passes = await Passes.over([OLD], { switches });
    await passes.pass([], { policy: { quarantineMs: 3_600_000, allowEmpty: true } });
    expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: false }]);
  });

  it('is not updated where the refused value is what changes', async () => {
    await using passes = await Passes.over([OLD], { switches });
    const pass = await passes.pass([{ ...entry, title: 'orders_live' }]);
    expect(pass.snapshot?.subscriptions).toMatchObject([{ state: 'Failed' }]);
  });
});

describe('a read by id that spells values otherwise than the listing', () => {
  it.each([{ getSpelling: 'other' }, { idCase: 'upper-by-id' }] as const)(
    '(%o) keeps no delete from going',
    async (switches) => {
      const old = { ...FOUND, title: 'Old', config: { delay: '1m' } };
      await using passes = await Passes.over([old], { switches });
      expect((await passes.pass([], { policy: { allowEmpty: true } })).report).toMatchObject({
        result: 'converged',
        changes: { delete: 1 },
      });
    },
  );
});

describe('an item of a listing without title or url', () => {
  const omit = (passes: Passes, ...members: string[]) =>
    ['GET /webhooks', 'GET /webhooks/{webhook_id}'].map((on) =>
      passes.sandbox.fault({
        on,
        times: 'always',
        effect:
          on === 'GET /webhooks'
            ? { kind: 'items', pick: { title: 'Broken' }, omit: members }
            : { kind: 'members', omit: members },
      }),
    );
  const BROKEN = { title: 'Broken', url: 'https://hooks.example.com/broken', enabled: true };

  it('is unmanaged with a warning, and the others are reconciled', async () => {
    await using passes = await Passes.over([FOUND, { ...FOUND, title: 'Other' }, BROKEN]);
    omit(passes, 'title');
    const { snapshot, report } = await passes.pass([desired({ ...ORDERS, enabled: false })], { policy: { owns: [] } });
    expect(report.changes.update).toBe(1);
    expect(snapshot?.unmanaged).toMatchObject([{ title: 'Other' }, { state: 'Unmanaged', url: BROKEN.url }]);
    expect(snapshot?.warnings.join('\n')).toContain('without a usable title');
  });

  it('makes an entry wait that may be meant, and the entry names its id', async () => {
    await using passes = await Passes.over([FOUND, BROKEN]);
    const id = passes.sandbox.subscriptions()[1]?.id ?? '';
    omit(passes, 'title');
    const wanted = [ORDERS, desired({ title: 'Broken', url: BROKEN.url })];
    const { snapshot } = await passes.pass(wanted);
    expect(snapshot?.subscriptions).toMatchObject([
      { title: 'Broken', state: 'Pending', error: { message: expect.stringContaining(id) } },
      { title: 'Orders', state: 'InSync' },
    ]);
    expect(passes.titles()).toEqual(['Broken', 'Orders']);
  });

  it('counts as this process has seen it', async () => {
    await using passes = await Passes.over([FOUND, BROKEN]);
    const wanted = [ORDERS, desired({ title: 'Broken', url: BROKEN.url })];
    await passes.pass(wanted);
    omit(passes, 'title', 'url');
    expect((await passes.pass(wanted)).report.result).toBe('converged');
  });
});
