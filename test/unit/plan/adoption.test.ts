import { describe, expect, it } from 'vitest';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, said } from './plan-of.ts';

const A = 'https://hooks.example.com/a';
const B = 'https://hooks.example.com/b';

describe('a match that is not owned', () => {
  const drifted = { desired: [desired({ url: A, enabled: false })], observed: [observed({ id: 'id-1', url: A })] };
  const moved = { desired: [desired({ url: A })], observed: [observed({ id: 'id-1', url: B })] };

  it('is adopted under exact where title and url are equal', () => {
    expect(planOf({ ...drifted, policy: { owns: [], adopt: 'exact' } }).actions).toMatchObject([
      { kind: 'update', adopts: true },
    ]);
  });

  it('is a conflict under exact where the url differs, and the reason names every way out', () => {
    const plan = planOf({ ...moved, policy: { owns: [], adopt: 'exact' } });
    expect(plan.actions).toEqual([]);
    expect(plan.conflicts).toMatchObject([{ title: 'Orders', id: 'id-1' }]);
    for (const way of ['policy.owns', 'policy.adopt', 'reconcile.id: id-1', A, B])
      expect(plan.conflicts[0]?.reason).toContain(way);
  });

  it('is adopted on its title alone under title', () => {
    expect(said(planOf({ ...moved, policy: { owns: [], adopt: 'title' } }).actions)).toEqual(['update Orders']);
  });

  it('is a conflict under never', () => {
    const plan = planOf({ ...drifted, policy: { owns: [], adopt: 'never' } });
    expect(plan).toMatchObject({ actions: [], conflicts: [{ title: 'Orders' }], standings: [{ state: 'conflict' }] });
  });

  it('does not affect other entries', () => {
    const plan = planOf({
      desired: [...moved.desired, desired({ title: 'New', url: 'https://hooks.example.com/new' })],
      observed: moved.observed,
      policy: { owns: [], adopt: 'exact' },
    });
    expect(said(plan.actions)).toEqual(['create New']);
  });

  it('gives way to one that may be taken, unless it has the url too', () => {
    const several = (url: string) => [
      observed({ title: 'own', url, id: 'foreign', created_at: '2020-01-01T00:00:00Z' }),
      observed({ title: 'own', url: B, id: 'owned' }),
    ];
    const plan = (url: string) =>
      planOf({
        desired: [desired({ title: 'own', url: A })],
        observed: several(url),
        policy: { owns: [{ url: B }], adopt: 'never' },
      });
    expect(plan('https://other.tld/x').standings).toMatchObject([{ observed: { id: 'owned' }, state: 'differs' }]);
    expect(plan(A).standings).toMatchObject([{ observed: { id: 'foreign' }, state: 'conflict' }]);
  });

  it('gives way to an owned one with the url', () => {
    const plan = planOf({
      desired: [desired({ title: 'New name', url: A })],
      observed: [observed({ title: 'New name', url: 'https://other.tld/x' }), observed({ title: 'Old name', url: A })],
      policy: { owns: [{ url: 'https://hooks.example.com/*' }], adopt: 'exact' },
    });
    expect(said(plan.actions)).toEqual(['update Old name → New name']);
  });

  it('protects what may be its former subscription from being pruned', () => {
    const plan = planOf({
      desired: [desired({ title: 'New name', url: A })],
      observed: [
        observed({ title: 'New name', url: A }),
        observed({ title: 'Old name', url: A }),
        observed({ title: 'New name', url: B }),
      ],
      policy: { owns: [{ title: 'Old *' }, { url: B }], adopt: 'never' },
    });
    expect(plan).toMatchObject({ actions: [], heldBack: [], conflicts: [{ title: 'New name' }] });
  });
});

describe('with nothing owned', () => {
  it('nothing is pruned or renamed, and a warning says so where that matters', () => {
    const plan = planOf({
      desired: [desired({ url: A })],
      observed: [observed({ title: 'Else', url: B })],
      policy: { owns: [] },
    });
    expect(said(plan.actions)).toEqual(['create Orders']);
    expect(plan.warnings).toEqual([expect.stringContaining('policy.owns is empty')]);
    expect(planOf({ desired: [desired()], observed: [observed()], policy: { owns: [] } }).warnings).toEqual([]);
    expect(planOf({ observed: [observed()], policy: { owns: [], mode: 'upsert' } }).warnings).toEqual([]);
  });

  it('and nothing adopted, a warning says that what is created will be a conflict', () => {
    const { warnings } = planOf({ desired: [desired()], policy: { owns: [], adopt: 'never' } });
    expect(warnings).toEqual([expect.stringContaining('a conflict in the next pass')]);
  });
});
