import { describe, expect, it } from 'vitest';
import { inUrlOrder } from '../../../src/apply/url-order.ts';
import type { Update } from '../../../src/apply/update.ts';
import { desired, observed } from '../../support/subscriptions.ts';

const url = (name: string | number) => `https://hooks.example.com/${name}`;

/** An update of the url, titled `from>to`. */
function move(from: string | number, to: string | number): Update {
  return {
    kind: 'update',
    observed: observed({ url: url(from) }),
    desired: desired({ title: `${from}>${to}`, url: url(to) }),
    changes: [{ field: 'url', from: url(from), to: url(to) }],
    by: 'title',
    adopts: false,
  };
}

const ordered = (...updates: readonly Update[]) =>
  inUrlOrder(updates).map(({ updates: chain, isCycle }) => [
    chain.map(({ desired: { title } }) => title).join(' '),
    isCycle,
  ]);

describe('updates that move urls', () => {
  it('come after those that give up their urls, and stand alone where none does', () => {
    expect(ordered(move('a', 'b'), move('b', 'c'), move('x', 'y'), move('c', 'd'))).toEqual([
      ['x>y', false],
      ['c>d b>c a>b', false],
    ]);
  });

  it('wait for all updates that give a url up', () => {
    expect(ordered(move('a', 'b'), move('b', 'c'), move('b', 'd'))).toEqual([['b>c b>d a>b', false]]);
  });

  it('that form a cycle come last, after those that do not wait for it', () => {
    expect(ordered(move('a', 'b'), move('b', 'a'), move('b', 'c'))).toEqual([['b>c a>b b>a', true]]);
  });

  it('are put in order in a time that is linear in their number', () => {
    const n = 20_000;
    const shifted = Array.from({ length: n }, (_, index) => move(index, index + 1));
    const swapped = Array.from({ length: n }, (_, index) => (index % 2 ? move('l', 'r') : move('r', 'l')));
    const startedAt = performance.now();
    expect(inUrlOrder(shifted)).toHaveLength(1);
    expect(inUrlOrder(swapped)).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
