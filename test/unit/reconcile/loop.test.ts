import { describe, expect, it } from 'vitest';
import { PassAborted } from '../../../src/reconcile/errors.ts';
import { Loop } from '../../../src/reconcile/loop.ts';
import type { Pass } from '../../../src/reconcile/pass.ts';
import type { Trigger } from '../../../src/reconcile/report.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MINUTE = 60_000;

describe('the loop', () => {
  it('never runs two passes at once, and makes one more of all triggers that come meanwhile', async () => {
    const { loop, clock, begun, end } = setup();
    void loop.request('start');
    await clock.advance(0);
    void loop.request('watch');
    void loop.request('schedule');
    void loop.request('request');
    await clock.advance(0);
    expect(begun).toEqual(['start']);

    await end();
    expect(begun).toEqual(['start', 'watch']);
    await end();
    expect(begun).toEqual(['start', 'watch']);
  });

  it('answers a request with a pass that began after it, not with the one under way', async () => {
    const { loop, clock, end } = setup();
    void loop.request('start');
    await clock.advance(0);
    const asked = loop.request('request');
    await end();
    await end();
    expect((await asked).report.trigger).toBe('request');
  });

  it('lets the pass under way know that the checkout may have changed', async () => {
    const { loop, clock, isOutrun } = setup();
    void loop.request('start');
    await clock.advance(0);
    expect(isOutrun()).toBe(false);
    void loop.request('watch');
    expect(isOutrun()).toBe(true);
  });

  it('repeats a failed pass after 5 s, doubling to 5 min', async () => {
    const { loop, clock, waits, end } = setup();
    void loop.request('start');
    for (let n = 0; n < 9; n += 1) {
      await clock.advance(0);
      await end({ again: 'later' });
      await clock.advance((loop.retryAt ?? 0) - clock.now());
    }
    expect(waits()).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000));
  });

  it('begins again at 5 s after a pass that went through', async () => {
    const { loop, clock, end } = setup();
    void loop.request('start');
    await end({ again: 'later' });
    await clock.advance(5_000);
    await end({ again: 'later' });
    await clock.advance(10_000);
    await end();
    void loop.request('schedule');
    await end({ again: 'later' });
    expect((loop.retryAt ?? 0) - clock.now()).toBe(5_000);
  });

  it('waits a random part of the back-off, so that a fleet does not come back together, but always a tenth of it', async () => {
    let chance = 0.9;
    const { loop, clock, waits, end } = setup({ random: () => chance });
    void loop.request('start');
    for (chance of [0.9, 0.3, 0, 0, 0]) {
      await end({ again: 'later' });
      await clock.advance((loop.retryAt ?? 0) - clock.now());
    }
    expect(waits()).toEqual([4_500, 3_000, 2_500, 4_000, 8_000]);
  });

  it('says when it tries again by the wall clock', async () => {
    const { loop, clock, end } = setup();
    void loop.request('start');
    await end({ again: 'later' });
    clock.jump(-60 * MINUTE);
    expect((loop.retryAt ?? 0) - clock.now()).toBe(5_000);
  });

  it('plans again at once when the plan is stale, but not for ever', async () => {
    const { loop, begun, end } = setup();
    void loop.request('start');
    for (let n = 0; n < 4; n += 1) await end({ again: 'at-once' });
    expect(begun).toEqual(['start', 'retry', 'retry', 'retry']);
    expect(loop.retryAt).toBeDefined();
  });

  it('needs no retry any more once another trigger has led to a pass', async () => {
    const { loop, clock, begun, end } = setup();
    void loop.request('start');
    await end({ again: 'later' });
    void loop.request('watch');
    await end();
    await clock.advance(10 * MINUTE);
    expect(begun).toEqual(['start', 'watch']);
  });

  it('hands over the requests that wait for a pass once it is stopped', async () => {
    const { loop, clock, end } = setup();
    void loop.request('start');
    await clock.advance(0);
    const before = loop.request('request');
    const stopped = loop.stop(new Error('read again'));
    await end();
    await stopped;
    const after = loop.request('request');
    const pass = { report: { trigger: 'reload' } } as Pass;
    loop.answerWaiting?.(pass);
    expect(await Promise.all([before, after])).toEqual([pass, pass]);
  });

  it('begins no other pass once it is stopped, and ends with the pass under way', async () => {
    const { loop, clock, begun, end, signal } = setup();
    void loop.request('start');
    await clock.advance(0);
    void loop.request('watch');
    const stopped = loop.stop(new Error('shutting down'));
    expect(signal().aborted).toBe(true);
    await end({ again: 'later' });
    await stopped;
    await clock.advance(10 * MINUTE);
    expect(begun).toEqual(['start']);
    expect(clock.sleeping).toBe(0);
  });
});

describe('a pass past its deadline', () => {
  it('is aborted, and the loop goes on when it ends', async () => {
    const { loop, clock, begun, end, signal, overdue } = setup();
    void loop.request('start');
    await clock.advance(15 * MINUTE - 1);
    expect(signal().aborted).toBe(false);
    await clock.advance(1);
    expect(signal().reason).toEqual(new PassAborted('the pass took longer than 900 s', { isOverdue: true }));
    await end({ again: 'later' });
    await clock.advance(5_000);
    expect(begun).toEqual(['start', 'retry']);
    expect(overdue).toEqual(['told to stop']);
    expect(loop.stuckSince).toBeUndefined();
  });

  it('that does not end is reported as stuck, and no other begins beside it', async () => {
    const { loop, clock, begun, end, overdue } = setup();
    const startedAt = clock.now();
    void loop.request('start');
    await clock.advance(16 * MINUTE - 1);
    expect(loop.stuckSince).toBeUndefined();
    await clock.advance(1);
    expect(loop.stuckSince).toBe(startedAt);
    void loop.request('schedule');
    await clock.advance(60 * MINUTE);
    expect(begun).toEqual(['start']);
    expect(overdue).toEqual(['told to stop', 'stuck']);

    await end();
    expect(loop.stuckSince).toBeUndefined();
    expect(begun).toEqual(['start', 'schedule']);
  });

  it('is judged by elapsed time, not by the wall clock', async () => {
    const { loop, clock, signal } = setup();
    void loop.request('start');
    await clock.advance(0);
    clock.jump(60 * MINUTE);
    await clock.advance(MINUTE);
    expect(signal().aborted).toBe(false);
    clock.jump(-120 * MINUTE);
    await clock.advance(14 * MINUTE);
    expect(signal().aborted).toBe(true);
  });
});

/**
 * A loop that begins its passes itself, and whose passes end when the test says so. By default the random number is at
 * its highest.
 */
function setup({ random = () => 0.999_999_999 }: { random?: () => number } = {}) {
  const clock = new FakeClock();
  const begun: Trigger[] = [];
  const retries: number[] = [];
  const overdue: string[] = [];
  let ending: ((pass: Pass) => void) | undefined;
  let outrun = () => false;
  let signal = new AbortController().signal;
  const loop = new Loop({
    clock,
    random,
    deadlineMs: 15 * MINUTE,
    emit: (happening) => {
      if (happening.kind === 'pass-overdue') overdue.push(happening.isStuck ? 'stuck' : 'told to stop');
      else if (loop.retryAt !== undefined) retries.push(Math.round(loop.retryAt - clock.now()));
    },
    pass: async (trigger, mayBeOutrun, stop) => {
      begun.push(trigger);
      outrun = mayBeOutrun;
      signal = stop;
      const { promise, resolve } = Promise.withResolvers<Pass>();
      ending = resolve;
      return promise;
    },
  });
  return {
    loop,
    clock,
    begun,
    waits: () => retries,
    overdue,
    isOutrun: () => outrun(),
    signal: () => signal,
    end: async ({ again = 'no' }: { again?: Pass['again'] } = {}) => {
      await clock.advance(0);
      ending?.(passed(begun.at(-1) ?? 'start', again));
      await clock.advance(0);
    },
  };
}

function passed(trigger: Trigger, again: Pass['again']): Pass {
  const changes = { create: 0, enable: 0, update: 0, delete: 0 };
  const startedAt = '2026-11-24T08:00:00.000Z';
  return {
    again,
    report: { startedAt, durationMs: 0, trigger, result: 'converged', changes, withheld: [], requests: 0 },
  };
}
