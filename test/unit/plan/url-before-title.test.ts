import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, said } from './plan-of.ts';

const U1 = 'https://a.tld/1';
const U2 = 'https://a.tld/2';
const U3 = 'https://a.tld/3';

const a1 = observed({ id: 'a1', title: 'A', url: U1 });
const b2 = observed({ id: 'b2', title: 'B', url: U2 });

function paired({ standings }: Plan): (string | undefined)[] {
  return standings.map(({ desired: { title }, observed: found }) => `${title}: ${found?.id}`);
}

describe('a delivery queue', () => {
  it('stays with its receiver in a chain of titles', () => {
    const plan = planOf({
      desired: [desired({ title: 'B', url: U1 }), desired({ title: 'C', url: U2 })],
      observed: [a1, b2],
    });
    expect(paired(plan)).toEqual(['B: a1', 'C: b2']);
    expect(said(plan.actions)).toEqual(['update A → B', 'update B → C']);
  });

  it.each([
    ['titles', [desired({ title: 'B', url: U1 }), desired({ title: 'A', url: U2 })]],
    ['urls, which is the same commit', [desired({ title: 'A', url: U2 }), desired({ title: 'B', url: U1 })]],
  ])('stays with its receiver in a swap of %s, and the plan says that titles move', (_, entries) => {
    const plan = planOf({ desired: entries, observed: [a1, b2] });
    expect(paired(plan)).toEqual(['A: b2', 'B: a1']);
    expect(plan.actions.map((action) => 'changes' in action && action.changes.map(({ field }) => field))).toEqual([
      ['title'],
      ['title'],
    ]);
    expect(plan.warnings).toEqual([
      expect.stringMatching(/^"A" takes over b2, titled "B" so far.*titles move/),
      expect.stringMatching(/^"B" takes over a1, titled "A" so far.*titles move/),
    ]);
  });

  it('stays with its receiver in a cycle of three', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U2 }), desired({ title: 'B', url: U3 }), desired({ title: 'C', url: U1 })],
      observed: [a1, b2, observed({ id: 'c3', title: 'C', url: U3 })],
    });
    expect(paired(plan)).toEqual(['A: b2', 'B: c3', 'C: a1']);
    expect(plan.warnings).toHaveLength(3);
  });

  it('stays with its receiver where its old title is created again, and the plan says so', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U2 }), desired({ title: 'New', url: U1 })],
      observed: [a1],
    });
    expect(said(plan.actions)).toEqual(['create A', 'update A → New']);
    expect(plan.warnings).toEqual([expect.stringContaining('"New" takes over a1, titled "A" so far')]);
  });

  it('stays with its receiver though the subscription with the title of its entry becomes a leftover', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U2 })],
      observed: [a1, observed({ id: 'x2', title: 'X', url: U2 })],
    });
    expect(said(plan.actions)).toEqual(['update X → A', 'delete A (surplus)']);
  });

  it('is found by title and url first, whatever else has its url', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U1 }), desired({ title: 'B', url: U1 })],
      observed: [a1, observed({ id: 'b1', title: 'B', url: U1 })],
    });
    expect(plan.actions).toEqual([]);
  });
});

describe('a url that is not unique', () => {
  it.each([
    [
      'among the entries, one of them suspended',
      {
        desired: [desired({ title: 'A', url: U2 }), desired({ title: 'S', url: U2, suspend: true as const })],
        observed: [],
      },
    ],
    ['among the owned', { desired: [desired({ title: 'A', url: U2 })], observed: [observed({ title: 'C', url: U2 })] }],
    [
      'among the owned, one of them with a tombstone',
      {
        desired: [desired({ title: 'A', url: U2 })],
        observed: [observed({ title: 'Old', url: U2 })],
        tombstones: [{ title: 'Old', source: { file: 'old.yaml', line: 1, column: 1 } }],
      },
    ],
  ])('%s, comes after the title', (_, { observed: others, ...input }) => {
    const plan = planOf({ ...input, observed: [a1, b2, ...others] });
    expect(plan.standings[0]).toMatchObject({ observed: { id: 'a1' }, by: 'title' });
  });

  it('is unique among the owned though foreign ones have it too', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U2 })],
      observed: [a1, b2, observed({ title: 'Theirs', url: U2 })],
      policy: { owns: [{ title: '?' }, { title: 'A' }, { title: 'B' }] },
    });
    expect(plan.standings).toMatchObject([{ observed: { id: 'b2' }, by: 'rename' }]);
  });
});

describe('an entry that takes part by title only', () => {
  it.each([
    ['suspended', { suspend: true as const }],
    ['ignoring its title', { ignore: ['title' as const] }],
    ['ignoring its url', { ignore: ['url' as const] }],
  ])('%s, takes what has its title before another takes it by url, and nothing by url', (_, apart) => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U2, ...apart }), desired({ title: 'C', url: U1 })],
      observed: [a1, b2],
    });
    expect(paired(plan)).toEqual(['A: a1', 'C: undefined']);
  });

  it('pinned, takes its own, and the entry of the title of that one is created', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U1, id: 'b2' }), desired({ title: 'B', url: U2 })],
      observed: [a1, b2],
    });
    expect(plan.standings[0]).toMatchObject({ observed: { id: 'b2' }, by: 'id' });
    expect(plan.standings[1]).toMatchObject({ state: 'missing' });
  });

  it('in conflict, lets no other entry take a subscription of its title by url', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U2, id: 'gone' }), desired({ title: 'C', url: U1 })],
      observed: [a1],
    });
    expect(paired(plan)).toEqual(['A: undefined', 'C: undefined']);
    expect(said(plan.actions)).toEqual(['create C']);
    expect(plan.unmanaged).toEqual([a1]);
    expect(plan.warnings).toContainEqual(expect.stringContaining('"C" is new, and "A" (a1), which is owned and kept'));
  });
});

describe('with a checkout that cannot be read in full, a url', () => {
  it('moves between entries that can be read', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U2 }), desired({ title: 'B', url: U1 })],
      observed: [a1, b2],
      checkoutValid: false,
    });
    expect(said(plan.actions)).toEqual(['update B → A', 'update A → B']);
  });

  it('is not moved where the entry of its title may be the one that cannot be read', () => {
    const plan = planOf({ desired: [desired({ title: 'A', url: U2 })], observed: [a1, b2], checkoutValid: false });
    expect(plan).toMatchObject({ actions: [], conflicts: [{ title: 'A' }], unmanaged: [{ id: 'a1' }, { id: 'b2' }] });
  });

  it('of a leftover that an entry in conflict may mean is not delivered to twice', () => {
    const plan = planOf({
      desired: [desired({ title: 'B', url: U1 }), desired({ title: 'C', url: U2 })],
      observed: [a1, b2, observed({ title: 'B', url: U2 })],
      checkoutValid: false,
    });
    expect(plan.actions).toEqual([]);
    expect(plan.conflicts.map(({ title }) => title)).toEqual(['B', 'C']);
  });

  it('that several have gives its leftovers to no entry', () => {
    const plan = planOf({
      desired: [desired({ title: 'C', url: U2 }), desired({ title: 'D', url: U2 })],
      observed: [b2],
      checkoutValid: false,
    });
    expect(said(plan.actions)).toEqual(['create D']);
    expect(plan.conflicts).toMatchObject([{ title: 'C', reason: expect.stringContaining('Fix the broken file') }]);
  });
});

describe('a leftover of a shared url', () => {
  it('that is a duplicate of what another entry took is taken too', () => {
    const plan = planOf({
      desired: [desired({ title: 'A', url: U1 }), desired({ title: 'B', url: U1 })],
      observed: [a1, observed({ id: 'a1-2', title: 'A', url: U1, created_at: '2026-02-01T00:00:00Z' })],
    });
    expect(paired(plan)).toEqual(['A: a1', 'B: a1-2']);
  });

  it('is not taken by an entry that names it in reconcile.beside, and is kept', () => {
    const plan = planOf({
      desired: [
        desired({ title: 'C', url: U2, beside: ['b2'] }),
        desired({ title: 'D', url: U2, beside: ['b2'], type: ['USER'] }),
      ],
      observed: [b2],
    });
    expect(said(plan.actions)).toEqual(['create C', 'create D']);
    expect(plan.unmanaged).toEqual([b2]);
  });
});
