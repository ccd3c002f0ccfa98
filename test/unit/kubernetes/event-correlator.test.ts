import { describe, expect, it } from 'vitest';
import { EventCorrelator, type Occurrence } from '../../../src/kubernetes/event-correlator.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MINUTE = 60_000;

function correlator() {
  const clock = new FakeClock();
  const rules = new EventCorrelator();
  return {
    clock,
    take: (message: string, reason = 'Drift', type: Occurrence['type'] = 'Warning') =>
      rules.take({ type, reason, message }, clock.now(), clock.uptime()),
  };
}

describe('the same event again', () => {
  it('is counted under the name it had, from the first time to the last', async () => {
    const { clock, take } = correlator();
    const first = take('1 subscription differed');
    await clock.advance(MINUTE);
    const second = take('1 subscription differed');
    expect(second).toEqual({ ...first, count: 2, lastAt: clock.now() });
    expect(second?.firstAt).toBe(clock.now() - MINUTE);
  });

  it('is another event where reason or type differ', () => {
    const { take } = correlator();
    const events = [take('it'), take('it', 'PassFailed'), take('it', 'Drift', 'Normal')];
    expect(events.map((event) => event?.count)).toEqual([1, 1, 1]);
    expect(new Set(events.map((event) => event?.serial)).size).toBe(3);
  });
});

describe('similar events', () => {
  it('are combined from the tenth within ten minutes on, and counted as one', () => {
    const { take } = correlator();
    const single = Array.from({ length: 9 }, (_, n) => take(`${n} subscriptions differed`));
    expect(single.map((event) => event?.count)).toEqual(Array.from({ length: 9 }, () => 1));
    const combined = [take('10 subscriptions differed'), take('11 subscriptions differed')];
    expect(combined).toMatchObject([
      { count: 1, message: '(combined from similar events): 10 subscriptions differed' },
      { count: 2, message: '(combined from similar events): 11 subscriptions differed' },
    ]);
    expect(combined[1]?.serial).toBe(combined[0]?.serial);
    expect(take('something else', 'PassFailed')?.message).toBe('something else');
  });

  it('stand alone again after ten minutes without any', async () => {
    const { clock, take } = correlator();
    for (let n = 0; n < 11; n += 1) take(`${n}`);
    await clock.advance(10 * MINUTE + 1);
    expect(take('new')?.message).toBe('new');
  });
});

describe('the budget', () => {
  it('is 25 events in a row and one more every five minutes', async () => {
    const { clock, take } = correlator();
    const posted = Array.from({ length: 30 }, () => take('it') !== undefined);
    expect(posted.filter(Boolean)).toHaveLength(25);
    await clock.advance(5 * MINUTE - 1);
    expect(take('it')).toBeUndefined();
    await clock.advance(1);
    expect(take('it')).toMatchObject({ count: 32 });
    expect(take('it')).toBeUndefined();
  });

  it('does not grow beyond that, and does not depend on the wall clock', async () => {
    const { clock, take } = correlator();
    take('it');
    clock.jump(24 * 60 * MINUTE);
    for (let n = 0; n < 24; n += 1) take('it');
    expect(take('it')).toBeUndefined();
    await clock.advance(24 * 60 * MINUTE);
    const posted = Array.from({ length: 30 }, () => take('it') !== undefined);
    expect(posted.filter(Boolean)).toHaveLength(25);
  });

  it('counts what it left out, for the next event that fits', async () => {
    const { clock, take } = correlator();
    for (let n = 0; n < 40; n += 1) take('it');
    await clock.advance(5 * MINUTE);
    expect(take('it')?.count).toBe(41);
  });
});

it('the number of remembered events stays bounded', async () => {
  const { clock, take } = correlator();
  const first = take('0', 'R0');
  for (let n = 1; n <= 300; n += 1) {
    await clock.advance(5 * MINUTE);
    take(`${n}`, `R${n}`);
  }
  await clock.advance(5 * MINUTE);
  expect(take('0', 'R0')).toMatchObject({ count: 1 });
  expect(take('0', 'R0')?.serial).not.toBe(first?.serial);
});
