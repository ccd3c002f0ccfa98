import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const url = (name: string) => `https://hooks.example.com/${name}`;
const entry = (title: string, at = title, type?: string[]) => desired({ title, url: url(at), ...(type && { type }) });
const there = (title: string, at = title, type?: string[]) => ({
  title,
  url: url(at),
  enabled: true,
  ...(type && { type }),
});
const tombstone = (title: string) => ({ title, source: { file: 'webhooks.yaml', line: 1, column: 1 } });
const refuse = (passes: Passes, title: string, status: number) =>
  passes.sandbox.fault({ on: 'POST /webhooks', title, times: 'always', effect: { kind: 'answer', status } });

describe('one entry that is refused for good', () => {
  it.each([400, 409, 412, 422, 423])(
    '(%i) has what is pruned wait, which says why and what lets it go',
    async (status) => {
      await using passes = await Passes.over([there('C', 'u1', ['USER'])]);
      refuse(passes, 'D', status);
      const pass = await passes.pass([entry('D', 'u2', ['USER'])]);
      expect(pass.report).toMatchObject({
        result: 'incomplete',
        withheld: [{ guard: 'unfinished', deletes: 1, howToLift: expect.stringMatching(/"D" \(.*state: absent/s) }],
      });
      expect(pass.snapshot?.subscriptions).toMatchObject([
        { title: 'D', state: 'Failed' },
        { title: 'C', state: 'Withheld' },
      ]);
      expect(passes.titles()).toEqual(['C']);
    },
  );

  it('and is in back-off makes the deletes wait as well', async () => {
    await using passes = await Passes.over([there('C')]);
    refuse(passes, 'D', 422);
    await passes.pass([entry('D')]);
    const pass = await passes.pass([entry('D')]);
    expect(pass.report).toMatchObject({ requests: 1, withheld: [{ guard: 'unfinished', deletes: 1 }] });
    expect(passes.titles()).toEqual(['C']);
  });

  it('is shown as refused, though the plan was dropped before it could be tried again', async () => {
    await using passes = await Passes.over([there('C')]);
    refuse(passes, 'D', 422);
    passes.onChange = () => passes.moveCheckout();
    const pass = await passes.pass([entry('D')], { tombstones: [tombstone('C')] });
    expect(pass.snapshot?.subscriptions).toMatchObject([{ title: 'D', state: 'Failed' }]);
    expect((await passes.pass([entry('D')])).report.requests).toBe(1);
  });

  it('does not hold back tombstones', async () => {
    await using passes = await Passes.over([there('C'), there('Old')]);
    refuse(passes, 'D', 409);
    await passes.pass([entry('D')], { tombstones: [tombstone('C')] });
    expect(passes.titles()).toEqual(['Old']);
  });
});

describe('a tenant that is full', () => {
  it('is a deadlock that is reported, and one tombstone resolves it', async () => {
    await using passes = await Passes.over([there('C')], { switches: { maxSubscriptions: 1 } });
    const held = await passes.pass([entry('D')]);
    expect(held.report.withheld).toMatchObject([{ guard: 'unfinished' }]);
    passes.clock.advance(600_000);
    const freed = await passes.pass([entry('D')], { tombstones: [tombstone('C')] });
    expect(freed.report).toMatchObject({ result: 'converged', changes: { create: 1, enable: 1, delete: 1 } });
    expect(passes.titles()).toEqual(['D']);
  });
});

describe('a url that the API stores with a slash at its end', () => {
  it('holds back no delete and no tombstone, and is named', async () => {
    await using passes = await Passes.over([there('Old'), there('Gone')], { switches: { storedUrls: 'slash' } });
    const pass = await passes.pass([entry('A')], { tombstones: [tombstone('Gone')] });
    expect(pass.snapshot?.subscriptions).toMatchObject([
      { title: 'A', state: 'NotConverging', differs: [{ field: 'url' }] },
    ]);
    expect(passes.titles()).toEqual(['A']);
    expect((await passes.pass([entry('A')])).report.withheld).toEqual([]);
  });

  it('does not prevent a change by another client from being corrected', async () => {
    await using passes = await Passes.over([], { switches: { storedUrls: 'slash' } });
    await passes.pass([entry('A')]);
    passes.clock.advance(1_000);
    passes.sandbox.edit('A', { enabled: false });
    await passes.pass([entry('A')]);
    expect(passes.sandbox.subscriptions()).toMatchObject([{ enabled: true }]);
  });
});

describe('an entry that the API does not enable', () => {
  it('does not stand, so the subscription that it replaces is kept', async () => {
    await using passes = await Passes.over([there('Old')], { switches: { patchIgnores: 'enabled' } });
    const pass = await passes.pass([entry('A')]);
    expect(pass.snapshot?.subscriptions).toMatchObject([
      { title: 'A', state: 'NotConverging', differs: [{ field: 'enabled' }] },
      { title: 'Old', state: 'Withheld' },
    ]);
  });
});

describe('an outage', () => {
  it('makes tombstones wait too, and is named as the reason', async () => {
    await using passes = await Passes.over([there('C')]);
    refuse(passes, 'D', 503);
    const pass = await passes.pass([entry('D')], { tombstones: [tombstone('C')] });
    expect(pass.report.withheld).toMatchObject([
      { guard: 'unfinished', deletes: 1, howToLift: expect.stringContaining('not by a tombstone either') },
    ]);
    expect(passes.titles()).toEqual(['C']);
  });

  it('of several entries for ever does not prevent changes of others, nor tombstones for ever', async () => {
    const failing = ['A', 'B', 'C', 'D'];
    const off = (title: string) => ({ ...there(title), enabled: false });
    await using passes = await Passes.over([...failing, 'E'].map(off).concat(there('Old')));
    for (const title of failing) {
      const effect = { kind: 'answer', status: 500 } as const;
      passes.sandbox.fault({ on: 'PATCH *', title, times: 'always', effect });
    }
    for (let n = 0; n < 6; n += 1) {
      await passes.pass(
        [...failing, 'E', `F${n}`].map((title) => entry(title)),
        { tombstones: [tombstone('Old')], policy: { owns: [] } },
      );
      passes.clock.advance(60_000);
    }
    expect(passes.sandbox.subscriptions().find(({ title }) => title === 'E')).toMatchObject({ enabled: true });
    expect(passes.titles()).not.toContain('Old');
  });

  it('of many entries for ever is tried for a few of them in each pass, each in its turn', async () => {
    const failing = Array.from({ length: 9 }, (_, n) => `A${n}`);
    await using passes = await Passes.over(failing.map((title) => ({ ...there(title), enabled: false })));
    for (const title of failing) {
      const effect = { kind: 'answer', status: 500 } as const;
      passes.sandbox.fault({ on: 'PATCH *', title, times: 'always', effect });
    }
    let tried: (string | undefined)[] = [];
    for (let n = 0; n < 16; n += 1) {
      passes.clock.advance(60_000);
      passes.sandbox.forget();
      await passes.pass(
        [...failing, `B${n}`].map((title) => entry(title)),
        { policy: { owns: [] } },
      );
      const failed = passes.sandbox.requests.filter(({ method, status }) => method === 'PATCH' && status === 500);
      if (n >= 10) expect(failed.length).toBeLessThanOrEqual(3 * 3);
      tried = [...tried.slice(-8), ...new Set(failed.map(({ path }) => path))];
    }
    expect(new Set(tried).size).toBeGreaterThanOrEqual(8);
  });

  it('of one entry for ever, while nothing else fails, does not hold tombstones back for ever', async () => {
    await using passes = await Passes.over([there('C'), there('Old')]);
    refuse(passes, 'D', 503);
    for (let n = 0; n < 3; n += 1) {
      expect(passes.titles()).toEqual(['C', 'Old']);
      await passes.pass([entry('D')], { tombstones: [tombstone('C')] });
      passes.clock.advance(60_000);
    }
    expect(passes.titles()).toEqual(['Old']);
  });

  it('of several entries makes tombstones wait for as long as it lasts', async () => {
    await using passes = await Passes.over([there('C')]);
    refuse(passes, 'D', 503);
    refuse(passes, 'E', 503);
    for (let n = 0; n < 5; n += 1) await passes.pass([entry('D'), entry('E')], { tombstones: [tombstone('C')] });
    expect(passes.titles()).toEqual(['C']);
  });

  it('of one entry for ever does not hold tombstones back either where other writes are answered', async () => {
    await using passes = await Passes.over([there('C'), there('Old')]);
    refuse(passes, 'D', 503);
    for (let n = 0; n < 3; n += 1) {
      await passes.pass([entry('D'), entry(`E${n}`)], { tombstones: [tombstone('C')], policy: { owns: [] } });
      passes.clock.advance(60_000);
    }
    expect(passes.titles()).not.toContain('C');
    expect(passes.titles()).toContain('Old');
  });
});

describe('urls that have to be unique', () => {
  const switches = { duplicateUrls: 'refuse' } as const;

  it('move in a working order: an update that takes a url waits for the one that gives it up', async () => {
    const seed = [there('A', 'u1'), there('B', 'u2'), there('C', 'u3')];
    await using passes = await Passes.over(seed, { switches });
    const ids = passes.sandbox.subscriptions().map(({ id }) => id);
    const pinned = (title: string, at: string, n: number) => ({ ...entry(title, at), id: ids[n] ?? '' });
    const pass = await passes.pass([pinned('A', 'u2', 0), pinned('B', 'u3', 1), pinned('C', 'u4', 2)]);
    expect(pass.report).toMatchObject({ result: 'converged', changes: { update: 3 } });
    expect(passes.sandbox.subscriptions().map((one) => one.url)).toEqual([url('u2'), url('u3'), url('u4')]);
  });

  it('that form a lasting cycle are a conflict for all its entries, which names the way out', async () => {
    await using passes = await Passes.over([there('A', 'u1'), there('B', 'u2')], { switches });
    const [a, b] = passes.sandbox.subscriptions();
    const pass = await passes.pass([
      { ...entry('A', 'u2'), id: a?.id ?? '' },
      { ...entry('B', 'u1'), id: b?.id ?? '' },
    ]);
    const conflict = {
      state: 'Conflict',
      error: { message: expect.stringContaining('a url of its own in one commit') },
    };
    expect(pass.snapshot?.subscriptions).toMatchObject([conflict, conflict]);
    expect(passes.sandbox.subscriptions()).toMatchObject([{ url: url('u1') }, { url: url('u2') }]);
  });

  it('that form a cycle are swapped where the API accepts one url twice', async () => {
    await using passes = await Passes.over([there('A', 'u1'), there('B', 'u2')]);
    const [a, b] = passes.sandbox.subscriptions();
    const pass = await passes.pass([
      { ...entry('A', 'u2'), id: a?.id ?? '' },
      { ...entry('B', 'u1'), id: b?.id ?? '' },
    ]);
    expect(pass.report.result).toBe('converged');
    expect(passes.sandbox.subscriptions()).toMatchObject([{ url: url('u2') }, { url: url('u1') }]);
  });

  it('can be freed by an update for a create in the same pass', async () => {
    await using passes = await Passes.over([there('A', 'u1')], { switches });
    const [a] = passes.sandbox.subscriptions();
    const pass = await passes.pass([
      { ...entry('A', 'u2'), id: a?.id ?? '' },
      { ...entry('B', 'u1'), enabled: false },
    ]);
    expect(pass.report).toMatchObject({ result: 'converged', changes: { create: 1, update: 1 } });
  });

  it('do not change where titles can move instead: each queue stays with its receiver', async () => {
    await using passes = await Passes.over([there('A', 'u1'), there('B', 'u2')], { switches });
    const before = passes.sandbox.subscriptions().map((one) => [one.id, one.url]);
    expect((await passes.pass([entry('B', 'u1'), entry('C', 'u2')])).report.result).toBe('converged');
    expect(passes.sandbox.subscriptions().map((one) => [one.id, one.url])).toEqual(before);
    expect(passes.sandbox.subscriptions().map(({ title }) => title)).toEqual(['B', 'C']);
  });
});

describe('a share of what is managed', () => {
  it('does not allow more because of what the pass before has created', async () => {
    const eight = Array.from({ length: 8 }, (_, n) => entry(`New ${n}`, `new${n}`));
    const created_at = '2026-01-01T00:00:00Z';
    const seed = [
      { ...there('Old 1'), created_at },
      { ...there('Old 2'), created_at },
    ];
    await using passes = await Passes.over(seed);
    const policy = { maxDeletes: { percent: 20 } };
    for (let n = 0; n < 6; n += 1) {
      const { report } = await passes.pass(eight, { policy });
      expect(report.withheld).toMatchObject([
        { guard: 'max-deletes', deletes: 2, howToLift: expect.stringContaining('20% of the 2') },
      ]);
      passes.clock.advance(3_600_000);
    }
    expect(passes.titles()).toHaveLength(10);
  });
});
