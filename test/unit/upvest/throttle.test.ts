import { describe, expect, it } from 'vitest';
import { throttle } from '../../../src/upvest/signed-request.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const done = () => Promise.resolve('done');

describe('requests that wait for the throttle', () => {
  it('begin after urgent ones', async () => {
    const place = throttle(1, Number.POSITIVE_INFINITY, new FakeClock());
    const order: string[] = [];
    const work = (name: string) => () => Promise.resolve(void order.push(name));
    await Promise.all([
      place.take(work('first'), {}),
      place.take(work('second'), {}),
      place.take(work('token'), { urgent: true }),
    ]);
    expect(order).toEqual(['first', 'token', 'second']);
  });

  it('begin no faster than configured, in any second', async () => {
    const clock = new FakeClock();
    const place = throttle(100, 20, clock);
    const begun: number[] = [];
    const all = Promise.all(
      Array.from({ length: 45 }, async () => place.take(async () => begun.push(clock.uptime()), {})),
    );
    await clock.advance(10_000);
    await all;
    expect(begun).toHaveLength(45);
    for (const [index, at] of begun.slice(20).entries()) expect(at - (begun[index] ?? at)).toBeGreaterThanOrEqual(1000);
  });

  it('may begin less often than once a second', async () => {
    const clock = new FakeClock();
    const place = throttle(1, 0.5, clock);
    await place.take(done, {});
    const next = place.take(() => Promise.resolve(clock.uptime()), {});
    await clock.advance(5_000);
    expect(await next).toBe(2000);
  });

  it.each([-3_600_000, 3_600_000])(
    'are given in time to who waits while the system clock is set by %i ms',
    async (stepMs) => {
      const clock = new FakeClock();
      const place = throttle(2, 2, clock);
      await Promise.all([place.take(done, {}), place.take(done, {})]);
      const waiting = place.take(() => Promise.resolve(clock.uptime()), {});
      await clock.advance(100);
      clock.jump(stepMs);
      await clock.advance(5_000);
      expect(await waiting).toBe(1000);
    },
  );

  it('still begin after another one has given up waiting', async () => {
    const clock = new FakeClock();
    const place = throttle(1, 1, clock);
    await place.take(done, {});
    const impatient = new AbortController();
    const given = place.take(done, { signal: impatient.signal });
    const other = place.take(() => Promise.resolve(clock.uptime()), {});
    await clock.advance(100);
    impatient.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await clock.advance(5_000);
    expect(await other).toBe(2000);
  });
});
