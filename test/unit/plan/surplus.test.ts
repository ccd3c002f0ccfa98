import { describe, expect, it } from 'vitest';
import type { Observed } from '../../../src/subscription/subscription.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, several, said } from './plan-of.ts';

const source = { file: 'old.yaml', line: 3, column: 5 };

describe('duplicates of what is kept', () => {
  const kept = observed({ id: 'kept', url: 'https://a.tld/k', type: ['USER'], created_at: '2025-01-01T00:00:00Z' });
  const entry = desired({ url: 'https://a.tld/k', type: ['USER', 'ORDER'], config: { delay: '10s' } });
  const duplicates = (count: number, over: Partial<Observed> = {}) =>
    Array.from({ length: count }, (_, n) => observed({ ...kept, id: `duplicate-${n}`, created_at: at(n), ...over }));
  const at = (n: number): string => new Date(Date.parse('2026-01-01T00:00:00Z') + n).toISOString();
  const none: { policy: { maxDeletes: { count: number } } } = { policy: { maxDeletes: { count: 1 } } };

  it.each<[string, Partial<Observed>]>([
    ['has all as the kept one has it', {}],
    ['has its title in another spelling', { title: ' Orders ' }],
    ['has its categories as the entry wants them', { type: ['ORDER', 'USER'] }],
    ['has its config as the entry wants it', { config: { delay: '10s', max_package_size: 10_240 } }],
    ['has its url in another spelling', { url: 'https://A.tld:443/k' }],
    ['is disabled', { enabled: false }],
  ])('are not counted by max-deletes where one %s', (_, over) => {
    const plan = planOf({ desired: [entry], observed: [kept, ...duplicates(2, over)], ...none });
    expect(plan.withheld).toEqual([]);
    expect(said(plan.actions).slice(1)).toEqual(Array(2).fill(`delete ${over.title ?? 'Orders'} (surplus)`));
  });

  it.each<[string, Partial<Observed>]>([
    ['another url', { url: 'https://a.tld/other' }],
    ['other categories', { type: ['ALL'] }],
    ['the delay of one and the size of another', { config: { delay: '10s', max_package_size: 1 } }],
  ])('are counted by max-deletes where one has %s', (_, over) => {
    const plan = planOf({ desired: [entry], observed: [kept, ...duplicates(2, over)], ...none });
    expect(plan.withheld).toMatchObject([{ guard: 'max-deletes', deletes: 2 }]);
  });

  it('count under max-deletes where they are enabled and the kept one is and stays disabled', () => {
    const disabled = { ...kept, title: 'Orders', enabled: false };
    const plan = (over: object) =>
      planOf({
        desired: [{ ...entry, ...over }],
        observed: [disabled, ...duplicates(2, { title: 'Orders  ' })],
        ...none,
      });
    expect(plan({ enabled: false }).withheld).toMatchObject([{ guard: 'max-deletes' }]);
    expect(plan({ enabled: true }).withheld).toEqual([]);
  });

  it('include those of the title that the kept one has so far', () => {
    const plan = planOf({
      desired: [desired({ title: 'People', url: 'https://a.tld/k', id: 'kept' })],
      observed: [kept, ...duplicates(1)],
    });
    expect(plan.actions[1]).toMatchObject({ kind: 'delete', because: 'surplus', kept: 'kept', isEqual: true });
  });

  it('are deleted without approval up to twenty', () => {
    const plan = (count: number) => planOf({ desired: [entry], observed: [kept, ...duplicates(count)], ...none });
    expect(plan(20).withheld).toEqual([]);
    expect(plan(21)).toMatchObject({
      actions: [{ kind: 'update' }],
      withheld: [{ guard: 'max-surplus', deletes: 21, howToLift: expect.stringContaining('state: absent') }],
    });
  });

  it('are deleted without approval up to as many as are kept and not younger than the youngest of them', () => {
    const plan = (created_at: string) => {
      const others = several(24, 'Kept', { created_at });
      return planOf({
        desired: [entry, ...others.map(({ title, url }) => desired({ title, url }))],
        observed: [kept, ...others, ...duplicates(25)],
        ...none,
      });
    };
    expect(plan('2025-01-01T00:00:00Z').withheld).toEqual([]);
    for (const later of ['2026-02-01T00:00:00Z', 'some day'])
      expect(plan(later).withheld).toMatchObject([{ guard: 'max-surplus', deletes: 25 }]);
  });

  it('stay where maxDeletes is 0', () => {
    const plan = planOf({
      desired: [entry],
      observed: [kept, ...duplicates(1)],
      policy: { maxDeletes: { count: 0 } },
    });
    expect(plan.withheld).toMatchObject([
      { guard: 'max-surplus', deletes: 1, howToLift: expect.stringContaining('policy.maxDeletes is 0') },
    ]);
  });

  it('are deleted by a tombstone with their id, whatever guard withholds them', () => {
    const plan = planOf({
      desired: [entry],
      tombstones: [{ title: 'Orders', id: 'duplicate-0', source }],
      observed: [kept, ...duplicates(1)],
      policy: { maxDeletes: { count: 0 } },
    });
    expect(said(plan.actions)).toEqual(['update Orders', 'delete Orders (tombstone)']);
  });

  it('are disabled first under quarantine', () => {
    const plan = planOf({ desired: [entry], observed: [kept, ...duplicates(1)], policy: { quarantineMs: 1000 } });
    expect(said(plan.actions)).toEqual(['update Orders', 'quarantine Orders (surplus)']);
  });
});
