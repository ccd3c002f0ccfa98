import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/daemon/endpoints/connection-limit.ts';

describe('large answers', () => {
  it('are made one after the other, in order, and others are served between them', async () => {
    const turns = new Turns(10);
    let now = 0;
    const count = () => {
      now++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const made: number[] = [];
    await Promise.all(Array.from({ length: 5 }, async () => turns.take(async () => made.push(now))));
    clearImmediate(counting);
    expect(new Set(made).size).toBe(5);
    expect(made).toEqual(made.toSorted((a, b) => a - b));
  });

  it('are not begun before the one under way is made, however long that takes', async () => {
    const turns = new Turns(10);
    const steps: string[] = [];
    const make = (name: string) => async () => {
      steps.push(`${name} begins`);
      for (let n = 0; n < 3; n++) await new Promise(setImmediate);
      steps.push(`${name} is made`);
    };
    await Promise.all([turns.take(make('a')), turns.take(make('b'))]);
    expect(steps).toEqual(['a begins', 'a is made', 'b begins', 'b is made']);
  });

  it('that cannot be made do not keep the next one waiting', async () => {
    const turns = new Turns(10);
    const broken = turns.take(async () => Promise.reject(new Error('broken')));
    const next = turns.take(async () => 'made');
    await expect(broken).rejects.toThrow('broken');
    expect(await next).toBe('made');
  });

  it('are refused where too many are waited for', async () => {
    const turns = new Turns(2);
    const make = async () => 'made';
    expect(await Promise.all([turns.take(make), turns.take(make), turns.take(make)])).toEqual([
      'made',
      'made',
      undefined,
    ]);
    expect(await turns.take(make)).toBe('made');
  });
});
