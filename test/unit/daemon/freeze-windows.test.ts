import { describe, expect, it } from 'vitest';
import { FreezeWindows } from '../../../src/daemon/status/freeze-windows.ts';

const HOUR = 3_600_000;
const WEEKEND = { start: '0 17 * * FRI', durationMs: 63 * HOUR };
const NIGHT = { start: '0 22 * * *', durationMs: 8 * HOUR, timezone: 'Europe/Berlin' };

/** 2026-11-27 is a Friday. */
const at = (time: string) => Date.parse(`2026-11-${time}:00Z`);

describe('the freeze windows', () => {
  it('say of one that is open when it began and ends, and of the others when they come next, in that order', () => {
    const windows = new FreezeWindows([NIGHT, WEEKEND], 'UTC');
    expect(windows.at(at('27T18:00'))).toEqual([
      {
        ...WEEKEND,
        timezone: 'UTC',
        isOpen: true,
        from: '2026-11-27T17:00:00.000Z',
        until: '2026-11-30T08:00:00.000Z',
      },
      { ...NIGHT, isOpen: false, from: '2026-11-27T21:00:00.000Z', until: '2026-11-28T05:00:00.000Z' },
    ]);
  });

  it('are in the time zone of the schedule where they name none', () => {
    const [window] = new FreezeWindows([WEEKEND], 'America/New_York').at(at('27T18:00'));
    expect(window).toMatchObject({ timezone: 'America/New_York', isOpen: false, from: '2026-11-27T22:00:00.000Z' });
  });

  it('begin with their start and are over at their end', () => {
    const windows = new FreezeWindows([WEEKEND], 'UTC');
    const isOpen = (time: number) => windows.at(time).map((window) => window.isOpen);
    const [start, end] = [at('27T17:00'), at('30T08:00')];
    expect([start - 1, start, end - 1, end].map(isOpen)).toEqual([[false], [true], [true], [false]]);
  });

  it('are the same list until one opens or closes, so that nothing is worked out for each reader', () => {
    const windows = new FreezeWindows([WEEKEND, NIGHT], 'UTC');
    const shown = windows.at(at('27T10:00'));
    expect(windows.at(at('27T16:59'))).toBe(shown);
    expect(windows.at(at('27T17:00'))).not.toBe(shown);
  });

  it('follow a clock that is set back', () => {
    const windows = new FreezeWindows([WEEKEND], 'UTC');
    expect(windows.at(at('27T18:00'))).toMatchObject([{ isOpen: true }]);
    expect(windows.at(at('27T16:00'))).toMatchObject([{ isOpen: false, from: '2026-11-27T17:00:00.000Z' }]);
  });

  it('are none where none are configured', () => {
    expect(new FreezeWindows([], 'UTC').at(at('27T18:00'))).toEqual([]);
  });
});
