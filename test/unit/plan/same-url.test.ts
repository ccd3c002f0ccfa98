import { describe, expect, it } from 'vitest';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf, said } from './plan-of.ts';

const URL = 'https://hooks.example.com/a';
const OTHER = 'https://hooks.example.com/b';
const source = { file: 'old.yaml', line: 1, column: 1 };
const OURS = [{ title: 'Ours*' }];

describe('a new entry beside a foreign subscription of its url', () => {
  const entry = desired({ title: 'Ours', url: URL });
  const theirs = observed({ id: 'theirs', title: 'Theirs', url: 'https://HOOKS.example.com:443/a' });
  const policy = { owns: OURS };
  const beside = { desired: [entry], observed: [theirs], policy };

  it('is a conflict, enabled or not: every event would come twice', () => {
    for (const enabled of [true, false]) {
      const plan = planOf({ ...beside, observed: [{ ...theirs, enabled }] });
      expect(plan).toMatchObject({ actions: [], conflicts: [{ title: 'Ours', id: 'theirs' }], unmanaged: [{}] });
      expect(plan.conflicts[0]?.reason).toContain(enabled ? 'is not owned, has' : 'is not owned and disabled, has');
    }
  });

  it.each([
    ['a pin', { desired: [{ ...entry, id: 'theirs' }] }, ['update Theirs → Ours']],
    ['to own it', { policy: { owns: 'all' as const } }, ['update Theirs → Ours']],
    [
      'a tombstone with its id',
      { tombstones: [{ title: 'Theirs', id: 'theirs', source }] },
      ['create Ours', 'delete Theirs (tombstone)'],
    ],
    ['reconcile.beside', { desired: [{ ...entry, beside: ['theirs'] }] }, ['create Ours']],
  ])('is none any more by %s', (_, way, actions) => {
    const plan = planOf({ ...beside, ...way });
    expect(plan.conflicts).toEqual([]);
    expect(said(plan.actions)).toEqual(actions);
  });

  it('names each way to settle it, and the pin only where policy.adopt allows that', () => {
    const reason = (adopt: 'exact' | 'never') =>
      planOf({ ...beside, policy: { owns: OURS, adopt } }).conflicts[0]?.reason ?? '';
    for (const way of [
      'take it over (reconcile.id: theirs)',
      'let policy.owns cover it',
      'title: "Theirs", state: absent, reconcile.id: theirs',
      'reconcile.beside: [theirs]',
    ]) {
      expect(reason('exact')).toContain(way);
    }
    expect(reason('never')).not.toContain('take it over');
    expect(
      planOf({ ...beside, desired: [{ ...entry, id: 'theirs' }], policy: { owns: OURS, adopt: 'never' } }),
    ).toMatchObject({
      conflicts: [{ id: 'theirs' }],
    });
  });

  it('is a conflict though another entry is in conflict over that one, but not once an entry has it', () => {
    const moved = desired({ title: 'Theirs', url: OTHER });
    expect(planOf({ ...beside, desired: [entry, moved] }).conflicts.map(({ title }) => title)).toEqual([
      'Ours',
      'Theirs',
    ]);
    expect(said(planOf({ ...beside, desired: [entry, { ...moved, id: 'theirs' }] }).actions)).toEqual([
      'create Ours',
      'update Theirs',
    ]);
  });

  it.each([
    ['ALL', 'ALL', true],
    ['ALL', 'USER', true],
    ['USER,ORDER', 'ORDER', true],
    ['USER', 'ORDER', false],
    ['ALL -USER', 'USER', false],
    ['USER', 'ALL -USER', false],
    ['ALL -USER', 'USER,ORDER', true],
    ['ALL -USER', 'ALL -ORDER', true],
  ])('with %s beside %s: could both deliver one event? %s', (ours, found, could) => {
    const plan = planOf({
      ...beside,
      desired: [{ ...entry, ...categories(ours) }],
      observed: [{ ...theirs, ...categories(found) }],
    });
    expect(plan.conflicts).toHaveLength(could ? 1 : 0);
    expect(said(plan.actions)).toEqual(could ? [] : ['create Ours']);
    if (!could) expect(plan.warnings).toEqual([expect.stringContaining('they share no category')]);
  });

  it('reads an empty or absent type as ALL, and disregards exclude_type without ALL', () => {
    const plan = (type: string[], exclude_type: string[] = []) =>
      planOf({ ...beside, desired: [{ ...entry, type: ['USER'] }], observed: [{ ...theirs, type, exclude_type }] });
    expect(plan([]).conflicts).toHaveLength(1);
    expect(plan(['USER'], ['USER']).conflicts).toHaveLength(1);
    expect(planOf({ ...beside, observed: [{ ...theirs, type: ['ORDER'] }] }).conflicts).toHaveLength(1);
  });

  it('is suspended, not in conflict, where it is suspended', () => {
    const plan = planOf({ ...beside, desired: [{ ...entry, suspend: true }] });
    expect(plan).toMatchObject({ actions: [], conflicts: [], standings: [{ state: 'suspended' }] });
  });
});

describe('thousands of entries beside thousands of foreign subscriptions of their url', () => {
  const names = Array.from({ length: 15 }, (_, n) => `CATEGORY_${n}`);
  const some = (bits: number) => names.filter((_, n) => (bits >> n) & 1);
  const theirs = Array.from({ length: 20_000 }, (_, n) =>
    observed({ id: `theirs-${n}`, title: `Theirs ${n}`, url: URL, type: some(n + 1) }),
  );

  // Compared each with each they take half a minute, in which nothing else is done.
  it.each([
    ['all but what these deliver', { type: ['ALL'], exclude_type: names }, 0],
    ['another category than these', { type: ['OTHER'] }, 0],
    ['the last category that any of these has', { type: ['CATEGORY_14'] }, 20_000],
  ])('that deliver %s are told from them', { timeout: 15_000 }, (_, ours, conflicts) => {
    const entries = Array.from({ length: 20_000 }, (_, n) => desired({ title: `Ours ${n}`, url: URL, ...ours }));
    const plan = planOf({ desired: entries, observed: theirs, policy: { owns: OURS } });
    expect(plan.conflicts).toHaveLength(conflicts);
    expect(plan.conflicts[0]?.id).toBe(conflicts === 0 ? undefined : 'theirs-16383');
  });
});

function categories(text: string): { type: string[]; exclude_type?: string[] } {
  const [type = '', excluded] = text.split(' -');
  return { type: type.split(','), ...(excluded && { exclude_type: [excluded] }) };
}

describe('a conflict with a subscription whose title the API may have made of ours', () => {
  it.each([
    ['Users EU', 'users eu'],
    ['Customer onboarding and accounts (live)', 'Customer onboarding and accounts'],
    ['Orders & reports', 'Orders &amp; reports'],
    ['Orders – live', 'Orders - live'],
    ['Orders – live', 'Orders  live'],
    ['Gebühren', 'Gebhren'],
    ['Gebühren', 'Gebuhren'],
    ['Gebühren & Löhne', 'Gebhren &amp; Lhne'],
  ])('says that %s may have become %s', (title, found) => {
    const plan = planOf({
      desired: [desired({ title, url: URL })],
      observed: [observed({ title: found, url: URL })],
      policy: { owns: [{ title }] },
    });
    expect(plan.conflicts[0]?.reason).toContain(`written "${title}" as "${found}"`);
  });

  it('does not say so of another title', () => {
    const plan = planOf({
      desired: [desired({ title: 'Users', url: URL })],
      observed: [observed({ title: 'Orders', url: URL })],
      policy: { owns: [{ title: 'Users' }] },
    });
    expect(plan.conflicts[0]?.reason).not.toContain('seems to have written');
  });
});

describe('a new entry beside a subscription of its url that a tombstone deletes', () => {
  const tombstones = [{ title: 'orders eu', source }];
  const input = {
    desired: [desired({ title: 'Orders EU', url: URL })],
    tombstones,
    observed: [observed({ id: 'id-1', title: 'orders eu', url: URL })],
  };

  it('is a conflict where that may be its own, written otherwise; owned or not', () => {
    for (const owns of ['all' as const, OURS]) {
      const plan = planOf({ ...input, policy: { owns } });
      expect(plan.conflicts).toMatchObject([{ title: 'Orders EU', id: 'id-1' }]);
      expect(plan.conflicts[0]?.reason).not.toContain('policy.owns');
    }
  });

  it.each([
    ['a pin', { desired: [desired({ title: 'Orders EU', url: URL, id: 'id-1' })] }, ['update orders eu → Orders EU']],
    [
      'a tombstone with its id',
      { tombstones: [{ title: 'orders eu', id: 'id-1', source }] },
      ['create Orders EU', 'delete orders eu (tombstone)'],
    ],
    [
      'reconcile.beside',
      { desired: [desired({ title: 'Orders EU', url: URL, beside: ['id-1'] })] },
      ['create Orders EU', 'delete orders eu (tombstone)'],
    ],
  ])('is none any more by %s', (_, way, actions) => {
    const plan = planOf({ ...input, ...way });
    expect(plan.conflicts).toEqual([]);
    expect(said(plan.actions)).toEqual(actions);
  });

  it('is created where that has another title or another url', () => {
    const created = (over: object) =>
      said(
        planOf({ ...input, tombstones: [{ title: 'Old', source }, ...tombstones], observed: [observed(over)] }).actions,
      );
    expect(created({ title: 'Old', url: URL })).toContain('create Orders EU');
    expect(created({ title: 'orders eu', url: OTHER })).toContain('create Orders EU');
  });
});

describe('what reconcile.beside names', () => {
  it('is never taken by its entry: not by answer, by title, by url nor as a leftover', () => {
    for (const found of [
      { title: 'Ours', url: URL },
      { title: 'Ours', url: OTHER },
      { title: 'Old', url: URL },
    ]) {
      const plan = planOf({
        desired: [desired({ title: 'Ours', url: URL, beside: ['id-1'] })],
        observed: [observed({ id: 'id-1', ...found })],
        remembered: { answered: new Map([['Ours', 'id-1']]), last: new Map(), created: new Set() },
      });
      expect(said(plan.actions)).toEqual(['create Ours']);
      expect(plan.heldBack).toEqual([]);
    }
  });

  it('causes a warning where it is gone, owned or pinned', () => {
    const plan = planOf({
      desired: [
        desired({ title: 'Ours', url: URL, beside: ['gone', 'owned', 'pinned', 'theirs'] }),
        desired({ title: 'Ours too', url: OTHER, id: 'pinned' }),
      ],
      observed: [
        observed({ id: 'owned', title: 'Ours three', url: URL }),
        observed({ id: 'pinned', title: 'Ours too', url: OTHER }),
        observed({ id: 'theirs', title: 'Theirs', url: URL }),
      ],
      policy: { owns: OURS },
    });
    const said = plan.warnings.filter((warning) => warning.startsWith('"Ours" names'));
    expect(said).toEqual([
      expect.stringContaining('gone in reconcile.beside, which is not on the tenant'),
      expect.stringContaining('owned in reconcile.beside, which is owned'),
      expect.stringContaining('pinned in reconcile.beside, which "Ours too" pins'),
    ]);
  });
});
