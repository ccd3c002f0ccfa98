import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const HOOK = 'https://hooks.example.com/orders';
const NOTHING_OWNED = { owns: [] as const };

/** A title that each of the ways in which an API may store titles changes. */
const TITLES = {
  lower: 'Orders EU',
  cut32: 'Orders of the European Union and others',
  html: 'Orders & returns',
  dashes: 'orders_eu',
  nfkc: 'Orders Ⅳ',
  ascii: 'Aufträge',
} as const;
const WAYS = Object.entries(TITLES) as [keyof typeof TITLES, string][];

describe('an API that stores another title than was sent', () => {
  it.each(WAYS)(
    '(%s) has one subscription for the life of a process, where nothing is owned',
    async (storedTitles, title) => {
      await using passes = await Passes.over([], { switches: { storedTitles } });
      const entry = desired({ title, url: HOOK });
      for (let n = 0; n < 4; n += 1) {
        const { snapshot } = await passes.pass([entry], { policy: NOTHING_OWNED });
        expect(snapshot?.subscriptions).toMatchObject([
          { title, state: 'NotConverging', differs: [{ field: 'title' }] },
        ]);
        passes.clock.advance(600_000);
      }
      expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: true }]);
    },
  );

  it.each(WAYS)('(%s) has one subscription after restarts, where all is owned', async (storedTitles, title) => {
    await using passes = await Passes.over([], { switches: { storedTitles } });
    for (let n = 0; n < 3; n += 1) {
      await passes.pass([desired({ title, url: HOOK })]);
      passes.restart();
      passes.clock.advance(120_000);
    }
    expect(passes.titles()).toHaveLength(1);
  });

  it.each(WAYS)(
    '(%s) has a conflict after a restart, where nothing is owned, that says how',
    async (storedTitles, title) => {
      await using passes = await Passes.over([], { switches: { storedTitles } });
      await passes.pass([desired({ title, url: HOOK })], { policy: NOTHING_OWNED });
      passes.restart();
      const [there] = passes.sandbox.subscriptions();
      const { snapshot } = await passes.pass([desired({ title, url: HOOK })], { policy: NOTHING_OWNED });
      expect(snapshot?.subscriptions).toMatchObject([{ title, state: 'Conflict' }]);
      const message = snapshot?.subscriptions[0]?.error?.message ?? '';
      for (const way of [
        'The API seems to have written',
        `reconcile.id: ${there?.id}`,
        'policy.owns',
        'state: absent',
        'reconcile.beside',
      ]) {
        expect(message).toContain(way);
      }
      expect(passes.titles()).toHaveLength(1);
    },
  );

  it('keeps its subscription known when git changes the entry', async () => {
    await using passes = await Passes.over([], { switches: { storedTitles: 'lower' } });
    await passes.pass([desired({ title: 'Orders', url: HOOK })], { policy: NOTHING_OWNED });
    passes.clock.advance(120_000);
    await passes.pass([desired({ title: 'Orders', url: `${HOOK}/v2` })], { policy: NOTHING_OWNED });
    expect(passes.sandbox.subscriptions()).toMatchObject([{ title: 'orders', url: `${HOOK}/v2`, enabled: true }]);
  });

  it('holds back no delete: the entry stands, however its title is spelled', async () => {
    const old = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };
    await using passes = await Passes.over([old], { switches: { storedTitles: 'lower', storedUrls: 'slash' } });
    await passes.pass([desired({ title: 'Orders', url: HOOK })]);
    expect(passes.titles()).toEqual(['orders']);
  });
});

describe('a title renamed in git where nothing is owned', () => {
  const BEFORE = desired({ title: 'Orders', url: HOOK });
  const AFTER = desired({ title: 'Returns', url: HOOK });

  it('is a conflict with the one of its url, and no second one is created', async () => {
    await using passes = await Passes.over();
    await passes.pass([BEFORE], { policy: NOTHING_OWNED });
    const { snapshot } = await passes.pass([AFTER], { policy: NOTHING_OWNED });
    expect(snapshot?.subscriptions).toMatchObject([{ state: 'Conflict' }]);
    expect(passes.titles()).toEqual(['Orders']);
  });

  it('is settled by a pin, by consent in reconcile.beside, or by a tombstone with the id', async () => {
    const way = async (over: (id: string) => Parameters<Passes['pass']>) => {
      await using passes = await Passes.over();
      await passes.pass([BEFORE], { policy: NOTHING_OWNED });
      const [{ id } = { id: '' }] = passes.sandbox.subscriptions();
      const [wanted, options] = over(id);
      expect((await passes.pass(wanted, { policy: NOTHING_OWNED, ...options })).report.result).toBe('converged');
      return passes.titles();
    };
    expect(await way((id) => [[{ ...AFTER, id }]])).toEqual(['Returns']);
    expect(await way((id) => [[{ ...AFTER, beside: [id] }]])).toEqual(['Orders', 'Returns']);
    const source = { file: 'webhooks.yaml', line: 9, column: 1 };
    expect(await way((id) => [[AFTER], { tombstones: [{ title: 'Orders', id, source }] }])).toEqual(['Returns']);
    expect(await way(() => [[AFTER], { policy: { owns: 'all' } }])).toEqual(['Returns']);
  });
});
