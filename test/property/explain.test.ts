/** Whatever is known of a subscription, and whoever wrote what is in it, its explanation can be shown. */
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { parse } from 'yaml';
import { MODES, type Mode } from '../../src/config/config.ts';
import { substituteText } from '../../src/desired/substitute.ts';
import { GUARDS } from '../../src/plan/plan.ts';
import { explain } from '../../src/reconcile/explain.ts';
import { liftsOf } from '../../src/reconcile/explain/ways-out.ts';
import { STATE_NAMES } from '../../src/reconcile/report.ts';
import { FIELDS } from '../../src/subscription/fields.ts';
import { situation, unwanted, wanted, withheldBy } from '../support/explained.ts';

const hostile = fc.oneof(
  fc.constantFrom(
    'https://user:canary@hooks.tld/p?canary#canary',
    'see https://user:canary@hooks.tld/',
    '\u202egnol',
    'two\nlines\u2028three',
    '\ud800',
    '\u115f',
    '"quoted" \\',
    'x'.repeat(5_000),
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const time = fc.oneof(fc.constantFrom('2026-11-24T14:25:00.000Z', '+275760-09-13T00:00:00.000Z'), hostile);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Members that are undefined are left out, as they are in a snapshot. */
const present = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const facts = fc
  .record({
    title: hostile,
    id: optional(hostile),
    source: optional(hostile),
    origin: optional(fc.constantFrom('git', 'remote')),
    until: optional(time),
    because: optional(fc.constantFrom('pruned', 'surplus', 'tombstone', 'not-owned', 'mode', 'may-mean', 'beside')),
    keptFor: optional(hostile),
    guards: optional(fc.subarray([...GUARDS])),
    drift: optional(fc.record({ after: fc.option(time), before: time })),
    receiver: optional(fc.constantFrom('ok', 'refused', 'tls', 'unknown')),
    error: optional(fc.record({ message: hostile, requestId: hostile })),
    commit: optional(
      fc
        .record({
          id: hostile,
          author: optional(hostile),
          subject: optional(hostile),
          isOldestKnown: optional(fc.constant(true)),
          removed: optional(fc.record({ source: hostile, lastIn: hostile })),
        })
        .map(present),
    ),
  })
  .map(present);

const subscription = fc
  .record({
    state: fc.constantFrom(...STATE_NAMES),
    entry: fc.record({
      title: hostile,
      url: hostile,
      enabled: fc.boolean(),
      type: fc.array(hostile, { maxLength: 6 }),
      ignore: fc.subarray([...FIELDS]),
    }),
    there: optional(
      fc.record({ title: hostile, url: hostile, enabled: fc.boolean(), type: fc.array(hostile, { maxLength: 6 }) }),
    ),
    isWanted: fc.boolean(),
    facts,
  })
  .map(({ state, entry, there, isWanted, facts: known }) =>
    isWanted ? wanted(state, entry, there, known) : unwanted(state, { ...known, ...(!there && { observed: null }) }),
  );

const around = fc
  .record({
    mode: fc.constantFrom(...(Object.keys(MODES) as Mode[])),
    hold: optional(fc.constantFrom('standby', 'observe', 'freeze')),
    holder: optional(fc.option(hostile)),
    frozenUntil: optional(time),
    isStale: fc.boolean(),
    withheld: fc.subarray([...GUARDS]).map((guards) => withheldBy(...guards)),
  })
  .map((over) => situation(present(over)));

describe('an explanation', () => {
  it.prop([subscription, around], { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 600) })(
    'is whole sentences on one printable line, bounded, without secrets, of whatever subscription',
    (one, all) => {
      const text = explain(one, all);
      expect(text).toMatch(/^[^]+\.[^]*$/);
      expect(text).toMatch(/[.…]$/);
      expect(text.length).toBeLessThanOrEqual(1_201);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164]/u);
      expect(text).not.toMatch(/canary/);
    },
  );

  it.prop([fc.constantFrom(...STATE_NAMES), around, fc.boolean(), fc.boolean()])(
    'says nothing that a program would say, where little is known',
    (state, all, isThere, isWanted) => {
      const known = { ...all, withheld: [] };
      const one = isWanted ? wanted(state, {}, isThere ? { enabled: false } : undefined) : unwanted(state);
      expect(explain(one, { ...known, ...('holder' in all && { holder: 'payments-1' }) })).not.toMatch(
        /undefined|null|NaN|\[object|\[\]|\s\s|\s[.,;:]|\.\./,
      );
    },
  );
});

describe('a tombstone to copy', () => {
  it.prop([hostile, fc.constantFrom(...GUARDS.slice(1, 5))])('is read as the title it is for', (title, guard) => {
    const one = unwanted('Withheld', { title, guards: [guard] });
    const [lift] = liftsOf(one, situation({ withheld: withheldBy(guard) }));
    const [{ title: read, state }] = parse(lift?.yaml ?? '') as [{ title: string; state: string }];
    expect(state).toBe('absent');
    expect(substituteText(read, {})).toEqual({ text: title });
  });
});
