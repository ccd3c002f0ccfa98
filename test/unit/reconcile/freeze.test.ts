import { describe, expect, it } from 'vitest';
import type { FreezeWindow } from '../../../src/config/config.ts';
import { frozenUntil } from '../../../src/reconcile/observe.ts';

const HOUR = 3_600_000;

function window(start: string, hours: number, timezone?: string): FreezeWindow {
  return { start, durationMs: hours * HOUR, ...(timezone && { timezone }) };
}

function at(now: string, ...windows: readonly FreezeWindow[]): string | undefined {
  return frozenUntil(windows, Date.parse(now), 'UTC');
}

describe('a freeze window', () => {
  const office = window('0 9 * * MON-FRI', 8);

  it.each([
    ['before it begins', '2026-06-01T08:59:59.999Z', undefined],
    ['at the instant it begins', '2026-06-01T09:00:00.000Z', '2026-06-01T17:00:00.000Z'],
    ['within the second it begins', '2026-06-01T09:00:00.250Z', '2026-06-01T17:00:00.000Z'],
    ['at its last millisecond', '2026-06-01T16:59:59.999Z', '2026-06-01T17:00:00.000Z'],
    ['at the instant it ends', '2026-06-01T17:00:00.000Z', undefined],
    ['on a day it does not name', '2026-06-06T10:00:00.000Z', undefined],
  ])('%s', (_, now, until) => {
    expect(at(now, office)).toBe(until);
  });

  it('that begins before midnight holds after it', () => {
    expect(at('2026-06-02T03:00:00Z', window('0 22 * * *', 8))).toBe('2026-06-02T06:00:00.000Z');
    expect(at('2027-01-01T01:00:00Z', window('0 22 31 12 *', 8))).toBe('2027-01-01T06:00:00.000Z');
  });

  it('holds for days and across the end of a month', () => {
    const holidays = window('0 0 23 12 *', 24 * 14);
    expect(at('2026-12-22T23:59:59Z', holidays)).toBeUndefined();
    expect(at('2027-01-05T23:59:59Z', holidays)).toBe('2027-01-06T00:00:00.000Z');
  });

  it('longer than the time between two of its starts never ends, and says when the running one would', () => {
    expect(at('2026-06-02T11:30:00Z', window('0 * * * *', 2))).toBe('2026-06-02T13:00:00.000Z');
    expect(at('2026-06-02T12:00:00Z', window('0 * * * *', 2))).toBe('2026-06-02T14:00:00.000Z');
  });

  it('may have seconds', () => {
    expect(at('2026-06-02T11:00:40Z', { start: '30 0 11 * * *', durationMs: 15_000 })).toBe('2026-06-02T11:00:45.000Z');
  });

  it('that names a day of the month and a day of the week needs both, as the scheduler does', () => {
    const fridayTheThirteenth = window('0 0 13 * FRI', 24);
    expect(at('2026-02-13T12:00:00Z', fridayTheThirteenth)).toBe('2026-02-14T00:00:00.000Z');
    expect(at('2026-04-13T12:00:00Z', fridayTheThirteenth)).toBeUndefined();
    expect(at('2026-04-17T12:00:00Z', fridayTheThirteenth)).toBeUndefined();
  });
});

describe('several freeze windows', () => {
  it('hold until the latest end of those we are in', () => {
    const long = window('0 8 * * *', 10);
    const short = window('0 9 * * *', 1);
    expect(at('2026-06-01T09:30:00Z', short, long)).toBe('2026-06-01T18:00:00.000Z');
    expect(at('2026-06-01T09:30:00Z', long, short)).toBe('2026-06-01T18:00:00.000Z');
  });

  it('leave time between them', () => {
    expect(at('2026-06-01T12:00:00Z', window('0 8 * * *', 1), window('0 18 * * *', 1))).toBeUndefined();
  });

  it('are none by default', () => {
    expect(at('2026-06-01T12:00:00Z')).toBeUndefined();
  });
});

describe('the time zone of a freeze window', () => {
  it('is its own before that of the schedule', () => {
    const now = Date.parse('2026-06-01T20:30:00Z');
    expect(frozenUntil([window('0 22 * * *', 1)], now, 'Europe/Berlin')).toBe('2026-06-01T21:00:00.000Z');
    expect(frozenUntil([window('0 22 * * *', 1, 'UTC')], now, 'Europe/Berlin')).toBeUndefined();
  });

  it('moves its start with summer time', () => {
    const evening = window('0 18 * * *', 1, 'Europe/Berlin');
    expect(at('2026-01-15T17:30:00Z', evening)).toBe('2026-01-15T18:00:00.000Z');
    expect(at('2026-07-15T16:30:00Z', evening)).toBe('2026-07-15T17:00:00.000Z');
  });

  it('makes a start that the spring clock leaves out begin right after the gap', () => {
    // 02:30 does not exist on that day: 01:59:59 is followed by 03:00:00.
    const night = window('30 2 * * *', 1, 'Europe/Berlin');
    expect(at('2026-03-29T00:59:59Z', night)).toBeUndefined();
    expect(at('2026-03-29T01:00:00Z', night)).toBe('2026-03-29T02:00:00.000Z');
  });

  it('makes a start that the autumn clock shows twice begin at the first', () => {
    const night = window('30 2 * * *', 1, 'Europe/Berlin');
    expect(at('2026-10-25T00:30:00Z', night)).toBe('2026-10-25T01:30:00.000Z');
    expect(at('2026-10-25T01:30:00Z', night)).toBeUndefined();
  });

  it('does not change how long the window lasts when the clocks change within it', () => {
    const weekend = window('0 18 * * FRI', 60, 'Europe/Berlin');
    expect(at('2026-03-29T12:00:00Z', weekend)).toBe('2026-03-30T05:00:00.000Z');
    expect(at('2026-10-25T12:00:00Z', weekend)).toBe('2026-10-26T04:00:00.000Z');
  });
});
