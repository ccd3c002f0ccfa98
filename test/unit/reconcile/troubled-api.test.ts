/** Cases from public bug reports of similar programs, each on a model of the API with a small input. */
import { describe, expect, it } from 'vitest';
import type { Desired } from '../../../src/subscription/subscription.ts';
import { CALM, PLAIN, type Rewrite } from '../../support/model-api.ts';
import { ModelledPasses, type Passed } from '../../support/modelled-passes.ts';
import { desired } from '../../support/subscriptions.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** Longer than any back-off. */
const LONG = 2 * HOUR;

const hook = (number: number, over: Partial<Desired> = {}) =>
  desired({ title: `Hook ${number}`, url: `https://own.tld/${number}`, ...over });
const titlesOf = ({ api }: ModelledPasses) => api.tenant.map(({ title }) => title).toSorted();
const guards = ({ report }: Passed) => report.withheld.map(({ guard }) => guard as string);

describe('one entry has one subscription', () => {
  it('of three, whose ids are unknown to every call for 250 ms', async () => {
    const passes = new ModelledPasses(PLAIN, { owns: [] });
    passes.api.faults = { ...CALM, lag: { listing: 250, read: 250, change: 250 } };
    const wanted = [1, 2, 3].map((number) => hook(number));
    passes.commit({ desired: wanted });
    await passes.pass();
    await passes.pass();
    expect(passes.api.tenant.map(({ title, enabled }) => [title, enabled])).toEqual([
      ['Hook 1', true],
      ['Hook 2', true],
      ['Hook 3', true],
    ]);
  });

  it('of two, by a second commit while reads are 2 s behind', async () => {
    const passes = new ModelledPasses(PLAIN, { owns: [] });
    passes.api.faults = { ...CALM, lag: { listing: 2_000, read: 2_000, change: 2_000 } };
    const [one, two] = [hook(1), hook(2)];
    passes.commit({ desired: [one] });
    await passes.pass();
    passes.clock.advance(SECOND);
    passes.commit({ desired: [one, two] });
    await passes.pass();
    expect(titlesOf(passes)).toEqual(['Hook 1', 'Hook 2']);
  });

  it.each<Rewrite>(['lower', 'cut', 'escape', 'dashes', 'nfkc', 'ascii', 'slash'])(
    'over three processes, where the API stores it otherwise: %s',
    async (rewrite) => {
      for (const owns of ['all', []] as const) {
        const passes = new ModelledPasses({ ...PLAIN, rewrites: [rewrite] }, { owns });
        const title = 'Übersicht ﬁrst & second_third, and more';
        passes.commit({ desired: [desired({ title, url: 'https://own.tld/1' })] });
        for (let process = 0; process < 3; process += 1) {
          await passes.pass();
          await passes.pass();
          passes.clock.advance(LONG);
          passes.restart();
        }
        expect(passes.api.tenant).toHaveLength(1);
      }
    },
  );

  it('of two replicas of which one is 4 s behind', async () => {
    const passes = new ModelledPasses(PLAIN, { owns: [] });
    passes.api.faults = { ...CALM, replicas: true, lag: { listing: 4_000, read: 4_000, change: 4_000 } };
    const wanted = [1, 2, 3, 4].map((number) => hook(number));
    passes.commit({ desired: wanted });
    for (let pass = 0; pass < 4; pass += 1) await passes.pass();
    expect(passes.api.tenant).toHaveLength(4);
  });
});

it('a guard that counts a share does not lift itself by what the pass before has created', async () => {
  const passes = new ModelledPasses(PLAIN, { maxDeletes: { percent: 20 } });
  for (const number of [1, 2]) passes.api.seed({ title: `Old ${number}`, url: `https://old.tld/${number}` }, HOUR);
  const wanted = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => hook(number));
  passes.commit({ desired: wanted });
  await passes.pass();
  expect(passes.api.tenant).toHaveLength(10);
  await passes.pass();
  expect(passes.api.tenant).toHaveLength(10);
});

it.each<Rewrite>(['lower', 'slash'])(
  'an entry keeps the subscription it took where the API stores it otherwise: %s',
  async (rewrite) => {
    const passes = new ModelledPasses({ ...PLAIN, rewrites: [rewrite] }, { maxDeletes: { count: 0 } });
    const { title, url } = hook(1);
    const kept = passes.api.seed({ title, url, enabled: false }, HOUR);
    passes.api.seed({ title: 'Old', url }, HOUR);
    const other = passes.api.seed({ title, url: 'https://own.tld/other' }, 2 * HOUR);
    const untouched = passes.api.true(other);
    passes.commit({ desired: [hook(1)] });
    for (let pass = 0; pass < 3; pass += 1) {
      await passes.pass();
      passes.clock.advance(LONG);
    }
    expect(passes.api.true(kept)).toMatchObject({ enabled: true });
    expect(passes.api.true(other)).toEqual(untouched);
  },
);

describe('one entry that is in trouble', () => {
  const OLD = { title: 'Hook 9', url: 'https://own.tld/9' };
  const buried = [{ title: 'Hook 9', source: { file: 'old.yaml', line: 1, column: 1 } }];

  it('holds back nothing when the API merely spells its url otherwise', async () => {
    const passes = new ModelledPasses({ ...PLAIN, rewrites: ['slash'] });
    passes.api.seed({ title: 'Old', url: 'https://own.tld/old/' }, HOUR);
    passes.commit({ desired: [hook(1)] });
    await passes.pass();
    await passes.pass();
    expect(titlesOf(passes)).toEqual(['Hook 1']);
  });

  it.each([409, 412, 422, 423])('for good (%s) holds what is pruned, by name, and no tombstone', async (status) => {
    const passes = new ModelledPasses({ ...PLAIN, refusals: [{ title: 'Hook 1', status, of: 'create' }] });
    passes.api.seed(OLD, HOUR);
    passes.commit({ desired: [hook(1), hook(2)] });
    const held = await passes.pass();
    expect(guards(held)).toEqual(['unfinished']);
    expect(held.report.withheld[0]?.howToLift).toContain('Hook 1');
    expect(titlesOf(passes)).toEqual(['Hook 2', 'Hook 9']);
    passes.commit({ desired: [hook(1), hook(2)], tombstones: buried });
    await passes.pass();
    expect(titlesOf(passes)).toEqual(['Hook 2']);
  });

  it('keeps what it replaces until it is in place', async () => {
    const refusals = [{ title: 'Hook 2', status: 422, of: 'create' }] as const;
    const passes = new ModelledPasses({ ...PLAIN, refusals });
    passes.commit({ desired: [hook(1, { type: ['USER'] })] });
    await passes.pass();
    passes.commit({ desired: [hook(2, { type: ['USER'] })] });
    for (let pass = 0; pass < 3; pass += 1) {
      await passes.pass();
      passes.clock.advance(LONG);
    }
    expect(titlesOf(passes)).toEqual(['Hook 1']);
  });

  it('for which the tenant has no room is created in the pass in which a tombstone makes room', async () => {
    const passes = new ModelledPasses({ ...PLAIN, capacity: 1 });
    passes.api.seed(OLD, HOUR);
    passes.commit({ desired: [hook(1)] });
    expect(guards(await passes.pass())).toEqual(['unfinished']);
    passes.commit({ desired: [hook(1)], tombstones: buried });
    passes.clock.advance(LONG);
    expect((await passes.pass()).report.result).toBe('converged');
    expect(titlesOf(passes)).toEqual(['Hook 1']);
  });

  it('whose create always fails as in an outage holds back a tombstone for two passes, and not for ever', async () => {
    const passes = new ModelledPasses({ ...PLAIN, refusals: [{ title: 'Hook 1', status: 500, of: 'create' }] });
    passes.api.seed(OLD, HOUR);
    const counts: number[] = [];
    for (let pass = 1; pass <= 4; pass += 1) {
      // Another write is answered in each of these passes.
      passes.commit({ desired: [hook(1), hook(2, { type: pass % 2 ? ['USER'] : ['ORDER'] })], tombstones: buried });
      await passes.pass();
      counts.push(passes.api.tenant.filter(({ title }) => title === 'Hook 9').length);
      passes.clock.advance(LONG);
    }
    expect(counts).toEqual([1, 1, 0, 0]);
  });
});

it('the surplus of six entries that exist twice each is deleted in one pass', async () => {
  const passes = new ModelledPasses(PLAIN, { maxDeletes: { count: 1 } });
  const wanted = [1, 2, 3, 4, 5, 6].map((number) => hook(number));
  for (const { title, url } of [...wanted, ...wanted]) passes.api.seed({ title, url }, HOUR);
  passes.commit({ desired: wanted });
  expect((await passes.pass()).report.result).toBe('converged');
  expect(passes.api.tenant).toHaveLength(6);
});
