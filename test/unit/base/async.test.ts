import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { afterRunning, mapBounded } from '../../../src/base/async.ts';

describe('a limit of ten seconds', () => {
  let now = 0;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Time and timers as in a process that runs. */
  const run = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      now += 100;
      vi.advanceTimersByTime(100);
    }
  };
  /** The clock goes on, and timers stand still. */
  const nap = (ms: number) => {
    now += ms;
  };

  it('is over after ten seconds, once', () => {
    const over = vi.fn<() => void>();
    afterRunning(10_000, over);
    run(9_900);
    expect(over).not.toHaveBeenCalled();
    run(100);
    expect(over).toHaveBeenCalledOnce();
    run(60_000);
    expect(over).toHaveBeenCalledOnce();
  });

  it('is never over once it is stopped', () => {
    const over = vi.fn<() => void>();
    const stop = afterRunning(10_000, over);
    run(5_000);
    stop();
    run(60_000);
    expect(over).not.toHaveBeenCalled();
  });

  it.each([0, 4_500, 9_500, 9_900])('counts a nap after %i ms as nothing, and leaves time after it', (before) => {
    const over = vi.fn<() => void>();
    afterRunning(10_000, over);
    run(before);
    nap(3_600_000);
    run(1_000);
    expect(over).not.toHaveBeenCalled();
    run(10_000);
    expect(over).toHaveBeenCalledOnce();
  });

  it('is over after twice its time in a process that is starved without end', () => {
    const over = vi.fn<() => void>();
    afterRunning(10_000, over);
    for (let second = 0; second < 19; second++) {
      nap(2_000);
      run(1_000);
    }
    expect(over).not.toHaveBeenCalled();
    nap(2_000);
    run(1_000);
    expect(over).toHaveBeenCalledOnce();
  });
});

describe('work on several items', () => {
  /** Work that ends when the test says so. */
  const controlled = () => {
    const begun: number[] = [];
    const ends = new Map<number, PromiseWithResolvers<string>>();
    const work = async (item: number): Promise<string> => {
      begun.push(item);
      const end = Promise.withResolvers<string>();
      ends.set(item, end);
      return end.promise;
    };
    return { begun, work, end: (item: number) => ends.get(item)?.resolve(`${item} done`), ends };
  };

  it('is begun so many at a time, and its results keep the order of the items', async () => {
    const { begun, work, end } = controlled();
    const results = mapBounded([1, 2, 3], 2, work);
    expect(begun).toEqual([1, 2]);
    end(2);
    await vi.waitFor(() => expect(begun).toEqual([1, 2, 3]));
    end(3);
    end(1);
    expect(await results).toEqual(['1 done', '2 done', '3 done']);
  });

  it('is not begun any more once one has failed', async () => {
    const { begun, work, end, ends } = controlled();
    const results = mapBounded([1, 2, 3], 2, work);
    ends.get(1)?.reject(new Error('out of reach'));
    await expect(results).rejects.toThrow('out of reach');
    end(2);
    await ends.get(2)?.promise;
    await new Promise(setImmediate);
    expect(begun).toEqual([1, 2]);
  });

  it('is none where there are no items', async () => {
    expect(await mapBounded([], 4, async () => Promise.reject(new Error('begun')))).toEqual([]);
  });
});
