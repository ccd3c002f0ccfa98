/** What a checkout may take over and delete by tombstones, by default and where the configuration says `owned`. */
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/config/config.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, several, said } from './plan-of.ts';

const source = { file: 'old.yaml', line: 1, column: 1 };
const owns: Policy['owns'] = [{ url: 'https://own.tld/*' }];
const tombstones = (titles: readonly string[]) => titles.map((title) => ({ title, source }));

describe('tombstones of thirty subscriptions that are not ours', () => {
  const foreign = several(30, 'Foreign');
  const planUnder = (policy: Partial<Policy>) =>
    planOf({
      tombstones: tombstones(foreign.map(({ title }) => title)),
      observed: foreign,
      policy: { owns, maxDeletes: { count: 1 }, ...policy },
    });

  it('delete all of them by default', () => {
    expect(planUnder({})).toMatchObject({ actions: { length: 30 }, withheld: [] });
  });

  it('delete none where policy.tombstones is owned, and a warning for each says why', () => {
    const plan = planUnder({ tombstones: 'owned' });
    expect(plan).toMatchObject({ actions: [], withheld: [], heldBack: [] });
    expect(plan.unmanaged).toHaveLength(30);
    expect(plan.warnings.filter((warning) => warning.includes('policy.tombstones'))).toHaveLength(30);
    expect(plan.warnings[0]).toMatch(/^Tombstone "Foreign 0": .* is not owned .* policy\.tombstones is owned/);
  });

  it('delete none by id either', () => {
    const [one] = foreign;
    const plan = planOf({
      tombstones: [{ title: 'Foreign 0', id: one!.id, source }],
      observed: [one!],
      policy: { owns, tombstones: 'owned' },
    });
    expect(plan).toMatchObject({ actions: [], warnings: [expect.stringContaining('is not owned')] });
  });
});

describe('tombstones of what is ours, where policy.tombstones is owned,', () => {
  const ours = (count: number) =>
    Array.from({ length: count }, (_, n) => observed({ title: `Old ${n}`, url: `https://own.tld/${n}` }));
  const policy = { owns, tombstones: 'owned' as const, maxDeletes: { count: 1 } };

  it('are carried out up to policy.maxDeletes', () => {
    expect(said(planOf({ tombstones: tombstones(['Old 0']), observed: ours(1), policy }).actions)).toEqual([
      'delete Old 0 (tombstone)',
    ]);
  });

  it('are all withheld above it, together with what is pruned', () => {
    const plan = planOf({ tombstones: tombstones(['Old 0']), observed: ours(2), policy });
    expect(plan).toMatchObject({ actions: [], withheld: [{ guard: 'max-deletes', deletes: 2 }] });
    expect(plan.withheld[0]?.howToLift).toContain('policy.maxDeletes: 2');
    expect(plan.withheld[0]?.howToLift).not.toContain('state: absent');
  });

  it('count as managed in a share, and against it', () => {
    const planOfTen = (going: number) =>
      planOf({
        desired: ours(10)
          .slice(going)
          .map(({ title, url }) => desired({ title, url })),
        tombstones: tombstones(ours(going).map(({ title }) => title)),
        observed: ours(10),
        policy: { ...policy, maxDeletes: { percent: 20 } },
      });
    expect(said(planOfTen(2).actions)).toHaveLength(2);
    expect(planOfTen(3)).toMatchObject({ actions: [], withheld: [{ guard: 'max-deletes', deletes: 3 }] });
  });

  it('still pass the guard of an empty checkout', () => {
    const plan = planOf({
      tombstones: tombstones(['Old 0']),
      observed: ours(1),
      policy: { ...policy, allowEmpty: false },
    });
    expect(said(plan.actions)).toEqual(['delete Old 0 (tombstone)']);
  });

  it('leave foreign subscriptions of the same title alone', () => {
    const [one] = ours(1);
    const plan = planOf({
      tombstones: tombstones(['Old 0']),
      observed: [one!, observed({ id: 'foreign', title: 'Old 0', url: 'https://a.tld/' })],
      policy,
    });
    expect(plan.actions).toMatchObject([{ kind: 'delete', observed: { id: one!.id } }]);
    expect(plan.unmanaged).toMatchObject([{ id: 'foreign' }]);
  });
});

describe('a pin on a subscription that is not ours', () => {
  const planUnder = (policy: Partial<Policy>, over: Parameters<typeof desired>[0] = {}) =>
    planOf({
      desired: [desired({ id: 'foreign', url: 'https://own.tld/mine', ...over })],
      observed: [observed({ id: 'foreign', title: 'Theirs', url: 'https://a.tld/theirs' })],
      policy: { owns, ...policy },
    });

  it('takes it over by default', () => {
    expect(said(planUnder({}).actions)).toEqual(['update Theirs → Orders']);
  });

  it('is a conflict where policy.pins is owned, whatever policy.adopt says', () => {
    for (const adopt of ['exact', 'title'] as const) {
      const plan = planUnder({ pins: 'owned', adopt });
      expect(plan).toMatchObject({ actions: [], conflicts: [{ title: 'Orders', id: 'foreign' }] });
      expect(plan.conflicts[0]?.reason).toMatch(/"Theirs" \(foreign\) .*is not owned .*policy\.pins is owned/);
    }
  });

  it('leaves a suspended entry suspended', () => {
    expect(planUnder({ pins: 'owned' }, { suspend: true })).toMatchObject({
      actions: [],
      conflicts: [],
      standings: [{ state: 'suspended' }],
    });
  });

  it('still holds where the subscription is ours', () => {
    const plan = planOf({
      desired: [desired({ id: 'ours', url: 'https://own.tld/new' })],
      observed: [observed({ id: 'ours', title: 'Old', url: 'https://own.tld/old' })],
      policy: { owns, pins: 'owned' },
    });
    expect(said(plan.actions)).toEqual(['update Old → Orders']);
  });
});

describe('what stands in the way of an entry', () => {
  it('is not to be settled by a pin or a tombstone that the configuration refuses', () => {
    const reasonsUnder = (policy: Partial<Policy>) => {
      const plan = planOf({
        desired: [
          desired({ title: 'New', url: 'https://a.tld/x' }),
          desired({ title: 'Moved', url: 'https://a.tld/y' }),
        ],
        observed: [
          observed({ title: 'Theirs', url: 'https://a.tld/x' }),
          observed({ title: 'Moved', url: 'https://a.tld/z' }),
        ],
        policy: { owns, ...policy },
      });
      return plan.conflicts.map(({ reason }) => reason).join('\n');
    };
    expect(reasonsUnder({})).toMatch(/reconcile\.id.*tombstone|tombstone.*reconcile\.id/s);
    expect(reasonsUnder({ pins: 'owned' })).not.toMatch(/take it over|pin it/);
    expect(reasonsUnder({ tombstones: 'owned' })).not.toContain('tombstone');
  });
});

describe('an entry that ignores the url', () => {
  const planAt = (url: string, over: Parameters<typeof desired>[0] = {}) =>
    planOf({
      desired: [desired({ id: 'id-1', url: 'https://hooks.tenant.tld/a', ignore: ['url'], ...over })],
      observed: [observed({ id: 'id-1', url, enabled: false })],
      policy: { hosts: ['hooks.tenant.tld'] },
    });

  it('enables nothing that delivers to a host outside policy.hosts', () => {
    for (const url of ['https://evil.tld/a', 'https://hooks.tenant.tld\\@evil.tld/a']) {
      const plan = planAt(url);
      expect(plan).toMatchObject({ actions: [], conflicts: [{ id: 'id-1' }] });
      expect(plan.conflicts[0]?.reason).toContain('outside policy.hosts');
    }
  });

  it('is carried out within them, and where it manages its url', () => {
    expect(said(planAt('https://hooks.tenant.tld/b').actions)).toEqual(['enable Orders']);
    expect(said(planAt('https://evil.tld/a', { ignore: [] }).actions)).toEqual(['update Orders']);
  });
});
