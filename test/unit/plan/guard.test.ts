import { describe, expect, it } from 'vitest';
import { planExitStatus } from '../../../src/plan/render/describe.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, several, said } from './plan-of.ts';

const source = { file: 'old.yaml', line: 3, column: 5 };

describe('deletes', () => {
  it('are withheld while a file of the checkout is broken, tombstones too; creates and updates go on', () => {
    const plan = planOf({
      desired: [desired({ title: 'New' }), desired({ title: 'Kept', url: 'https://a.tld/k', enabled: false })],
      tombstones: [{ title: 'Buried', source }],
      observed: [
        observed({ title: 'Kept', url: 'https://a.tld/k' }),
        ...several(1, 'Old'),
        observed({ title: 'Buried', url: 'https://a.tld/x' }),
      ],
      checkoutValid: false,
    });
    expect(said(plan.actions)).toEqual(['create New', 'update Kept']);
    expect(plan.withheld).toMatchObject([
      { guard: 'invalid-checkout', deletes: 2, howToLift: expect.stringContaining('validate') },
    ]);
    expect(plan.heldBack).toHaveLength(2);
    expect(planExitStatus(plan)).toBe(3);
  });

  it('are withheld when the checkout is empty, unless that is allowed', () => {
    const empty = { observed: several(2, 'Old') };
    expect(planOf({ ...empty, policy: { allowEmpty: false } })).toMatchObject({
      actions: [],
      withheld: [
        { guard: 'empty-checkout', deletes: 2, howToLift: expect.stringContaining('RECONCILER_ALLOW_EMPTY=true') },
      ],
    });
    expect(planOf({ ...empty, policy: { allowEmpty: true } }).actions).toHaveLength(2);
  });

  it('are all withheld when they are more than a number', () => {
    const plan = (count: number) => planOf({ observed: several(3, 'Old'), policy: { maxDeletes: { count } } });
    expect(plan(3).withheld).toEqual([]);
    expect(plan(2)).toMatchObject({ actions: [], withheld: [{ guard: 'max-deletes', deletes: 3 }] });
    expect(plan(2).withheld[0]?.howToLift).toMatch(/policy\.maxDeletes: 3 .*RECONCILER_MAX_DELETES=3, --max-deletes 3/);
  });

  it('are withheld when they are more than a share of what is managed, rounded down, but never below one', () => {
    const plan = (kept: number, old: number) => {
      const keep = several(kept, 'Kept');
      return planOf({
        desired: keep.map(({ title, url }) => desired({ title, url })),
        observed: [...keep, ...several(old, 'Old')],
        policy: { maxDeletes: { percent: 20 } },
      });
    };
    expect(plan(7, 2).withheld).toMatchObject([
      { deletes: 2, howToLift: expect.stringContaining('20% of the 9 managed') },
    ]);
    expect(plan(8, 2).withheld).toEqual([]);
    expect(plan(0, 1).withheld).toEqual([]);
  });

  it('stay withheld whatever is created later: a share is of what is not younger than each of them', () => {
    const plan = (created_at: string) => {
      const keep = several(8, 'Kept', { created_at });
      return planOf({
        desired: keep.map(({ title, url }) => desired({ title, url })),
        observed: [...keep, ...several(2, 'Old')],
        policy: { maxDeletes: { percent: 20 } },
      });
    };
    expect(plan('2026-01-01T00:00:00Z').withheld).toEqual([]);
    for (const later of ['2026-01-02T00:00:00Z', 'some day']) {
      expect(plan(later)).toMatchObject({ actions: [], withheld: [{ guard: 'max-deletes', deletes: 2 }] });
      expect(plan(later).withheld[0]?.howToLift).toContain('20% of the 2 managed subscriptions that are not younger');
    }
  });

  it('are all withheld where the older ones alone are too many', () => {
    const keep = several(30, 'Kept', { created_at: '2026-02-01T00:00:00Z' });
    const young = several(1, 'Young', { created_at: '2026-03-01T00:00:00Z' });
    const plan = planOf({
      desired: keep.map(({ title, url }) => desired({ title, url })),
      observed: [...keep, ...young, ...several(2, 'Old')],
      policy: { maxDeletes: { percent: 20 } },
    });
    expect(plan).toMatchObject({ actions: [], withheld: [{ guard: 'max-deletes', deletes: 3 }] });
    expect(plan.withheld[0]?.howToLift).toContain('The 2 oldest of 3 removals are more than 20% of the 2 managed');
  });

  it('of an unreadable age count as older than all others', () => {
    const keep = several(10, 'Kept');
    const plan = (count: number) =>
      planOf({
        desired: keep.map(({ title, url }) => desired({ title, url })),
        observed: [...keep, ...several(count, 'Old', { created_at: 'some day' })],
        policy: { maxDeletes: { percent: 20 } },
      });
    expect(plan(1).withheld).toEqual([]);
    expect(plan(2).withheld).toMatchObject([{ guard: 'max-deletes', deletes: 2 }]);
  });

  it('count what is suspended as managed, but not what is in conflict', () => {
    const keep = several(8, 'Kept');
    const plan = (over: object) =>
      planOf({
        desired: keep.map(({ title, url }) => desired({ title, url, ...over })),
        observed: [...keep, ...several(2, 'Old')],
        policy: { maxDeletes: { percent: 20 } },
      });
    expect(plan({ suspend: true }).withheld).toEqual([]);
    expect(plan({ id: 'gone' }).withheld.map(({ guard }) => guard)).toEqual(['max-deletes', 'unfinished']);
  });

  it('by a tombstone pass the share and the empty checkout, and do not count', () => {
    const plan = planOf({
      tombstones: [{ title: 'Buried', source }],
      observed: [observed({ title: 'Buried' }), observed({ title: 'Buried' }), ...several(1, 'Old')],
      policy: { maxDeletes: { count: 0 }, allowEmpty: false },
    });
    expect(said(plan.actions)).toEqual(['delete Buried (tombstone)', 'delete Buried (tombstone)']);
    expect(plan.withheld.map(({ guard, deletes }) => [guard, deletes])).toEqual([
      ['empty-checkout', 1],
      ['max-deletes', 1],
    ]);
  });

  it('are reported with every guard that holds them back', () => {
    const plan = planOf({
      observed: several(2, 'Old'),
      checkoutValid: false,
      frozenUntil: '2026-06-01T13:00:00.000Z',
      policy: { allowEmpty: false, maxDeletes: { count: 1 } },
    });
    expect(plan.withheld.map(({ guard }) => guard)).toEqual([
      'invalid-checkout',
      'empty-checkout',
      'max-deletes',
      'freeze',
    ]);
    expect(plan.withheld[0]?.howToLift).toMatch(/unless another guard holds it\.$/);
    expect(plan.withheld[1]?.howToLift).not.toContain('allowEmpty');
    expect(plan.withheld[2]?.howToLift).toMatch(
      /fewer may be left then\. If not, this guard still holds all of them\.$/,
    );
    expect(plan.heldBack).toHaveLength(2);

    const entries = [desired(), desired({ title: 'Gone', url: 'https://a.tld/gone', id: 'gone' })];
    const wanted = planOf({
      desired: entries,
      observed: [observed({ id: 'kept' }), observed(), ...several(2, 'Old')],
      policy: { maxDeletes: { count: 0 } },
    });
    expect(wanted.withheld.map(({ guard, deletes }) => [guard, deletes])).toEqual([
      ['max-deletes', 2],
      ['max-surplus', 1],
      ['unfinished', 3],
    ]);
  });
});

describe('while something wanted does not stand', () => {
  const old = several(2, 'Old');

  it.each([
    ['in conflict', { id: 'gone' }],
    ['suspended, and not on the tenant', { suspend: true as const }],
  ])('(%s), nothing is pruned; tombstones go', (why, over) => {
    const plan = planOf({
      desired: [desired({ title: 'Wanted', url: 'https://a.tld/w', ...over })],
      tombstones: [{ title: 'Old 0', source }],
      observed: old,
    });
    expect(said(plan.actions)).toEqual(['delete Old 0 (tombstone)']);
    expect(plan.withheld).toMatchObject([{ guard: 'unfinished', deletes: 1 }]);
    expect(plan.withheld[0]?.howToLift).toContain(`"Wanted" (${why})`);
  });

  it('nothing is withheld for entries that are suspended on the tenant, or only to be created or updated', () => {
    const plan = planOf({
      desired: [desired({ suspend: true, enabled: false }), desired({ title: 'New', url: 'https://a.tld/n' })],
      observed: [observed(), ...old],
    });
    expect(plan.withheld).toEqual([]);
  });

  it('up to five entries are named', () => {
    const plan = planOf({
      desired: Array.from({ length: 7 }, (_, n) =>
        desired({ title: `W${n}`, url: `https://a.tld/w${n}`, id: `gone${n}` }),
      ),
      observed: old,
    });
    expect(plan.withheld[0]?.howToLift).toMatch(/"W4" \(in conflict\), and 2 more\./);
    expect(plan.withheld[0]?.howToLift).not.toContain('W5');
  });
});

describe('inside a freeze window', () => {
  it('everything is held back, and the plan shows what would be done', () => {
    const plan = planOf({ desired: [desired()], observed: several(1, 'Old'), frozenUntil: '2026-06-01T13:00:00.000Z' });
    expect(plan.hold).toBe('freeze');
    expect(said(plan.actions)).toEqual(['create Orders']);
    expect(plan.withheld).toMatchObject([
      { guard: 'freeze', deletes: 1, howToLift: expect.stringContaining('2026-06-01T13:00:00.000Z') },
    ]);
  });

  it('a tenant in sync has nothing withheld', () => {
    const plan = planOf({ desired: [desired()], observed: [observed()], frozenUntil: '2026-06-01T13:00:00.000Z' });
    expect(plan).toMatchObject({ hold: 'freeze', withheld: [] });
    expect(planExitStatus(plan)).toBe(0);
  });
});

describe('the exit status of a plan', () => {
  it('is 0 in sync, 2 with changes, 3 with deletes, held back or not', () => {
    expect(planExitStatus(planOf({ desired: [desired()], observed: [observed()] }))).toBe(0);
    expect(planExitStatus(planOf({ desired: [desired()] }))).toBe(2);
    expect(planExitStatus(planOf({ desired: [desired({ id: 'gone' })] }))).toBe(2);
    expect(planExitStatus(planOf({ observed: [observed()] }))).toBe(3);
    expect(planExitStatus(planOf({ observed: [observed()], policy: { maxDeletes: { count: 0 } } }))).toBe(3);
    expect(planExitStatus(planOf({ observed: [observed()], policy: { quarantineMs: 1000 } }))).toBe(2);
  });
});
