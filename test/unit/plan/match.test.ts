import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, said } from './plan-of.ts';

const A = 'https://hooks.example.com/a';
const B = 'https://hooks.example.com/b';

function pairedIds({ standings }: Plan): (string | undefined)[] {
  return standings.map((standing) => standing.observed?.id);
}

describe('a subscription that is on the tenant under its title', () => {
  it('is left alone when it means the same', () => {
    const plan = planOf({
      desired: [
        desired({ type: ['USER', 'ORDER'], config: { delay: '60s' }, url: 'https://Hooks.Example.com:443/orders' }),
      ],
      observed: [observed({ type: ['ORDER', 'USER'], config: { delay: '1m' } })],
    });
    expect(plan).toMatchObject({
      actions: [],
      conflicts: [],
      warnings: [],
      standings: [{ state: 'in-sync', by: 'title' }],
    });
  });

  it('is recognised however spaces and accents of the title are written; an identical title comes first', () => {
    const spaced = desired({ title: ' Cafe\u0301', url: B });
    const written = observed({ id: 'written', title: 'Caf\u00e9', url: B });
    expect(planOf({ desired: [spaced], observed: [written] })).toMatchObject({
      actions: [],
      standings: [{ state: 'in-sync', by: 'title' }],
    });
    const alike = observed({ id: 'alike', title: ' Cafe\u0301', url: B, created_at: '2026-05-01T00:00:00Z' });
    expect(pairedIds(planOf({ desired: [spaced], observed: [written, alike] }))).toEqual(['alike']);
    const twice = planOf({
      desired: [spaced],
      observed: [written, observed({ id: 'other', title: 'Caf\u00e9', url: A })],
    });
    expect(twice.actions).toMatchObject([{ kind: 'delete', because: 'surplus', kept: 'written' }]);
  });

  it('is given the title of git where that has other spaces within', () => {
    const written = observed({ id: 'written', title: 'Users  hook', url: A });
    expect(planOf({ desired: [desired({ title: 'Users hook', url: A })], observed: [written] }).actions).toMatchObject([
      { kind: 'update', changes: [{ field: 'title', from: 'Users  hook', to: 'Users hook' }] },
    ]);
  });

  it('is the one with the same url where there are several, however that is spelled', () => {
    const plan = planOf({
      desired: [desired({ url: B })],
      observed: [
        observed({ id: 'older', url: A, created_at: '2020-01-01T00:00:00Z' }),
        observed({ id: 'same-url', url: 'https://HOOKS.example.com/b' }),
      ],
    });
    expect(pairedIds(plan)).toEqual(['same-url']);
  });

  it('is the owned one rather than a foreign one', () => {
    const plan = planOf({
      desired: [desired({ url: B })],
      observed: [
        observed({ id: 'foreign', url: 'https://other.tld/x', created_at: '2020-01-01T00:00:00Z' }),
        observed({ id: 'owned', url: A }),
      ],
      policy: { owns: [{ url: 'https://hooks.example.com/*' }], adopt: 'title' },
    });
    expect(pairedIds(plan)).toEqual(['owned']);
  });

  it('is one that is enabled where it is to be, though another is older', () => {
    const several = [
      observed({ id: 'older', enabled: false, created_at: '2020-01-01T00:00:00Z' }),
      observed({ id: 'enabled' }),
    ];
    expect(pairedIds(planOf({ desired: [desired()], observed: several }))).toEqual(['enabled']);
    expect(pairedIds(planOf({ desired: [desired({ enabled: false })], observed: several }))).toEqual(['older']);
  });

  it('is the oldest otherwise, by the instant and not by the text, then the one with the lowest id', () => {
    const older = '2026-01-01T00:00:00Z';
    const newer = '2026-01-01T00:00:00.001Z';
    const among = (...several: [string, string][]): (string | undefined)[] =>
      pairedIds(
        planOf({ desired: [desired()], observed: several.map(([id, created_at]) => observed({ id, created_at })) }),
      );
    expect(among(['a', newer], ['b', older])).toEqual(['b']);
    expect(among(['b', older], ['a', '2026-01-01T00:00:00.00Z'])).toEqual(['a']);
  });

  it('is the one with the same url rather than an owned one, and a conflict where that may not be taken', () => {
    const several = [observed({ id: 'foreign', url: A }), observed({ id: 'owned', url: B })];
    const plan = (adopt: 'never' | 'exact') =>
      planOf({ desired: [desired({ url: A })], observed: several, policy: { owns: [{ url: B }], adopt } });
    expect(pairedIds(plan('exact'))).toEqual(['foreign']);
    expect(plan('never')).toMatchObject({ actions: [], conflicts: [{ id: 'foreign' }] });
  });

  it('has its owned duplicates pruned and its foreign ones reported', () => {
    const plan = planOf({
      desired: [desired({ url: A })],
      observed: [
        observed({ id: 'kept', url: A }),
        observed({ id: 'surplus', url: B }),
        observed({ id: 'foreign', url: 'https://other.tld/x' }),
      ],
      policy: { owns: [{ url: 'https://hooks.example.com/*' }] },
    });
    expect(said(plan.actions)).toEqual(['delete Orders (surplus)']);
    expect(plan.unmanaged.map(({ id }) => id)).toEqual(['foreign']);
    expect(plan.warnings.join()).toContain('"Orders" exists twice: kept is managed here, foreign is not owned');
  });

  it('is listed once even if two answers of the API brought it', () => {
    const first = observed({ enabled: false });
    const later = { ...first, enabled: true, updated_at: '2026-01-02T00:00:00Z' };
    expect(planOf({ desired: [desired()], observed: [later, first] })).toMatchObject({ actions: [], heldBack: [] });
  });
});

describe('a subscription whose title changed in the checkout', () => {
  it('is updated in place, so that its delivery queue survives', () => {
    const plan = planOf({
      desired: [desired({ title: 'People', url: A })],
      observed: [observed({ title: 'Users', url: 'https://HOOKS.example.com/a' })],
    });
    expect(said(plan.actions)).toEqual(['update Users → People']);
    expect(plan.standings).toMatchObject([{ by: 'rename' }]);
  });

  it('may be paired with a former duplicate of another one', () => {
    const plan = planOf({
      desired: [desired({ title: 'Orders', url: A }), desired({ title: 'Orders 2', url: B })],
      observed: [observed({ url: A }), observed({ url: B })],
    });
    expect(said(plan.actions)).toEqual(['update Orders → Orders 2']);
  });

  it('is paired with the oldest of several that have its url, and the others are pruned', () => {
    const plan = planOf({
      desired: [desired({ title: 'People', url: A })],
      observed: [
        observed({ title: 'Persons', url: A, created_at: '2026-01-02T00:00:00Z' }),
        observed({ title: 'Users', url: A, created_at: '2026-01-01T00:00:00Z' }),
      ],
    });
    expect(said(plan.actions)).toEqual(['update Users → People', 'delete Persons (pruned)']);
  });

  it('is paired with the first of several entries that have its url, and the others are created', () => {
    const plan = planOf({
      desired: [desired({ title: 'Staff', url: A }), desired({ title: 'People', url: A })],
      observed: [observed({ title: 'Users', url: A })],
    });
    expect(said(plan.actions)).toEqual(['create Staff', 'update Users → People']);
  });

  it('is paired, where several share a url, by equal categories first, then the oldest with the first title', () => {
    const plan = planOf({
      desired: [
        desired({ title: 'a', url: A, type: ['ORDER'] }),
        desired({ title: 'b', url: A, type: ['USER'] }),
        desired({ title: 'c', url: A, type: ['ALL'], exclude_type: ['REPORT'] }),
        desired({ title: 'd', url: A, type: ['ACCOUNT'] }),
      ],
      observed: [
        observed({ id: 'all', title: '1', url: A, created_at: '2020-01-01T00:00:00Z' }),
        observed({ id: 'user', title: '2', url: A, type: ['USER'], created_at: '2021-01-01T00:00:00Z' }),
        observed({ id: 'unlike', title: '3', url: A, type: ['REPORT'], created_at: '2022-01-01T00:00:00Z' }),
        observed({ id: 'excluding', title: '4', url: A, exclude_type: ['REPORT'] }),
      ],
    });
    expect(pairedIds(plan)).toEqual(['all', 'user', 'excluding', 'unlike']);
    expect(said(plan.actions)).toEqual(['update 1 → a', 'update 2 → b', 'update 4 → c', 'update 3 → d']);
  });

  it('frees its old title for another entry', () => {
    const plan = planOf({
      desired: [desired({ title: 'New', url: A, id: 'id-1' }), desired({ title: 'Old', url: B })],
      observed: [observed({ id: 'id-1', title: 'Old', url: A })],
    });
    expect(said(plan.actions)).toEqual(['create Old', 'update Old → New']);
  });
});

describe('an entry pinned to an id', () => {
  it('takes the subscription of that id, whatever its title and url', () => {
    const plan = planOf({
      desired: [desired({ id: 'id-1' })],
      observed: [observed({ id: 'id-1', title: 'Else', url: B }), observed({ id: 'id-2', title: 'Other', url: A })],
    });
    expect(said(plan.actions)).toEqual(['update Else → Orders', 'delete Other (pruned)']);
  });

  it('is a conflict where the tenant has no such id; nothing is created, and nothing that may be meant is pruned', () => {
    const plan = planOf({
      desired: [desired({ id: 'gone', url: A })],
      observed: [
        observed({ title: 'Orders', url: B }),
        observed({ title: 'Renamed by hand', url: A }),
        observed({ title: 'Unrelated', url: B }),
      ],
    });
    expect(plan.actions).toEqual([]);
    expect(plan.heldBack.map(({ observed: { title } }) => title)).toEqual(['Unrelated']);
    expect(plan.conflicts).toMatchObject([
      { title: 'Orders', id: 'gone', reason: expect.stringContaining('Remove reconcile.id') },
    ]);
    expect(plan.unmanaged.map(({ title }) => title)).toEqual(['Orders', 'Renamed by hand']);
    expect(plan.warnings).toHaveLength(2);
  });

  it('approves the adoption of a foreign one, except under never', () => {
    const foreign = {
      desired: [desired({ id: 'id-1', url: A })],
      observed: [observed({ id: 'id-1', title: 'Theirs', url: B })],
    };
    expect(planOf({ ...foreign, policy: { owns: [] } }).actions).toMatchObject([
      { kind: 'update', adopts: true, by: 'id' },
    ]);
    expect(planOf({ ...foreign, policy: { owns: [], adopt: 'never' } })).toMatchObject({
      actions: [],
      conflicts: [{ id: 'id-1' }],
    });
  });

  it('is a conflict where another entry pins the same', () => {
    const plan = planOf({
      desired: [desired({ title: 'One', id: 'id-1' }), desired({ title: 'Two', id: 'id-1' })],
      observed: [observed({ id: 'id-1' })],
    });
    expect(plan.actions).toEqual([]);
    expect(plan.conflicts.map(({ title }) => title)).toEqual(['One', 'Two']);
  });
});

describe('two entries of one title', () => {
  it('are conflicts however spaces and accents are written', () => {
    const plan = planOf({
      desired: [desired({ title: 'Caf\u00e9  one', url: A }), desired({ title: ' Cafe\u0301 one', url: B })],
    });
    expect(plan.actions).toEqual([]);
    expect(plan.conflicts).toHaveLength(2);
  });

  it('are conflicts: neither is created, nothing of that title is touched', () => {
    const plan = planOf({ desired: [desired({ url: A }), desired({ url: B })], observed: [observed({ url: A })] });
    expect(plan).toMatchObject({ actions: [], heldBack: [] });
    expect(plan.conflicts).toHaveLength(2);
  });
});
