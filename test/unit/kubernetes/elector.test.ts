import { describe, expect, it } from 'vitest';
import { Elector } from '../../../src/kubernetes/elector.ts';
import { type Lease, type LeaseRecord, type Leases, readLease, writeLease } from '../../../src/kubernetes/lease.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const NAME = { namespace: 'payments', name: 'reconciler' };
const TERM_MS = 4_850;

describe('the term of a holder', () => {
  it('counts from when the renewal was sent, not from when its answer came', async () => {
    const { clock, elector } = setup({ answerMs: 1_000, retryPeriodMs: 60_000 });
    await clock.advance(1_999);
    expect(elector.leads).toBe(false);
    await clock.advance(1);
    expect(elector.leads).toBe(true);
    // Reading takes a second, and writing another one.
    await clock.advance(1_000 + TERM_MS - 2_000 - 1);
    expect(elector.leads).toBe(true);
    await clock.advance(1);
    expect(elector.leads).toBe(false);
  });

  it('does not begin with an answer that comes after the end it would have', async () => {
    const { clock, elector, told } = setup({ answerMs: TERM_MS, retryPeriodMs: 60_000 });
    await clock.advance(2 * TERM_MS);
    expect(elector.leads).toBe(false);
    expect(told).toEqual([]);
  });

  it('ends on time and says so, even while a renewal waits for its answer', async () => {
    const { clock, elector, told, hang } = setup({ answerMs: 10, retryPeriodMs: 2_000 });
    await clock.advance(100);
    hang();
    await clock.advance(10 + TERM_MS - 100 - 1);
    expect([elector.leads, ...told]).toEqual([true, 'gained afresh']);
    await clock.advance(1);
    expect([elector.leads, ...told]).toEqual([
      false,
      'gained afresh',
      'lost: the lease was not renewed within 4850 ms',
    ]);
  });

  it.each([-1, 1])(
    'is over when the wall clock says so (%s hour), or goes on, but is never made longer',
    async (hours) => {
      const { clock, elector, hang } = setup({ answerMs: 10, retryPeriodMs: 2_000 });
      await clock.advance(100);
      hang();
      clock.jump(hours * 3_600_000);
      expect(elector.leads).toBe(hours < 0);
      await clock.advance(TERM_MS);
      expect(elector.leads).toBe(false);
    },
  );
});

/** A candidate alone, with an API server that is slow with every answer. */
function setup({ answerMs, retryPeriodMs }: { readonly answerMs: number; readonly retryPeriodMs: number }) {
  const clock = new FakeClock();
  const told: string[] = [];
  let isHanging = false;
  const answer = async <T>(value: T): Promise<T> => {
    if (isHanging) return new Promise<never>(() => {});
    await clock.sleep(answerMs);
    return value;
  };
  const stored = (record: LeaseRecord, before?: Lease) => {
    const document = writeLease(NAME, record, before) as { readonly metadata: object };
    return { kind: 'lease', lease: readLease({ ...document, metadata: { ...NAME, resourceVersion: '1' } }) } as const;
  };
  const leases: Leases = {
    get: async () => answer({ kind: 'absent' } as const),
    create: async (record) => answer(stored(record)),
    update: async (before, record) => answer(stored(record, before)),
  };
  const elector = new Elector({
    identity: 'me',
    times: { durationMs: 15_000, retryPeriodMs, termMs: TERM_MS },
    leases,
    clock,
    random: () => 0,
    observer: {
      gained: (how) => told.push(`gained ${how}`),
      lost: (why) => told.push(`lost: ${why}`),
      held: () => {},
      trouble: () => {},
    },
  });
  elector.start();
  return { clock, elector, told, hang: () => (isHanging = true) };
}
