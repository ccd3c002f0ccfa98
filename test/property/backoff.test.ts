import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import type { Action, Standing } from '../../src/plan/plan.ts';
import { BackoffState } from '../../src/reconcile/backoff.ts';
import { desired, observed } from '../support/subscriptions.ts';

const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 300) };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-11-24T08:00:00Z');

/** What a pass finds: as it should be, changed by somebody else, or deleted. */
type Found = Standing['state'] & ('in-sync' | 'differs' | 'missing');
/** What becomes of an attempt to correct it. */
type Became = 'done' | 'not-converging' | 'refused';

const found = fc.constantFrom<Found[]>('in-sync', 'differs', 'missing');
const gap = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 10 * SECOND }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 * MINUTE }) },
);
const wanted = desired();
const there = observed();
const changes = [{ field: 'url', from: 'a', to: 'b' }] as const;
const correction: Action = { kind: 'update', desired: wanted, observed: there, changes, by: 'title', adopts: false };

describe('however somebody else changes a subscription', () => {
  const fight = fc.array(fc.record({ gap, found }), { maxLength: 200 });

  it.prop([fight], RUNS)('it is corrected no more than 9 times in any 10 minutes', (passes) => {
    const attempts = run(passes.map(({ gap: ms, found: state }) => ({ gap: ms, found: state, became: 'done' })));
    expect(most(attempts, 10 * MINUTE)).toBeLessThanOrEqual(9);
  });

  it.prop([fight], RUNS)('it is corrected within an hour', (passes) => {
    const attempts = run(
      [...passes, ...everyMinute(61)].map(({ gap: ms, found: state }) => ({ gap: ms, found: state, became: 'done' })),
    );
    const end = START + passes.reduce((sum, pass) => sum + pass.gap, 0);
    expect(attempts.some((at) => at > end)).toBe(true);
  });
});

describe('however the API answers attempts to correct a subscription', () => {
  const became = fc.constantFrom<Became[]>('done', 'not-converging', 'refused');
  const struggle = fc.array(fc.record({ gap, found, became }), { maxLength: 200 });

  it.prop([struggle], RUNS)('the tenant is changed no more than 16 times in any 10 minutes', (passes) => {
    expect(most(run(passes.filter((pass) => pass.became !== 'refused')), 10 * MINUTE)).toBeLessThanOrEqual(16);
  });

  it.prop([fc.array(gap, { maxLength: 200 }), fc.constantFrom<Became[]>('not-converging', 'refused')], RUNS)(
    'what never works is left alone for 30 s, twice as long each time, up to half an hour',
    (gaps, answer) => {
      const attempts = run(gaps.map((ms) => ({ gap: ms, found: 'differs', became: answer })));
      for (const [index, at] of attempts.entries()) {
        const longEnough = Math.min(30 * SECOND * 2 ** index, 30 * MINUTE);
        expect((attempts[index + 1] ?? Infinity) - at).toBeGreaterThanOrEqual(longEnough);
      }
    },
  );
});

function everyMinute(times: number): readonly { readonly gap: number; readonly found: Found }[] {
  return Array.from({ length: times }, () => ({ gap: MINUTE, found: 'differs' }));
}

/** Runs passes and gives when (epoch ms) a correction was tried. */
function run(passes: readonly { readonly gap: number; readonly found: Found; readonly became: Became }[]): number[] {
  const backoff = new BackoffState();
  const attempts: number[] = [];
  let now = START;
  backoff.recordStandings([standing('in-sync')], START, now);
  for (const { gap: ms, found: state, became } of passes) {
    now += ms;
    backoff.recordStandings([standing(state)], START, now);
    if (state === 'in-sync' || backoff.backOff(correction, now)) continue;
    attempts.push(now);
    if (became === 'done')
      backoff.recordOutcome(
        { kind: 'done', action: correction, observed: there },
        { uptime: now, now: START, hasSucceeded: false, outages: 1 },
      );
    else if (became === 'not-converging')
      backoff.recordOutcome(
        { kind: 'not-converging', action: correction, observed: there, fields: ['url'] },
        { uptime: now, now: START, hasSucceeded: false, outages: 1 },
      );
    else
      backoff.recordOutcome(
        { kind: 'failed', action: correction, failure: { message: 'no', status: 400 } },
        { uptime: now, now: START, hasSucceeded: false, outages: 1 },
      );
  }
  return attempts;
}

function standing(state: Found): Standing {
  if (state === 'missing') return { desired: wanted, state, changes: [] };
  return { desired: wanted, observed: there, by: 'title', state, changes: state === 'in-sync' ? [] : changes };
}

/** The most of them within any span. */
function most(times: readonly number[], spanMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + spanMs).length));
}
