import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockTime, span, utc } from '../../../src/daemon/page/model/time.ts';
import { inBerlin } from '../../support/time-zone.ts';

inBerlin(beforeAll, afterAll);
const now = Date.parse('2026-11-26T13:26:37.000Z');
const spaced = (text: string) => text.replaceAll('\u00a0', ' ');

describe('a time on the page', () => {
  it.each([
    ['today', '2026-11-26T13:02:00.000Z', '14:02'],
    ['the first minute of today', '2026-11-25T23:00:00.000Z', '00:00'],
    ['the last minute of yesterday', '2026-11-25T22:59:00.000Z', 'Wed 23:59'],
    ['within six days', '2026-11-24T15:41:00.000Z', 'Tue 16:41'],
    ['six days ago', '2026-11-20T08:00:00.000Z', 'Fri 09:00'],
    ['seven days ago', '2026-11-19T09:12:00.000Z', '19 Nov'],
    ['ahead', '2026-11-30T07:00:00.000Z', 'Mon 08:00'],
    ['in another year', '2025-12-24T07:00:00.000Z', '24 Dec 2025'],
    ['not a time', 'soon', 'at an unknown time'],
  ])('is as short as it can be: %s', (_, iso, shown) => {
    expect(clockTime(iso, now)).toBe(shown);
  });

  it.each([
    ['2026-11-26T13:26:00.000Z', '14:26:00'],
    ['2026-11-24T15:41:07.000Z', 'Tue 16:41'],
    ['2026-11-04T15:40:00.000Z', '4 Nov 16:40'],
  ])('can be compared with a log, with seconds: %s', (iso, shown) => {
    expect(clockTime(iso, now, { seconds: true })).toBe(shown);
  });

  it.each([
    ['2026-11-26T15:00:00.000Z', '16:00'],
    ['2026-11-30T07:00:00.000Z', 'Monday 08:00'],
    ['2026-12-24T07:00:00.000Z', '24 Dec 08:00'],
    ['2027-01-04T07:00:00.000Z', '4 Jan 2027 08:00'],
  ])('says the day in full where one waits for it: %s', (iso, shown) => {
    expect(clockTime(iso, now, { until: true })).toBe(shown);
  });

  it('is at a time today, and is its day where it may be read tomorrow', () => {
    expect(clockTime('2026-11-26T15:00:00.000Z', now, { until: true, at: true })).toBe('at 16:00');
    expect(clockTime('2026-11-30T07:00:00.000Z', now, { until: true, at: true })).toBe('Monday 08:00');
    expect(clockTime('2026-11-26T13:26:00.000Z', now, { isKept: true })).toBe('Thu 14:26');
  });

  it('counts days by the calendar, also where one has 25 hours', () => {
    expect(clockTime('2026-10-24T22:30:00.000Z', Date.parse('2026-10-25T22:30:00.000Z'))).toBe('00:30');
    expect(clockTime('2026-10-18T22:30:00.000Z', Date.parse('2026-10-25T22:30:00.000Z'))).toBe('Mon 00:30');
  });

  it('is UTC when it is pointed at', () => {
    expect(utc('2026-11-26T13:26:37.123Z')).toBe('26 Nov 2026 13:26:37 UTC');
    expect(utc('soon')).toBe('unknown');
  });
});

describe('a span', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [Number.NaN, '0 s'],
    [0.4, '0 ms'],
    [214, '214 ms'],
    [999.7, '1 s'],
    [1000, '1 s'],
    [1300, '1.3 s'],
    [2500, '2.5 s'],
    [23_000, '23 s'],
    [59_600, '1 min'],
    [60_000, '1 min'],
    [130_000, '2 min 10 s'],
    [25 * 60_000, '25 min'],
    [3_599_700, '1 h'],
    [9_000_000, '2 h 30 min'],
    [27 * 3_600_000, '1 d 3 h'],
    [(26 * 24 + 21) * 3_600_000, '26 d 21 h'],
  ])('of %d ms is two units at most', (ms, shown) => {
    expect(spaced(span(ms))).toBe(shown);
  });

  it('stays on one line', () => {
    expect(span(130_000)).not.toContain(' ');
  });
});
