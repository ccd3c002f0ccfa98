import { describe, expect, it } from 'vitest';
import { oneLine } from '../../../src/base/text.ts';
import { retryAfter } from '../../../src/http/answer.ts';

describe('text for a message', () => {
  it('is cut without breaking a character in two', () => {
    expect(oneLine('ab😀', 3)).toBe('ab…');
    expect(oneLine('\ud800x')).toBe('\ufffdx');
  });
});

describe('Retry-After', () => {
  const NOW = Date.parse('2026-11-24T08:00:00Z');
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '31536000' }, 60_000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 08:00:09 GMT' }, 9000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 07:00:00 GMT' }, 0],
    [{ 'retry-after': 'Tue, 24 Nov 2026 09:00:03 GMT', date: 'Tue, 24 Nov 2026 09:00:00 GMT' }, 3000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j is %s', (headers, wait) => {
    expect(retryAfter(headers, NOW)).toBe(wait);
  });

  it('counts up to the longest wait', () => {
    expect(retryAfter({ 'retry-after': '31536000' }, NOW, 3_600_000)).toBe(3_600_000);
  });
});
