import { describe, expect, it } from 'vitest';
import { NOTHING_REMEMBERED } from '../../../src/plan/matching.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { NOW, planOf, said } from './plan-of.ts';

const at = (ms: number): string => new Date(ms).toISOString();
const source = { file: 'old.yaml', line: 3, column: 5 };

describe('a plan', () => {
  it('has creates first and deletes last, each kind by title', () => {
    const plan = planOf({
      desired: [
        desired({ title: 'C', url: 'https://a.tld/c' }),
        desired({ title: 'B', url: 'https://a.tld/b' }),
        desired({ title: 'U', url: 'https://a.tld/u', config: { delay: '9s' } }),
        desired({ title: 'E', url: 'https://a.tld/e' }),
      ],
      observed: [
        observed({ title: 'Gone', url: 'https://a.tld/gone' }),
        observed({ title: 'E', url: 'https://a.tld/e', enabled: false }),
        observed({ title: 'U', url: 'https://a.tld/u' }),
      ],
    });
    expect(said(plan.actions)).toEqual(['create B', 'create C', 'enable E', 'update U', 'delete Gone (pruned)']);
  });
});

describe('a tenant with many warnings', () => {
  it('is reported in a thousand warnings, the number of the others, and the general ones', () => {
    const foreign = Array.from({ length: 1_500 }, (_, n) =>
      observed({ title: `F ${n}`, url: 'https://a.tld/new', type: ['ORDER'] }),
    );
    const { warnings } = planOf({
      desired: [desired({ url: 'https://a.tld/new', type: ['USER'] })],
      observed: foreign,
      policy: { owns: [] },
    });
    expect(warnings).toHaveLength(1_002);
    expect(warnings[1_000]).toBe('There are 500 more warnings of this kind.');
    expect(warnings[1_001]).toContain('policy.owns is empty');
  });
});

describe('in each mode', () => {
  const tenant = {
    desired: [
      desired({ title: 'New', url: 'https://a.tld/new' }),
      desired({ title: 'Renamed', url: 'https://a.tld/old-name' }),
      desired({ title: 'Drifted', url: 'https://a.tld/drifted', config: { delay: '9s' } }),
    ],
    tombstones: [{ title: 'Buried', source }],
    observed: [
      observed({ title: 'Old name', url: 'https://a.tld/old-name' }),
      observed({ title: 'Drifted', url: 'https://a.tld/drifted' }),
      observed({ title: 'Unwanted', url: 'https://a.tld/unwanted' }),
      observed({ title: 'Buried', url: 'https://a.tld/buried' }),
    ],
  };
  const all = [
    'create New',
    'update Drifted',
    'update Old name → Renamed',
    'delete Buried (tombstone)',
    'delete Unwanted (pruned)',
  ];

  it('sync does everything', () => {
    expect(said(planOf(tenant).actions)).toEqual(all);
  });

  it('observe shows what sync would do, and holds it', () => {
    const plan = planOf({ ...tenant, policy: { mode: 'observe' } });
    expect(plan.hold).toBe('observe');
    expect(said(plan.actions)).toEqual(all);
  });

  it('upsert removes nothing, tombstones neither', () => {
    const plan = planOf({ ...tenant, policy: { mode: 'upsert', quarantineMs: 5, maxDeletes: { count: 0 } } });
    expect(said(plan.actions)).toEqual(all.slice(0, 3));
    expect(plan).toMatchObject({ withheld: [], heldBack: [], quarantined: [] });
    expect(plan.unmanaged.map(({ title }) => title)).toEqual(['Unwanted', 'Buried']);
  });

  it('create only creates, and does not create beside the old name of a subscription', () => {
    const plan = planOf({ ...tenant, policy: { mode: 'create' } });
    expect(said(plan.actions)).toEqual(['create New']);
    expect(plan.standings.map(({ state }) => state)).toEqual(['differs', 'missing', 'differs']);
  });
});

describe('a create that crashed before its enable', () => {
  const crashed = { created_at: '2026-01-01T00:00:00.00Z', updated_at: '2026-01-01T00:00:00Z', enabled: false };

  it('is finished in mode create too', () => {
    const plan = planOf({ desired: [desired()], observed: [observed(crashed)], policy: { mode: 'create' } });
    expect(plan.actions).toMatchObject([{ kind: 'enable', changes: [{ field: 'enabled', from: false, to: true }] }]);
  });

  it('is finished though the entry ignores `enabled` from then on', () => {
    const plan = planOf({ desired: [desired({ ignore: ['enabled'] })], observed: [observed(crashed)] });
    expect(plan).toMatchObject({ actions: [{ kind: 'enable' }], standings: [{ state: 'differs' }] });
  });

  it.each([
    ['that another client changed later', {}, { updated_at: '2026-01-02T00:00:00Z' }],
    ['whose times are unreadable', {}, { created_at: 'then', updated_at: 'then' }],
    ['that differs in something else', { config: { delay: '9s' } }, {}],
    ['that has another title', { title: 'New name' }, {}],
    ['that git wants disabled', { enabled: false }, {}],
  ])('is not taken for one %s', (_, wanted, found) => {
    const half = observed({ ...crashed, ...found });
    const created = planOf({ desired: [desired(wanted)], observed: [half], policy: { mode: 'create' } });
    expect(created.actions).toEqual([]);
    const ignoring = planOf({ desired: [desired({ ...wanted, ignore: ['enabled'] })], observed: [half] });
    expect(ignoring.actions.flatMap((action) => ('changes' in action ? action.changes : []))).not.toContainEqual(
      expect.objectContaining({ field: 'enabled' }),
    );
  });

  it('is not assumed where the entry ignores its title and the observed title is another', () => {
    const plan = planOf({
      desired: [desired({ title: 'New name', ignore: ['title', 'enabled'] })],
      observed: [observed(crashed)],
    });
    expect(plan).toMatchObject({ actions: [], standings: [{ by: 'rename', state: 'in-sync' }] });
  });

  it('is not assumed of a foreign one, unless this process created it', () => {
    const plan = (created: string[]) =>
      planOf({
        desired: [desired()],
        observed: [observed({ ...crashed, id: 'id-1' })],
        policy: { mode: 'create', owns: [] },
        remembered: { ...NOTHING_REMEMBERED, created: new Set(created) },
      });
    expect(plan([]).actions).toEqual([]);
    expect(plan(['id-1']).actions).toMatchObject([{ kind: 'enable' }]);
  });
});

describe('a suspended subscription', () => {
  it('is not touched, but shows its differences', () => {
    const plan = planOf({ desired: [desired({ suspend: true, enabled: false })], observed: [observed()] });
    expect(plan).toMatchObject({ actions: [], standings: [{ state: 'suspended', changes: [{ field: 'enabled' }] }] });
  });

  it('is not touched until its instant has come', () => {
    const until = (suspend: string) =>
      said(planOf({ desired: [desired({ suspend, enabled: false })], observed: [observed()] }).actions);
    expect(until(at(NOW + 1))).toEqual([]);
    expect(until(at(NOW))).toEqual(['update Orders']);
    expect(until('some day')).toEqual([]);
  });

  it('is not created when it is missing, pinned or not', () => {
    const plan = planOf({
      desired: [desired({ suspend: true }), desired({ title: 'Pinned', suspend: true, id: 'gone' })],
    });
    expect(plan).toMatchObject({
      actions: [],
      conflicts: [],
      standings: [{ state: 'suspended' }, { state: 'suspended' }],
    });
  });

  it('protects its old name, its duplicates and foreign ones from every action', () => {
    const renamed = planOf({
      desired: [desired({ suspend: true, title: 'New name' })],
      observed: [observed({ title: 'Old name' })],
    });
    expect(renamed).toMatchObject({ actions: [], heldBack: [], unmanaged: [{ title: 'Old name' }] });
    expect(renamed.standings).toMatchObject([{ state: 'suspended', changes: [] }]);

    const twice = planOf({
      desired: [desired({ suspend: true })],
      observed: [observed(), observed({ url: 'https://a.tld/2' })],
    });
    expect(twice).toMatchObject({ actions: [], unmanaged: [{ url: 'https://a.tld/2' }] });

    const foreign = planOf({
      desired: [desired({ suspend: true })],
      observed: [observed()],
      policy: { owns: [], adopt: 'never' },
    });
    expect(foreign).toMatchObject({ actions: [], conflicts: [], standings: [{ state: 'suspended' }] });
  });
});

describe('with a checkout that cannot be read in full', () => {
  it('an entry that may be a new name of an owned leftover is neither created nor renamed', () => {
    const plan = planOf({
      desired: [desired({ title: 'New name' })],
      observed: [observed({ title: 'Old name' })],
      checkoutValid: false,
    });
    expect(plan.actions).toEqual([]);
    expect(plan.conflicts).toMatchObject([
      { title: 'New name', reason: expect.stringContaining('Fix the broken file first') },
    ]);
    expect(plan.unmanaged.map(({ title }) => title)).toEqual(['Old name']);
  });

  it('an entry that is certainly new is created, and one found by its title is updated', () => {
    const plan = planOf({
      desired: [desired({ title: 'New', url: 'https://a.tld/new' }), desired({ enabled: false })],
      observed: [observed(), observed({ title: 'Broken', url: 'https://a.tld/broken' })],
      checkoutValid: false,
    });
    expect(said(plan.actions)).toEqual(['create New', 'update Orders']);
  });
});
