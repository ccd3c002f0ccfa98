import { describe, expect, it } from 'vitest';
import { NOTHING_REMEMBERED } from '../../../src/plan/matching.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { NOW, planOf, said } from './plan-of.ts';

const DAY_MS = 24 * 3_600_000;
const source = { file: 'old.yaml', line: 3, column: 5 };
const ago = (ms: number): string => new Date(NOW - ms).toISOString();

describe('with a quarantine', () => {
  const policy = { quarantineMs: DAY_MS };

  it('an unwanted subscription is disabled first, a duplicate too', () => {
    const plan = planOf({
      desired: [desired()],
      observed: [observed({ id: 'a' }), observed({ id: 'b' }), observed({ title: 'Old', url: 'https://a.tld/' })],
      policy,
    });
    expect(said(plan.actions)).toEqual(['quarantine Old (pruned)', 'quarantine Orders (surplus)']);
  });

  it('it waits, disabled, until that long after its last change', () => {
    const plan = planOf({ observed: [observed({ enabled: false, updated_at: ago(DAY_MS - 1) })], policy });
    expect(plan).toMatchObject({
      actions: [],
      quarantined: [{ until: new Date(NOW + 1).toISOString() }],
      unmanaged: [],
    });
  });

  it('it is deleted then', () => {
    const plan = planOf({ observed: [observed({ enabled: false, updated_at: ago(DAY_MS) })], policy });
    expect(said(plan.actions)).toEqual(['delete Orders (pruned)']);
  });

  it('it is not deleted while the time of its last change is unreadable', () => {
    const plan = planOf({ observed: [observed({ enabled: false, updated_at: 'yesterday' })], policy });
    expect(plan).toMatchObject({ actions: [], quarantined: [{}] });
  });

  it('it is not deleted where the time of its last change is the latest that a Date can hold', () => {
    const plan = planOf({ observed: [observed({ enabled: false, updated_at: '+275760-09-13T00:00:00Z' })], policy });
    expect(plan).toMatchObject({ actions: [], quarantined: [{ until: '+275760-09-13T00:00:00.000Z' }] });
  });

  it('it is enabled again, with its id, when the checkout wants it back', () => {
    const plan = planOf({ desired: [desired()], observed: [observed({ enabled: false, updated_at: ago(5) })], policy });
    expect(said(plan.actions)).toEqual(['enable Orders']);
  });

  it('disabling counts as a removal for the guard', () => {
    const plan = planOf({
      observed: [observed({ title: 'A' }), observed({ title: 'B' })],
      policy: { ...policy, maxDeletes: { count: 1 } },
    });
    expect(plan).toMatchObject({ actions: [], withheld: [{ guard: 'max-deletes', deletes: 2 }] });
  });

  it('a tombstone deletes at once', () => {
    const plan = planOf({ tombstones: [{ title: 'Orders', source }], observed: [observed()], policy });
    expect(plan.actions).toMatchObject([{ kind: 'delete', because: 'tombstone', source }]);
  });
});

describe('a tombstone', () => {
  it('means every spelling of its title, unless an entry wants the title', () => {
    const written = observed({ id: 'written', title: 'Caf\u00e9' });
    const tombstones = [{ title: 'Cafe\u0301 ', source }];
    const policy = { owns: [] };
    expect(said(planOf({ tombstones, observed: [written], policy }).actions)).toEqual(['delete Caf\u00e9 (tombstone)']);
    const wanted = [desired({ title: 'Caf\u00e9' })];
    expect(planOf({ desired: wanted, tombstones, observed: [written], policy }).actions).toEqual([]);
    const others = [' Cafe\u0301', 'Caf\u00e9 '].map((title) => observed({ title, url: 'https://a.tld/other' }));
    const all = planOf({ tombstones, observed: [written, ...others], policy }).actions;
    expect(all.map((action) => 'observed' in action && action.observed.url)).toEqual([
      'https://a.tld/other',
      written.url,
      'https://a.tld/other',
    ]);
    const [pinned] = planOf({
      tombstones: [{ title: 'Cafe\u0301 ', id: 'written', source }],
      observed: [written],
    }).actions;
    expect(pinned).toMatchObject({ because: 'tombstone' });
  });

  it('deletes every subscription of its title, owned or not, however many blanks are in a row', () => {
    const plan = planOf({
      tombstones: [{ title: 'Old hook', source }],
      observed: ['Old hook', 'Old hook', 'Old  hook', 'old hook'].map((title) => observed({ title })),
      policy: { owns: [] },
    });
    expect(said(plan.actions)).toEqual([
      'delete Old  hook (tombstone)',
      'delete Old hook (tombstone)',
      'delete Old hook (tombstone)',
    ]);
    expect(plan.unmanaged.map(({ title }) => title)).toEqual(['old hook']);
  });

  it('does not mean a subscription that an entry has by the answer to its create', () => {
    const plan = planOf({
      desired: [desired({ title: 'Orders EU' })],
      tombstones: [{ title: 'orders eu', source }],
      observed: [observed({ id: 'id-1', title: 'orders eu' }), observed({ id: 'id-2', title: 'orders eu' })],
      remembered: { ...NOTHING_REMEMBERED, answered: new Map([['Orders EU', 'id-1']]) },
      policy: { owns: [] },
    });
    expect(plan.standings).toMatchObject([{ by: 'answer', observed: { id: 'id-1' } }]);
    expect(plan.actions).toMatchObject([{ kind: 'update' }, { kind: 'delete', observed: { id: 'id-2' } }]);
  });

  it('is carried out though entries are in conflict', () => {
    const plan = planOf({
      desired: [desired({ id: 'gone' })],
      tombstones: [{ title: 'Old', source }],
      observed: [observed({ title: 'Old' })],
    });
    expect(said(plan.actions)).toEqual(['delete Old (tombstone)']);
  });

  it('with an id deletes that one only, also beside an entry of the same title', () => {
    const plan = planOf({
      desired: [desired()],
      tombstones: [{ title: 'Orders', id: 'id-1', source }],
      observed: [observed({ id: 'id-1' }), observed({ id: 'id-2' })],
    });
    expect(plan.actions).toMatchObject([{ kind: 'delete', observed: { id: 'id-1' } }]);
    expect(plan.standings).toMatchObject([{ state: 'in-sync', observed: { id: 'id-2' } }]);
  });

  it('with an id whose title is another one deletes nothing and says so', () => {
    const plan = planOf({
      tombstones: [{ title: 'Old', id: 'id-1', source }],
      observed: [observed({ id: 'id-1', title: 'Reused' })],
      policy: { owns: [{ title: 'x' }] },
    });
    expect(plan.actions).toEqual([]);
    expect(plan.warnings).toEqual([expect.stringContaining('titled "Reused" by now')]);
  });

  it('for a subscription that is gone causes no warning', () => {
    expect(
      planOf({
        tombstones: [
          { title: 'Old', source },
          { title: 'X', id: 'id-1', source },
        ],
      }),
    ).toMatchObject({ actions: [], warnings: [] });
  });

  it('against an entry of its title deletes nothing', () => {
    const plan = planOf({
      desired: [desired()],
      tombstones: [{ title: 'Orders', source }],
      observed: [observed(), observed()],
      policy: { owns: [] },
    });
    expect(plan.actions).toEqual([]);
    expect(plan.warnings[0]).toContain('is wanted and has a tombstone');
  });

  it('gives way to an entry that pins its subscription to another title', () => {
    const plan = planOf({
      desired: [desired({ id: 'id-1' })],
      tombstones: [{ title: 'Old', source }],
      observed: [observed({ id: 'id-1', title: 'Old' })],
    });
    expect(said(plan.actions)).toEqual(['update Old → Orders']);
  });

  it('and a pin on the same id are a conflict', () => {
    const plan = planOf({
      desired: [desired({ id: 'id-1' })],
      tombstones: [{ title: 'Orders', id: 'id-1', source }],
      observed: [observed({ id: 'id-1', enabled: false })],
    });
    expect(plan).toMatchObject({
      actions: [],
      conflicts: [{ id: 'id-1' }],
      warnings: [expect.stringContaining('pins id-1')],
    });
  });

  it('that deletes a subscription of the url of a new entry is carried out, with a warning about the queue', () => {
    const plan = planOf({
      desired: [desired({ title: 'New' })],
      tombstones: [{ title: 'Orders', source }],
      observed: [observed()],
    });
    expect(said(plan.actions)).toEqual(['create New', 'delete Orders (tombstone)']);
    expect(plan.warnings).toEqual([expect.stringContaining('and its queue')]);
  });
});

describe('a duplicate that equals what is kept, by the title that the API made of ours', () => {
  const made = { title: 'Orders & more', url: 'https://own.tld/orders' };
  const stored = { ...made, title: 'Orders &amp; more' };
  const copies = (hour: number) =>
    [1, 2].map((number) => observed({ id: `copy-${number}`, ...stored, created_at: `2026-01-01T0${hour}:00:00.000Z` }));
  const planBeside = (hour: number) =>
    planOf({
      desired: [desired(made)],
      observed: [observed({ id: 'ours', ...stored, created_at: '2026-01-01T05:00:00.000Z' }), ...copies(hour)],
      policy: { maxDeletes: { count: 1 } },
      remembered: { ...NOTHING_REMEMBERED, answered: new Map([['Orders & more', 'ours']]) },
    });

  it('may be deleted without approval where it is not older', () => {
    expect(planBeside(6).withheld).toEqual([]);
    expect(said(planBeside(6).actions).filter((line) => line.startsWith('delete'))).toHaveLength(2);
  });

  it('counts under max-deletes where it is older: later creates do not lift the guard', () => {
    expect(planBeside(4)).toMatchObject({ withheld: [{ guard: 'max-deletes', deletes: 2 }] });
  });
});
