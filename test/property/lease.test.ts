/**
 * Three candidates on clocks minutes apart, on a network that delays, loses and cuts, frozen and thawed, suspended, ended
 * and begun anew at random: whatever happens, no two of them ever act at the same time.
 */
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { leaseTimesFault, termMs } from '../../src/config/load-config.ts';
import { type Event, type Run, run } from './lease-world.ts';

const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 30) };
const SECOND = 1_000;

const event = fc.record<Event>({
  at: fc.integer({ min: 0, max: 20 * SECOND }),
  candidate: fc.nat({ max: 2 }),
  what: fc.constantFrom('freeze', 'suspend', 'cut', 'lose answers', 'end', 'kill', 'set the clock'),
  forMs: fc.integer({ min: 10, max: 20 * SECOND }),
});

const times = fc
  .record({
    durationMs: fc.integer({ min: 2, max: 20 }).map((seconds) => seconds * SECOND),
    renewDeadlineMs: fc.integer({ min: 500, max: 15 * SECOND }),
    retryPeriodMs: fc.integer({ min: 500, max: 3 * SECOND }),
    apiTimeoutMs: fc.integer({ min: 50, max: 12 * SECOND }),
    isLate: fc.boolean(),
  })
  // As late as can be, mostly: then api.timeout alone decides when the term ends.
  .map(({ isLate, ...times }) => (isLate ? Object.assign(times, { renewDeadlineMs: times.durationMs - 1 }) : times))
  .filter(({ apiTimeoutMs, ...times }) => leaseTimesFault(times, apiTimeoutMs) === undefined)
  .map((times) => Object.assign(times, { termMs: termMs(times, times.apiTimeoutMs) }));

describe('of several candidates', () => {
  it.prop([fc.array(event, { maxLength: 12 }), times, fc.integer()], RUNS)(
    'no two ever act at the same time, and in the end one does',
    async (events, times, seed) => {
      const { overlaps, actsAtTheEnd } = await run({ events, times, seed } satisfies Run);
      expect(overlaps).toEqual([]);
      expect(actsAtTheEnd).toBe(1);
    },
  );
});
