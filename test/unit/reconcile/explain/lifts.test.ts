import { describe, expect, it } from 'vitest';
import type { Guard, Settlement } from '../../../../src/plan/plan.ts';
import { liftsOf } from '../../../../src/reconcile/explain/ways-out.ts';
import { REMOVED, said, situation, unwanted, wanted, withheldBy } from '../../../support/explained.ts';
import { observed } from '../../../support/subscriptions.ts';

describe('the ways to lift a guard', () => {
  it('are a tombstone, which is the safer one, and a limit for this once', () => {
    const withheld = unwanted('Withheld', { ...REMOVED, guards: ['max-deletes'] });
    expect(liftsOf(withheld, situation({ withheld: withheldBy('max-deletes') }))).toEqual([
      { what: 'Write a tombstone in git: it passes the guard.', yaml: '- title: Orders\n  state: absent\n' },
      {
        what: 'Allow it in the configuration for this once, then take it back.',
        yaml: 'policy:\n  maxDeletes: 2\n',
      },
    ]);
  });

  it('name the id, where another subscription has the same title', () => {
    const id = '12345678-1234-4234-8234-123456789abc';
    const one = unwanted('Withheld', { id, guards: ['max-deletes'], sharesTitle: true });
    const [tombstone] = liftsOf(one, situation({ withheld: withheldBy('max-deletes') }));
    expect(tombstone?.yaml).toBe(`- title: Orders\n  state: absent\n  reconcile:\n    id: ${id}\n`);
  });

  it('lift all guards that settings can lift, and say what it waits for then', () => {
    const guards = ['empty-checkout', 'max-deletes', 'unfinished', 'freeze'] as const;
    const [, setting] = liftsOf(unwanted('Withheld', { guards }), situation({ withheld: withheldBy(...guards) }));
    expect(setting).toEqual({
      what: 'Allow it in the configuration for this once, then take it back. It then waits for unfinished alone. It is deleted once the freeze has ended.',
      yaml: 'policy:\n  allowEmpty: true\n  maxDeletes: 2\n',
    });
  });

  it('are no tombstone, where it has one or where tombstones count too', () => {
    const owned = situation({
      withheld: withheldBy('max-deletes'),
      policy: { ...situation().policy, tombstones: 'owned' },
    });
    const setting = [{ yaml: 'policy:\n  maxDeletes: 2\n' }];
    expect(liftsOf(unwanted('Withheld', { guards: ['max-deletes'] }), owned)).toMatchObject(setting);
    const buried = unwanted('Withheld', { guards: ['max-deletes'], because: 'tombstone' });
    expect(liftsOf(buried, owned)).toMatchObject(setting);
  });

  it('are none while files have errors, in a freeze alone, and where nothing is withheld', () => {
    const of = (...guards: readonly Guard[]) =>
      liftsOf(unwanted('Withheld', { guards }), situation({ withheld: withheldBy(...guards) }));
    expect(of('invalid-checkout', 'max-deletes')).toEqual([]);
    expect(of('freeze')).toEqual([]);
    expect(liftsOf(unwanted('Pending'), situation())).toEqual([]);
  });
});

describe('the ways to settle a conflict', () => {
  const id = '12345678-1234-4234-8234-123456789abc';
  const settlement: Settlement = {
    why: `"Old" (${id}), which is not owned, has the same url.`,
    other: observed({ id, title: 'Old' }),
    ways: ['pin', 'beside', 'delete'],
    mayOwn: true,
  };
  const error = { message: `${settlement.why} To settle it, take it over (reconcile.id: ${id}).` };
  const conflict = (over: Partial<Settlement> = {}, beside: readonly string[] = []) =>
    wanted('Conflict', { beside }, undefined, { error, settlement: { ...settlement, ...over } });
  const yamlOf = (one: ReturnType<typeof conflict>) => liftsOf(one, situation()).map(({ yaml }) => yaml);

  it('are texts to copy, into the entry and beside it', () => {
    expect(yamlOf(conflict())).toEqual([
      `reconcile:\n  id: ${id}\n`,
      `reconcile:\n  beside: [${id}]\n`,
      `- title: Old\n  state: absent\n  reconcile:\n    id: ${id}\n`,
    ]);
    expect(yamlOf(conflict({ ways: ['adopt-title'] }))).toEqual(['policy:\n  adopt: title\n']);
  });

  it('keep those that are meant to be there already', () => {
    expect(yamlOf(conflict({ ways: ['beside'] }, ['a', 'b']))).toEqual([`reconcile:\n  beside: [a, b, ${id}]\n`]);
    const many = Array.from({ length: 1000 }, (_, n) => `id-${n}`);
    const [lift] = liftsOf(conflict({ ways: ['beside'] }, many), situation());
    expect(lift).toMatchObject({ what: expect.stringContaining('adding it'), yaml: `reconcile:\n  beside: [${id}]\n` });
  });

  it('are counted in the explanation, which has the reason once', () => {
    expect(said(conflict())).toBe(
      `It cannot be carried out without a decision. "Old" (${id}), which is not owned, has the same url. There are 3 ways out, below; another is to let policy.owns cover it. Meanwhile it is not created, and nothing is pruned (deleted because git no longer wants it). No harm meanwhile: the one on the tenant still delivers these events to the same url.`,
    );
    expect(said(conflict({ ways: ['beside'], mayOwn: false }))).toContain('There is one way out, below. Meanwhile');
  });

  it.each([
    ['the same', {}, /No harm meanwhile/],
    [
      'nothing',
      { enabled: false },
      /The one on the tenant is disabled, so the events of this entry are not delivered\./,
    ],
    [
      'elsewhere',
      { url: 'https://old.example.com/' },
      /The one on the tenant is enabled, but events go to its url, not to the one in git\./,
    ],
    ['less', { type: ['USER'] }, /is enabled, but those of all other categories than those on the tenant are not del/],
  ])('say what is so meanwhile, where the other delivers %s', (_, theirs, text) => {
    const other = observed({ id, ...theirs });
    const one = wanted('Conflict', { type: ['ALL'] }, undefined, { error, settlement: { ...settlement, other } });
    expect(said(one)).toMatch(text);
    expect(said({ ...one, settlement: { ...settlement, other, mayOwn: false } })).not.toMatch(text);
  });

  it.each([
    [{ title: 'Orders' }, 'Nothing of it changes. Its delivery queue stays.'],
    [{}, 'Its title then becomes what git wants; the categories stay. Its delivery queue stays.'],
    [
      { type: ['USER'] },
      'Its title and type then become what git wants: other categories of events are delivered than now. Its delivery queue stays.',
    ],
    [
      { title: 'Orders', url: 'https://old.example.com/' },
      'Its url then becomes what git wants: the url it has now gets nothing more. Its delivery queue stays.',
    ],
  ])('say what a takeover changes: %o', (theirs, text) => {
    const other = observed({ id, title: 'Old', ...theirs });
    const one = wanted('Conflict', { type: ['ALL'] }, undefined, { error, settlement: { ...settlement, other } });
    expect(liftsOf(one, situation())[0]?.what).toBe(`Take it over: in the entry, name its id. ${text}`);
  });

  it('are none where the message alone says them', () => {
    expect(liftsOf(wanted('Conflict', {}, undefined, { error }), situation())).toEqual([]);
  });
});
