/** When passes run after the API has asked for a wait of more than a minute. */
import { describe, expect, it } from 'vitest';
import { Loop } from '../../../src/reconcile/loop.ts';
import type { Pass } from '../../../src/reconcile/pass.ts';
import type { Trigger } from '../../../src/reconcile/report.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MINUTE = 60_000;
const HALF_AN_HOUR = 30 * MINUTE;

describe('an API that asks for a wait of half an hour', () => {
  it('is asked by no schedule and no retry until then, and by one pass after it', async () => {
    const { loop, clock, begun, putOff, end } = setup();
    await putOff();
    const asked = [loop.request('schedule'), loop.request('schedule')];
    await clock.advance(HALF_AN_HOUR - 1);
    expect(begun).toEqual(['start']);
    await clock.advance(1);
    expect(begun).toEqual(['start', 'schedule']);
    await end({ again: 'no' });
    const answers = await Promise.all(asked);
    expect(answers[0]).toBe(answers[1]);
  });

  it('is asked again at that time when nothing else has requested a pass', async () => {
    const { loop, clock, begun, putOff } = setup();
    await putOff();
    expect((loop.retryAt ?? 0) - clock.now()).toBe(HALF_AN_HOUR);
    expect((loop.putOffUntil ?? 0) - clock.now()).toBe(HALF_AN_HOUR);
    await clock.advance(HALF_AN_HOUR);
    expect(begun).toEqual(['start', 'retry']);
    expect(loop.putOffUntil).toBeUndefined();
  });

  it.each<Trigger>(['request', 'watch', 'poll', 'lease', 'reload'])(
    'is tried in between for a trigger: %s',
    async (by) => {
      const { loop, clock, begun, putOff } = setup();
      await putOff();
      void loop.request('schedule');
      void loop.request(by);
      await clock.advance(0);
      expect(begun).toEqual(['start', by]);
    },
  );

  it('is not tried in between more often than every 5 minutes', async () => {
    const { loop, clock, minutes, putOff, end } = setup();
    await putOff();
    for (let minute = 0; minute < 30; minute += 1) {
      void loop.request('request');
      await end({ again: 'later', notBefore: HALF_AN_HOUR });
      await clock.advance(MINUTE);
    }
    expect(minutes()).toEqual([0, 0, 5, 10, 15, 20, 25, 30]);
  });

  it('is tried for the requests made meanwhile when the 5 minutes are over, and the loop says when', async () => {
    const { loop, clock, begun, putOff } = setup();
    await putOff();
    void loop.request('request');
    await putOff();
    await clock.advance(MINUTE);
    void loop.request('watch');
    expect((loop.retryAt ?? 0) - clock.now()).toBe(4 * MINUTE);
    await clock.advance(4 * MINUTE);
    expect(begun).toEqual(['start', 'request', 'watch']);
  });

  it('is asked as usual once a try in between has succeeded', async () => {
    const { loop, clock, begun, putOff, end } = setup();
    await putOff();
    void loop.request('request');
    await end({ again: 'no' });
    expect(loop.putOffUntil).toBeUndefined();
    expect(loop.retryAt).toBeUndefined();
    void loop.request('schedule');
    await clock.advance(0);
    expect(begun).toEqual(['start', 'request', 'schedule']);
  });

  it('is still waited for when a try in between fails without another Retry-After', async () => {
    const { loop, clock, begun, putOff, end } = setup();
    await putOff();
    await clock.advance(10 * MINUTE);
    void loop.request('request');
    await end({ again: 'later' });
    void loop.request('schedule');
    await clock.advance(20 * MINUTE - 1);
    expect(begun).toEqual(['start', 'request']);
    await clock.advance(1);
    expect(begun).toEqual(['start', 'request', 'schedule']);
  });

  it('makes known when a pass that was requested comes, once', async () => {
    const { loop, clock, told, putOff } = setup();
    await putOff();
    expect(told).toEqual([]);
    void loop.request('request');
    await clock.advance(0);
    await putOff();
    void loop.request('request');
    void loop.request('watch');
    await clock.advance(0);
    expect(told).toEqual([5 * MINUTE]);
    expect((loop.retryAt ?? 0) - clock.now()).toBe(5 * MINUTE);
  });

  it('is waited for by elapsed time, not by the wall clock', async () => {
    const { loop, clock, begun, putOff } = setup();
    await putOff();
    void loop.request('schedule');
    clock.jump(24 * 60 * MINUTE);
    await clock.advance(HALF_AN_HOUR - 1);
    expect(begun).toEqual(['start']);
  });

  it('does not keep the loop from stopping', async () => {
    const { loop, clock, begun, putOff } = setup();
    await putOff();
    void loop.request('request');
    await clock.advance(0);
    expect(begun).toHaveLength(2);
    await putOff();
    void loop.request('request');
    await loop.stop(new Error('shutting down'));
    await clock.advance(60 * MINUTE);
    expect(begun).toHaveLength(2);
    expect(clock.sleeping).toBe(0);
  });
});

it('an API that asks for a wait of a day is waited for an hour', async () => {
  const { loop, clock, begun, putOff } = setup();
  await putOff(24 * 60 * MINUTE);
  expect((loop.putOffUntil ?? 0) - clock.now()).toBe(60 * MINUTE);
  await clock.advance(60 * MINUTE);
  expect(begun).toEqual(['start', 'retry']);
});

/** A loop whose passes end when the test says so. */
function setup() {
  const clock = new FakeClock();
  const begun: Trigger[] = [];
  const begunAt: number[] = [];
  const told: number[] = [];
  let ending: PromiseWithResolvers<Pass> | undefined;
  const loop = new Loop({
    clock,
    random: () => 0.999_999_999,
    deadlineMs: 15 * MINUTE,
    emit: (happening) => {
      if (happening.kind === 'pass-put-off') told.push(happening.until - clock.now());
    },
    pass: async (trigger) => {
      begun.push(trigger);
      begunAt.push(clock.uptime());
      ending = Promise.withResolvers<Pass>();
      return ending.promise;
    },
  });
  const end = async (how: Pick<Pass, 'again' | 'notBefore'>) => {
    await clock.advance(0);
    ending?.resolve(passed(begun.at(-1) ?? 'start', how));
    await clock.advance(0);
  };
  return {
    loop,
    clock,
    begun,
    told,
    minutes: () => begunAt.map((at) => at / MINUTE),
    end,
    /** Ends the pass under way, or the first one, with a Retry-After of the API. */
    putOff: async (ms = HALF_AN_HOUR) => {
      if (begun.length === 0) void loop.request('start');
      await end({ again: 'later', notBefore: clock.uptime() + ms });
    },
  };
}

function passed(trigger: Trigger, how: Pick<Pass, 'again' | 'notBefore'>): Pass {
  const changes = { create: 0, enable: 0, update: 0, delete: 0 };
  const startedAt = '2026-11-24T08:00:00.000Z';
  return {
    ...how,
    report: { startedAt, durationMs: 0, trigger, result: 'failed', changes, withheld: [], requests: 0 },
  };
}
