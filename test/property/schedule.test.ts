import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import type { FreezeWindow, Resync } from '../../src/config/config.ts';
import { cronTimes } from '../../src/config/kinds/schedule.ts';
import { schedule } from '../../src/daemon/schedule.ts';
import { frozenUntil } from '../../src/reconcile/observe.ts';
import { FakeClock } from '../support/fake-clock.ts';

const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 60) };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Half an hour and three quarters off, changes at midnight, by half an hour, none at all. */
const zone = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Havana',
  'Pacific/Apia',
);
/** Half of them within a day of a change of some clock. */
const time = fc.oneof(
  fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') }),
  fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-04', '2026-10-03', '2026-10-25', '2026-11-01'),
      fc.integer({ min: -12 * HOUR, max: 36 * HOUR }),
    )
    .map(([day, ms]) => Date.parse(`${day}T00:00:00Z`) + ms),
);

describe('the times of a cron expression', () => {
  it.prop([zone, time, fc.constantFrom(1, 5, 15, 30)], RUNS)(
    'every so many minutes come so, whatever the clocks of the zone do',
    (timezone, from, minutes) => {
      const after = cronTimes(`*/${minutes} * * * *`, timezone);
      const first = after(from);
      expect(first - from).toBeLessThanOrEqual(minutes * MINUTE);
      for (let now = first, n = 0; n < 12; n += 1) {
        expect(after(now) - now).toBe(minutes * MINUTE);
        now = after(now);
      }
    },
  );

  it.prop([zone, time, fc.nat(23), fc.nat(59)], RUNS)(
    'once a day come no sooner than in 22 hours and no later than in 26, also on days of a change',
    (timezone, from, hour, minute) => {
      const after = cronTimes(`${minute} ${hour} * * *`, timezone);
      let last = after(from);
      for (let n = 0; n < 3; n += 1) {
        const next = after(last);
        expect(next - last).toBeGreaterThanOrEqual(22 * HOUR);
        expect(next - last).toBeLessThanOrEqual(26 * HOUR);
        last = next;
      }
    },
  );
});

describe('a schedule, however its clock is set', () => {
  const resync = fc.constantFrom<Resync[]>({ cron: '* * * * *' }, { everyMs: MINUTE });
  const move = fc.record({
    jump: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
    advance: fc.integer({ min: 71 * SECOND, max: 4 * MINUTE }),
  });

  it.prop([resync, zone, time, fc.array(move, { maxLength: 6 })], RUNS)(
    'fires within its interval and ten seconds from then, and no more than once more than it would have',
    async (how, timezone, from, moves) => {
      const clock = new FakeClock(from);
      /** In terms of time that passes. */
      const fired: number[] = [];
      let jumped = 0;
      const passed = () => clock.now() - jumped - from;
      const running = schedule(how, timezone, clock, () => fired.push(passed()));
      for (const { jump, advance } of moves) {
        clock.jump(jump);
        jumped += jump;
        const since = passed();
        await clock.advance(advance);
        expect(fired.find((at) => at >= since) ?? Infinity).toBeLessThanOrEqual(since + MINUTE + 10 * SECOND);
      }
      expect(fired.length).toBeLessThanOrEqual(passed() / MINUTE + moves.length + 1);
      running.stop();
    },
  );
});

describe('freeze windows', () => {
  const hours = fc.integer({ min: 1, max: 30 });
  const window = fc.record({ start: fc.nat(23).map((hour) => `0 ${hour} * * *`), hours, timezone: zone });

  it.prop([fc.array(window, { maxLength: 3 }), time], RUNS)(
    'hold exactly while one of their starts is no longer ago than it lasts, midnight, overlap and clock changes or not',
    (windows, now) => {
      const given = windows.map(
        ({ start, hours: long, timezone }): FreezeWindow => ({ start, durationMs: long * HOUR, timezone }),
      );
      const ends = given.flatMap(({ start, durationMs, timezone = 'UTC' }) => {
        const after = cronTimes(start, timezone);
        const starts: number[] = [];
        for (let at = after(now - durationMs - 1); at <= now; at = after(at)) starts.push(at);
        return starts.map((at) => at + durationMs).filter((end) => end > now);
      });
      const until = frozenUntil(given, now, 'UTC');
      expect(until).toBe(ends.length === 0 ? undefined : new Date(Math.max(...ends)).toISOString());
    },
  );
});
