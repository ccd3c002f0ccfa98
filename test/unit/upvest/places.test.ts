import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { places } from '../../../src/upvest/places.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const done = () => Promise.resolve('done');

describe('places', () => {
  it('are given to urgent work first', async () => {
    const place = places(1, Number.POSITIVE_INFINITY);
    const order: string[] = [];
    const work = (name: string) => () => Promise.resolve(void order.push(name));
    await Promise.all([
      place.take(work('first'), {}),
      place.take(work('second'), {}),
      place.take(work('token'), { urgent: true }),
    ]);
    expect(order).toEqual(['first', 'token', 'second']);
  });

  it('are given no faster than configured, in any second', async () => {
    const place = places(100, 20);
    const begun: number[] = [];
    const all = Promise.all(Array.from({ length: 45 }, async () => place.take(async () => begun.push(Date.now()), {})));
    await vi.advanceTimersByTimeAsync(10_000);
    await all;
    expect(begun).toHaveLength(45);
    for (const [index, at] of begun.slice(20).entries()) expect(at - (begun[index] ?? at)).toBeGreaterThanOrEqual(1000);
  });

  it('may be fewer than one a second', async () => {
    const place = places(1, 0.5);
    await place.take(done, {});
    const next = place.take(() => Promise.resolve(Date.now()), {});
    const asked = Date.now();
    await vi.advanceTimersByTimeAsync(2000);
    expect((await next) - asked).toBe(2000);
  });

  it('are given again at once after the system clock was set back by an hour', async () => {
    const place = places(1, 2);
    await Promise.all([place.take(done, {}), place.take(done, {})]);
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(await place.take(done, {})).toBe('done');
  });
});
