import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/apply/ledger.ts';
import type { Observed } from '../../../src/subscription.ts';
import { desired, observed } from '../../support/subscriptions.ts';

const NOW = Date.parse('2026-11-24T08:00:00Z');

describe('a listing that lags behind our own writes', () => {
  it('is believed where it shows what we wrote, with no request of its own', async () => {
    const ledger = new Ledger();
    const written = observed();
    ledger.wrote(written, NOW);
    expect(await ledger.correct([written], refuse, NOW)).toEqual([written]);
  });

  it('is completed by what we created in the last minute, once read by id', async () => {
    const ledger = new Ledger();
    const created = observed();
    ledger.wrote(created, NOW);
    expect(await ledger.correct([], async () => created, NOW + 59_000)).toEqual([created]);
  });

  it('is believed when what we created is gone by id too', async () => {
    const ledger = new Ledger();
    ledger.wrote(observed(), NOW);
    expect(await ledger.correct([], async () => undefined, NOW)).toEqual([]);
    expect(await ledger.correct([], refuse, NOW)).toEqual([]);
  });

  it('is corrected where it shows the state before our update', async () => {
    const ledger = new Ledger();
    const before = observed({ enabled: false });
    const after = { ...before, enabled: true };
    ledger.wrote(after, NOW);
    expect(await ledger.correct([before], async () => after, NOW)).toEqual([after]);
  });

  it('is corrected where it still shows what we deleted', async () => {
    const ledger = new Ledger();
    const deleted = observed();
    ledger.deleted(deleted.id, NOW);
    expect(await ledger.correct([deleted], async () => undefined, NOW)).toEqual([]);
  });

  it('is not overruled by our memory where somebody else has changed the subscription since', async () => {
    const ledger = new Ledger();
    const ours = observed();
    const theirs = { ...ours, url: 'https://elsewhere.example.com/' };
    ledger.wrote(ours, NOW);
    expect(await ledger.correct([theirs], async () => theirs, NOW)).toEqual([theirs]);
    expect(await ledger.correct([theirs], refuse, NOW)).toEqual([theirs]);
  });

  it('is completed still by what we created after somebody else has changed that', async () => {
    const ledger = new Ledger();
    const ours = observed();
    const theirs = { ...ours, enabled: false };
    ledger.wrote(ours, NOW);
    await ledger.correct([], async () => theirs, NOW + 1_000);
    expect(await ledger.correct([], async () => theirs, NOW + 2_000)).toEqual([theirs]);
  });

  it('is corrected still where it shows what we created and somebody else has deleted', async () => {
    const ledger = new Ledger();
    const ours = observed();
    ledger.wrote(ours, NOW);
    await ledger.correct([ours], async () => ours, NOW + 1_000);
    await ledger.correct([], async () => undefined, NOW + 2_000);
    expect(await ledger.correct([ours], async () => undefined, NOW + 3_000)).toEqual([]);
  });

  it('is the truth again after a minute', async () => {
    const ledger = new Ledger();
    ledger.wrote(observed(), NOW);
    expect(await ledger.correct([], refuse, NOW + 60_001)).toEqual([]);
  });
});

describe('a listing that lacks what the last one had', () => {
  const many = Array.from({ length: 300 }, () => observed());

  it('is completed by what is still there by id, as often as it lacks it', async () => {
    const ledger = new Ledger();
    const [one, other] = [observed(), observed()];
    await ledger.correct([one, other], refuse, NOW);
    for (let hours = 1; hours < 3; hours += 1) {
      expect(await ledger.correct([one], async () => other, NOW + hours * 3_600_000)).toEqual([one, other]);
    }
  });

  it('is believed where it is gone by id too, and it is asked for once', async () => {
    const ledger = new Ledger();
    const [one, other] = [observed(), observed()];
    await ledger.correct([one, other], refuse, NOW);
    expect(await ledger.correct([one], async () => undefined, NOW)).toEqual([one]);
    expect(await ledger.correct([one], refuse, NOW)).toEqual([one]);
  });

  it('is believed where we have deleted that, however long ago', async () => {
    const ledger = new Ledger();
    const ours = observed();
    await ledger.correct([ours], refuse, NOW);
    ledger.deleted(ours.id, NOW);
    expect(await ledger.correct([], refuse, NOW + 3_600_000)).toEqual([]);
  });

  it('is no listing where it lacks more than can be asked for, and some of that is there', async () => {
    const ledger = new Ledger();
    await ledger.correct(many, refuse, NOW);
    for (let passes = 0; passes < 2; passes += 1) {
      await expect(ledger.correct([], async (id) => many.find((one) => one.id === id), NOW)).rejects.toThrow(
        'the listing of subscriptions lacks 300 of those of the last one, of which some are still there',
      );
    }
  });

  it('is believed where it lacks more than can be asked for, and none of a hundred is there', async () => {
    const ledger = new Ledger();
    let asked = 0;
    await ledger.correct(many, refuse, NOW);
    expect(await ledger.correct([], async () => void (asked += 1), NOW)).toEqual([]);
    expect(asked).toBe(100);
  });
});

describe('a create whose answer was lost', () => {
  const lost = (now: number) => {
    const ledger = new Ledger();
    ledger.unsettled(desired(), NOW);
    return [ledger.carriedOut([], now), ledger.lost(desired()) !== undefined, ledger.carriedOut([observed()], now)];
  };

  it('may turn up for as long as listings may lag', () => {
    expect(lost(NOW + 59_000)).toEqual([[], true, [expect.objectContaining({ action: 'create', title: 'Orders' })]]);
  });

  it('is looked for still where another process may just have sent it as well', () => {
    const ledger = new Ledger();
    ledger.unsettled(desired(), NOW);
    ledger.inherit(NOW + 90_000);
    ledger.carriedOut([], NOW + 91_000);
    expect(ledger.lost(desired())).toMatchObject({ isInherited: true });
  });

  it('is not what somebody else creates later', () => {
    expect(lost(NOW + 61_000)).toEqual([[], false, []]);
  });
});

async function refuse(): Promise<Observed | undefined> {
  throw new Error('not to be read by id');
}
