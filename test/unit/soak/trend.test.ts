import { describe, expect, it } from 'vitest';
import { type Sample, trends } from '../../soak/trend.ts';

const steady: Omit<Sample, 'pass'> = {
  residentMb: 100,
  reservedMb: 40,
  heapMb: 20,
  externalMb: 5,
  files: 30,
  sockets: 8,
  timers: 2,
};

function growing(over: (share: number) => Partial<Sample>): readonly string[] {
  const samples = Array.from({ length: 40 }, (_, n) => ({ pass: n, ...steady, ...over(n / 40) }));
  return trends(samples).flatMap(({ measure, isGrowing }) => (isGrowing ? [measure] : []));
}

describe('the soak report', () => {
  it('finds nothing where nothing grows', () => {
    expect(growing(() => ({}))).toEqual([]);
  });

  it('forgives what is needed to warm up', () => {
    expect(growing((share) => ({ residentMb: share < 0.25 ? 40 : 100 }))).toEqual([]);
  });

  it('forgives a single outlier', () => {
    expect(growing((share) => ({ files: share === 0.9 ? 200 : 30 }))).toEqual([]);
  });

  it('names memory whose last quarter is over 105 % of the second', () => {
    expect(growing((share) => ({ residentMb: share < 0.75 ? 100 : 106 }))).toEqual(['residentMb']);
    expect(growing((share) => ({ residentMb: share < 0.75 ? 100 : 104 }))).toEqual([]);
  });

  it('names a heap that grows a little with each pass', () => {
    expect(growing((share) => ({ heapMb: 20 + 10 * share }))).toEqual(['heapMb']);
  });

  it('names handles that are left open', () => {
    expect(growing((share) => ({ files: 30 + 20 * share, sockets: 8 + 20 * share, timers: 2 + 20 * share }))).toEqual([
      'files',
      'sockets',
      'timers',
    ]);
  });
});
