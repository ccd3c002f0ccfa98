import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/daemon/connection-limit.ts';

describe('large answers', () => {
  it('are made one in a turn of the event loop, in order, so that others are served between them', async () => {
    const turns = new Turns(10);
    let now = 0;
    const count = () => {
      now++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const made: number[] = [];
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await turns.take();
        made.push(now);
      }),
    );
    clearImmediate(counting);
    expect(new Set(made).size).toBe(5);
    expect(made).toEqual(made.toSorted((a, b) => a - b));
  });

  it('are refused where too many are waited for', async () => {
    const turns = new Turns(2);
    const taken = await Promise.all([turns.take(), turns.take(), turns.take()]);
    expect(taken).toEqual([true, true, false]);
    expect(await turns.take()).toBe(true);
  });
});
