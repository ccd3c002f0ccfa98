import { describe, expect, it } from 'vitest';
import { NOTHING_REMEMBERED } from '../../../src/plan/matching.ts';
import type { Unusable } from '../../../src/subscription/subscription.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, said } from './plan-of.ts';

const A = 'https://hooks.example.com/a';
const B = 'https://hooks.example.com/b';

const answered = (id: string) => ({ ...NOTHING_REMEMBERED, answered: new Map([['Orders', id]]) });
const last = (id: string) => ({ ...NOTHING_REMEMBERED, last: new Map([['Orders', id]]) });

describe('a subscription that our create was answered with, under another title or url,', () => {
  const written = observed({ id: 'id-1', title: 'orders', url: `${A}/` });

  it('is ours whatever policy.adopt says, and shows what differs', () => {
    const plan = planOf({
      desired: [desired({ url: A })],
      observed: [written],
      remembered: answered('id-1'),
      policy: { owns: [], adopt: 'never' },
    });
    expect(plan.standings).toMatchObject([{ by: 'answer', changes: [{ field: 'title' }, { field: 'url' }] }]);
    expect(plan.actions).toMatchObject([{ kind: 'update', adopts: false }]);
  });

  it('comes before title and url', () => {
    const plan = planOf({
      desired: [desired({ url: A })],
      observed: [written, observed({ id: 'id-2', url: A })],
      remembered: answered('id-1'),
    });
    expect(plan.standings).toMatchObject([{ observed: { id: 'id-1' } }]);
    expect(said(plan.actions)).toEqual(['update orders → Orders', 'delete Orders (surplus)']);
  });

  it('comes after a pin', () => {
    const plan = planOf({
      desired: [desired({ url: A }), desired({ title: 'Pinned', url: B, id: 'id-1' })],
      observed: [written],
      remembered: answered('id-1'),
    });
    expect(said(plan.actions)).toEqual(['create Orders', 'update orders → Pinned']);
  });
});

describe('an entry that ignores its title', () => {
  const entry = desired({ url: A, ignore: ['title'] });
  const drifted = observed({ id: 'id-1', title: 'Renamed by hand', url: B });

  it('is recognised by its url', () => {
    expect(planOf({ desired: [entry], observed: [{ ...drifted, url: A }] }).standings).toMatchObject([
      { state: 'in-sync', observed: { id: 'id-1' } },
    ]);
  });

  it('and whose url changed keeps the subscription it had in the last pass', () => {
    const plan = planOf({ desired: [entry], observed: [drifted], remembered: last('id-1') });
    expect(plan.actions).toMatchObject([{ kind: 'update', changes: [{ field: 'url', from: B, to: A }] }]);
  });

  it('keeps it before another takes it by url, but not before another takes it by title', () => {
    const other = (over: object) =>
      planOf({ desired: [entry, desired(over)], observed: [drifted], remembered: last('id-1') });
    expect(other({ title: 'Other', url: B }).standings).toMatchObject([
      { observed: { id: 'id-1' } },
      { state: 'missing' },
    ]);
    const suspended = other({ title: 'Renamed by hand', url: A, suspend: true });
    expect(suspended.standings).toMatchObject([{ state: 'missing' }, { state: 'suspended', observed: { id: 'id-1' } }]);
  });

  it('after a restart is a conflict while an owned leftover exists, which is kept', () => {
    const plan = planOf({ desired: [entry], observed: [drifted] });
    expect(plan).toMatchObject({
      actions: [],
      heldBack: [],
      conflicts: [{ title: 'Orders', reason: expect.stringContaining('"Renamed by hand" (id-1). Pin it') }],
      unmanaged: [{ id: 'id-1' }],
    });
  });

  it('is created where there is no owned leftover', () => {
    const taken = desired({ title: 'Renamed by hand', url: B });
    expect(said(planOf({ desired: [entry, taken], observed: [drifted] }).actions)).toEqual(['create Orders']);
    expect(
      said(planOf({ desired: [entry], observed: [drifted], policy: { owns: [{ title: 'Orders' }] } }).actions),
    ).toEqual(['create Orders']);
  });
});

describe('an entry whose subscription is gone', () => {
  it('is created, and the plan names the former id', () => {
    const plan = planOf({ desired: [desired()], remembered: last('id-1') });
    expect(plan.actions).toMatchObject([
      { kind: 'create', because: expect.stringContaining('id-1 is no longer on the tenant') },
    ]);
    expect(planOf({ desired: [desired()] }).actions[0]).not.toHaveProperty('because');
  });
});

describe('an item that is listed without a usable title or url', () => {
  const plan = (item: Unusable, over: object = {}, more: Parameters<typeof planOf>[0] = {}) =>
    planOf({ desired: [desired({ url: A, ...over })], unusable: [item], ...more });

  it.each([
    ['has its title', { id: 'id-1', title: ' Orders' }],
    ['has its url', { id: 'id-1', url: 'https://HOOKS.example.com/a' }],
    ['shows neither', { id: 'id-1' }],
  ])('holds an entry back where it %s', (_, item) => {
    const pending = plan(item);
    expect(pending).toMatchObject({
      actions: [],
      conflicts: [],
      pending: [{ title: 'Orders', id: 'id-1', because: expect.stringContaining('id-1 is listed without a usable') }],
      standings: [{ state: 'pending' }],
    });
    expect(pending.warnings[0]).toContain('id-1 is listed without a usable');
  });

  it('holds back an entry that is known to have it: by its pin, its last pass or the answer to its create', () => {
    const item = { id: 'id-1', title: 'Renamed by hand' };
    expect(plan(item, { id: 'id-1' })).toMatchObject({ actions: [], conflicts: [], pending: [{ id: 'id-1' }] });
    for (const remembered of [last('id-1'), answered('id-1')])
      expect(plan(item, {}, { remembered })).toMatchObject({ actions: [], pending: [{ id: 'id-1' }] });
  });

  it('does not hold back an entry that has a subscription, is suspended, or cannot be meant', () => {
    expect(plan({ id: 'id-1' }, {}, { observed: [observed({ url: A })] })).toMatchObject({ pending: [], actions: [] });
    for (const item of [{ id: 'id-1' }, { id: 'pinned' }])
      expect(plan(item, { suspend: true, id: 'pinned' })).toMatchObject({
        pending: [],
        conflicts: [],
        standings: [{ state: 'suspended' }],
      });
    expect(said(plan({ id: 'id-1', title: 'Other' }).actions)).toEqual(['create Orders']);
    const named = plan({ id: 'id-1' }, { beside: ['id-1'] });
    expect(said(named.actions)).toEqual(['create Orders']);
    expect(named.warnings).not.toContainEqual(expect.stringContaining('not on the tenant'));
  });

  it('protects what is to be pruned', () => {
    const unfinished = plan({ id: 'id-1' }, {}, { observed: [observed({ title: 'Old', url: B })] });
    expect(unfinished).toMatchObject({ actions: [], withheld: [{ guard: 'unfinished', deletes: 1 }] });
    expect(unfinished.withheld[0]?.howToLift).toContain('"Orders" (id-1 may be it and cannot be read)');
  });
});
