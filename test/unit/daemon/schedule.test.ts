import { describe, expect, it } from 'vitest';
import type { Resync } from '../../../src/config/config.ts';
import { schedule } from '../../../src/daemon/schedule.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a schedule', () => {
  it('by interval fires as often as it says', async () => {
    const { clock, fired } = setup({ everyMs: 30 * SECOND });
    await clock.advance(2 * MINUTE);
    expect(fired()).toEqual(['08:00:30', '08:01:00', '08:01:30', '08:02:00']);
  });

  it('by cron fires at the times it names', async () => {
    const { clock, fired } = setup({ cron: '*/15 * * * *' });
    await clock.advance(HOUR);
    expect(fired()).toEqual(['08:15:00', '08:30:00', '08:45:00', '09:00:00']);
  });

  it('by cron may have seconds and all that the configuration takes', async () => {
    const { clock, fired } = setup({ cron: '*/20 0 7-9 * november tuesday' });
    await clock.advance(MINUTE);
    expect(fired()).toEqual(['08:00:20', '08:00:40']);
  });

  it('fires no more once it is stopped', async () => {
    const { clock, fired, running } = setup({ everyMs: SECOND });
    running.stop();
    await clock.advance(MINUTE);
    expect(fired()).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });

  it('says when it fires next, and how long one has to wait for it', () => {
    const { clock, running } = setup({ cron: '0 * * * *' });
    expect(running.next() - clock.now()).toBe(HOUR);
    expect(running.intervalMs()).toBe(HOUR);
  });

  it('with long breaks expects nothing within one, nor at the very moment it is over', async () => {
    const { clock, running } = setup({ cron: '0,10 8,9,13 * * *' });
    await clock.advance(10 * MINUTE);
    expect(running.intervalMs()).toBe(50 * MINUTE);
    await clock.advance(50 * MINUTE);
    expect(running.intervalMs()).toBe(50 * MINUTE);
    await clock.advance(10 * MINUTE);
    expect(running.intervalMs()).toBe(3 * HOUR + 50 * MINUTE);
    await clock.advance(3 * HOUR + 50 * MINUTE);
    expect(running.intervalMs()).toBe(3 * HOUR + 50 * MINUTE);
  });
});

describe.each<[string, Resync]>([
  ['by interval', { everyMs: MINUTE }],
  ['by cron', { cron: '* * * * *' }],
])('a schedule %s', (_, resync) => {
  it('fires once, soon, after the machine was asleep for an hour', async () => {
    const { clock, fired } = setup(resync);
    await clock.advance(30 * SECOND);
    clock.jump(HOUR);
    await clock.advance(10 * SECOND);
    expect(fired()).toHaveLength(1);
    await clock.advance(10 * MINUTE);
    expect(fired().length).toBeLessThanOrEqual(11);
  });

  it('is neither silent nor in a hurry after NTP has set the clock back an hour', async () => {
    const { clock, fired } = setup(resync);
    await clock.advance(30 * SECOND);
    clock.jump(-HOUR);
    await clock.advance(70 * SECOND);
    expect(fired()).toHaveLength(1);
    await clock.advance(10 * MINUTE);
    expect(fired()).toHaveLength(11);
  });

  it('survives a clock that starts in 1970', async () => {
    const { clock, fired } = setup(resync, 'UTC', '1970-01-01T00:00:05Z');
    clock.jump(Date.parse('2026-11-24T08:00:00Z'));
    await clock.advance(10 * SECOND);
    expect(fired()).toHaveLength(1);
  });
});

describe('a schedule by cron in a zone with summer time', () => {
  it('goes on through the hour that autumn shows twice', async () => {
    const { clock, fired } = setup({ cron: '*/30 * * * *' }, 'Europe/Berlin', '2026-10-25T00:00:00Z');
    await clock.advance(2 * HOUR);
    expect(fired()).toEqual(['00:30:00', '01:00:00', '01:30:00', '02:00:00']);
  });

  it('fires once at a time that autumn shows twice', async () => {
    const { clock, fired } = setup({ cron: '30 2 * * *' }, 'Europe/Berlin', '2026-10-25T00:00:00Z');
    await clock.advance(4 * HOUR);
    expect(fired()).toEqual(['00:30:00']);
  });

  it('goes on through the gap in spring', async () => {
    const { clock, fired } = setup({ cron: '*/30 * * * *' }, 'Europe/Berlin', '2026-03-29T00:15:00Z');
    await clock.advance(HOUR);
    expect(fired()).toEqual(['00:30:00', '01:00:00']);
  });

  it('fires right after the gap when its time lies within', async () => {
    const { clock, fired } = setup({ cron: '30 2 * * *' }, 'Europe/Berlin', '2026-03-29T00:15:00Z');
    await clock.advance(4 * HOUR);
    expect(fired()).toEqual(['01:00:00']);
  });
});

function setup(resync: Resync, timezone = 'UTC', now = '2026-11-24T08:00:00Z') {
  const clock = new FakeClock(Date.parse(now));
  const times: string[] = [];
  const running = schedule(resync, timezone, clock, () =>
    times.push(new Date(clock.now()).toISOString().slice(11, 19)),
  );
  return { clock, running, fired: () => times };
}
