/** Tenants, checkouts and policies from a vocabulary so small that titles, urls and ids collide all the time. */
import { fc } from '@fast-check/vitest';
import type { Owns, Policy } from '../../src/config/config.ts';
import { compileOwns } from '../../src/config/owns.ts';
import { titleKey } from '../../src/subscription/fields.ts';
import type { PassInput } from '../../src/plan/plan-pass.ts';
import type { Desired, Observed, Tombstone } from '../../src/subscription/subscription.ts';

export const NOW = Date.parse('2026-06-01T12:00:00Z');
export const HOUR_MS = 3_600_000;

const titles = fc.constantFrom('own a', 'own a ', 'Own A', 'own b', 'own  b', 'own c', 'd', 'e');
const urls = fc.constantFrom(
  'https://own.tld/1',
  'https://OWN.tld:443/1',
  'https://own.tld/2',
  'https://own.tld/3',
  'https://other.tld/1',
);
const ids = fc.constantFrom('id-0', 'id-1', 'id-2', 'id-3', 'id-4', 'id-5', 'id-6', 'id-7');
const delays = fc.constantFrom('5s', '60s', '1m');
const categories = fc.constantFrom<(readonly string[])[]>(['ALL'], ['USER'], ['ORDER', 'USER'], ['USER', 'ORDER']);
const exclusions = fc.constantFrom<(readonly string[])[]>([], ['REPORT']);
const instants = fc.integer({ min: -48, max: 0 }).map((hours) => new Date(NOW + hours * HOUR_MS).toISOString());

const subscription: fc.Arbitrary<Observed> = fc
  .record({
    id: ids,
    created_at: instants,
    updated_at: instants,
    title: titles,
    url: urls,
    type: categories,
    exclude_type: exclusions,
    enabled: fc.boolean(),
    config: fc.record({ delay: delays, max_package_size: fc.constantFrom(1000, 2000) }, { requiredKeys: [] }),
  })
  .map(excludingBesideAll);

function excludingBesideAll<T extends { type?: readonly string[]; exclude_type?: readonly string[] }>(
  drawn: T,
): Omit<T, 'exclude_type'> & { exclude_type?: readonly string[] } {
  const { exclude_type, ...rest } = drawn;
  return exclude_type && drawn.type?.includes('ALL') ? { ...rest, exclude_type } : rest;
}

const tenants = fc.uniqueArray(subscription, { maxLength: 8, selector: ({ id }) => id });

const entry: fc.Arbitrary<Desired> = fc
  .record(
    {
      title: titles,
      url: urls,
      enabled: fc.boolean(),
      type: categories,
      exclude_type: exclusions,
      config: fc.record({ delay: delays, max_package_size: fc.constantFrom(1000, 2000) }, { requiredKeys: [] }),
      id: ids,
      suspend: fc.constantFrom(
        true as const,
        new Date(NOW + 1000 * HOUR_MS).toISOString(),
        new Date(NOW).toISOString(),
      ),
      beside: fc.array(ids, { maxLength: 2 }),
      ignore: fc.subarray(['title', 'url', 'enabled', 'type', 'config.delay'] as const),
      testOnChange: fc.constant(false),
      source: fc.nat(99).map((line) => ({ file: 'webhooks.yaml', line, column: 1 })),
    },
    { requiredKeys: ['title', 'url', 'enabled', 'config', 'ignore', 'testOnChange', 'source'] },
  )
  .map(excludingBesideAll);

/** Most entries are plain, so that matching by title and url occurs often enough. */
const entries = fc.array(fc.tuple(entry, fc.nat(9)), { maxLength: 5 }).map((drawn) =>
  drawn.map(([{ id, suspend, beside, ignore, ...plain }, die]) => ({
    ...plain,
    ...(beside !== undefined && die === 2 && { beside }),
    ignore: die < 4 ? ignore : ignore.filter((field) => field !== 'title' && field !== 'url'),
    ...(id !== undefined && die === 0 && { id }),
    ...(suspend !== undefined && die === 1 && { suspend }),
  })),
);

const tombstones: fc.Arbitrary<readonly Tombstone[]> = fc.array(
  fc.record(
    { title: titles, id: ids, source: fc.constant({ file: 'old.yaml', line: 1, column: 1 }) },
    { requiredKeys: ['title', 'source'] },
  ),
  { maxLength: 2 },
);

const owns = fc.constantFrom<Owns[]>('all', [], [{ url: 'https://own.tld/*' }], [{ title: 'own *' }]);

const policies: fc.Arbitrary<Policy> = fc.record({
  mode: fc.constantFrom('sync' as const, 'sync' as const, 'upsert' as const, 'create' as const, 'observe' as const),
  owns,
  hosts: fc.constant([]),
  tombstones: fc.constantFrom('any' as const, 'any' as const, 'owned' as const),
  pins: fc.constantFrom('any' as const, 'any' as const, 'owned' as const),
  adopt: fc.constantFrom('exact' as const, 'title' as const, 'never' as const),
  maxDeletes: fc.oneof(
    fc.nat(3).map((count) => ({ count })),
    fc.constantFrom({ percent: 20 }, { percent: 50 }, { percent: 100 }),
  ),
  allowEmpty: fc.boolean(),
  quarantineMs: fc.constantFrom(0, 0, 24 * HOUR_MS),
});

/** A checkout that passes its own rules: titles and pins are unique, and with `owns` everything wanted is owned. */
function lawful(input: PassInput): PassInput {
  const titlesSeen = new Set<string>();
  const pinsSeen = new Set<string>();
  const desired = input.desired.filter(({ title, id, url }) => {
    if (titlesSeen.has(titleKey(title)) || (id !== undefined && pinsSeen.has(id))) return false;
    if (input.policy.owns.length > 0 && !input.isOwned({ title, url })) return false;
    titlesSeen.add(titleKey(title));
    if (id !== undefined) pinsSeen.add(id);
    return true;
  });
  return { ...input, desired };
}

/** Any checkout, contradictions included. */
export const anyPass: fc.Arbitrary<PassInput> = fc
  .record({
    desired: entries,
    tombstones: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: tombstones }),
    observed: tenants,
    policy: policies,
    checkoutValid: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    frozenUntil: fc.oneof(
      { weight: 9, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('2026-06-01T13:00:00.000Z') },
    ),
  })
  .map(compiled);

function compiled(drawn: Omit<PassInput, 'isOwned' | 'now'>): PassInput {
  return { ...drawn, isOwned: compileOwns(drawn.policy.owns), now: NOW };
}

export const lawfulPass = anyPass.map(lawful);

/** A pass without anything that prevents actions. */
export const freePass = lawfulPass.map(freed);

function freed(input: PassInput): PassInput {
  const policy = { ...input.policy, mode: 'sync' as const, maxDeletes: { count: 100 }, allowEmpty: true };
  return { ...input, policy, checkoutValid: true, frozenUntil: undefined };
}
