import { describe, expect, it } from 'vitest';
import {
  acquisition,
  claim,
  decide,
  release,
  observeLease,
  type ObservedLease,
} from '../../../src/kubernetes/election.ts';
import { type Lease, microTime, readLease, writeLease } from '../../../src/kubernetes/lease.ts';

const NAME = { namespace: 'payments', name: 'reconciler' };
const ME = { identity: 'me', durationSeconds: 15 };
const NOW = Date.parse('2026-11-26T08:00:00Z');

function lease(spec: object = {}, metadata: object = {}): Lease {
  return readLease({
    kind: 'Lease',
    metadata: { ...NAME, resourceVersion: '7', ...metadata },
    spec: {
      holderIdentity: 'other',
      leaseDurationSeconds: 15,
      leaseTransitions: 3,
      acquireTime: '2026-11-26T07:00:00.000000Z',
      renewTime: '2026-11-26T07:30:00.000000Z',
      ...spec,
    },
  });
}

/** The lease, read at each of these times. */
function seen(...sightings: readonly (readonly [Lease | undefined, number])[]): ObservedLease | undefined {
  return sightings.reduce<ObservedLease | undefined>(
    (before, [lease, at]) => observeLease(before, lease, at),
    undefined,
  );
}

describe('a lease of another candidate', () => {
  it('is left alone until it has not been renewed for its duration, by our own observation', () => {
    const observed = seen([lease(), 1_000]);
    expect(decide(observed, ME, 1_000)).toEqual({ kind: 'wait', holder: 'other', forMs: 15_000 });
    expect(decide(observed, ME, 15_999)).toEqual({ kind: 'wait', holder: 'other', forMs: 1 });
    expect(decide(observed, ME, 16_000).kind).toBe('take');
  });

  it('has not expired because its renewal is hours ago by our clock', () => {
    expect(decide(seen([lease({ renewTime: '2020-01-01T00:00:00.000000Z' }), 0]), ME, 0).kind).toBe('wait');
  });

  it('counts again from each renewal, however often it is read', () => {
    const renewed = lease({ renewTime: '2026-11-26T07:30:02.000000Z' });
    expect(decide(seen([lease(), 0], [lease(), 10_000]), ME, 15_000).kind).toBe('take');
    expect(decide(seen([lease(), 0], [renewed, 10_000]), ME, 24_999)).toMatchObject({ kind: 'wait', forMs: 1 });
  });

  it('is not renewed when another client labels it', () => {
    const labelled = lease({}, { resourceVersion: '8', labels: { team: 'payments' } });
    const observed = seen([lease(), 0], [labelled, 14_000]);
    expect(decide(observed, ME, 15_000)).toEqual({ kind: 'take', lease: labelled });
  });

  it('lasts for as long as its holder says, not as long as ours would', () => {
    expect(decide(seen([lease({ leaseDurationSeconds: 60 }), 0]), ME, 59_999).kind).toBe('wait');
    expect(decide(seen([lease({ leaseDurationSeconds: undefined }), 0]), ME, 14_999).kind).toBe('wait');
  });

  it('that is deleted stays its holder\u2019s for as long, since the holder may not know', () => {
    const observed = seen([lease(), 0], [undefined, 5_000]);
    expect(decide(observed, ME, 5_000)).toEqual({ kind: 'wait', holder: 'other', forMs: 10_000 });
    expect(decide(observed, ME, 15_000)).toEqual({ kind: 'create' });
  });

  it('that is deleted and created again, empty, stays its holder\u2019s for as long', () => {
    const recreated = readLease({ kind: 'Lease', metadata: { ...NAME, resourceVersion: '9', uid: 'another' } });
    for (const observed of [
      seen([lease(), 0], [recreated, 5_000]),
      seen([lease(), 0], [undefined, 1], [recreated, 5_000]),
    ]) {
      expect(decide(observed, ME, 5_000)).toEqual({ kind: 'wait', holder: 'other', forMs: 10_000 });
      expect(decide(observed, ME, 15_000)).toEqual({ kind: 'take', lease: recreated });
      expect(acquisition(observed, ME)).toBe('expired');
    }
  });
});

describe('a lease', () => {
  it('that does not exist is created', () => {
    const judged = decide(undefined, ME, 0);
    expect(judged).toEqual({ kind: 'create' });
    expect(writeLease(NAME, claim(ME, judged, NOW))).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: NAME,
      spec: {
        holderIdentity: 'me',
        leaseDurationSeconds: 15,
        leaseTransitions: 0,
        acquireTime: '2026-11-26T08:00:00.000000Z',
        renewTime: '2026-11-26T08:00:00.000000Z',
      },
    });
  });

  it('that a manifest has created, and no candidate has held, is taken at once and has no history', () => {
    const observed = seen([readLease({ kind: 'Lease', metadata: { ...NAME, resourceVersion: '9' } }), 0]);
    expect(decide(observed, ME, 0).kind).toBe('take');
    expect(acquisition(observed, ME)).toBe('afresh');
  });

  it.each([
    ['no candidate, since it does not exist', undefined, 'afresh'],
    ['a candidate that released it', lease({ holderIdentity: '' }), 'released'],
    ['a candidate whose term has expired', lease(), 'expired'],
    ['ourselves', lease({ holderIdentity: 'me' }), 'again'],
  ])('is known to come from %s', (_whom, found, how) => {
    expect(acquisition(found && seen([found, 0]), ME)).toBe(how);
  });

  it('that was released is taken at once, and counts as a transition', () => {
    const judged = decide(seen([lease({ holderIdentity: '' }), 0]), ME, 0);
    expect(judged.kind).toBe('take');
    expect(claim(ME, judged, NOW)).toMatchObject({ holder: 'me', transitions: 4, acquireTime: microTime(NOW) });
  });

  it.each([
    ['at the end of what the API takes', 2_147_483_647, 0],
    ['beyond it', 2_147_483_648, 1],
    ['below nothing', -1, 1],
    ['no number', 'many', 1],
    ['no whole one', 1.5, 1],
  ])('whose transitions are %s starts again', (_how, leaseTransitions, next) => {
    const judged = decide(seen([lease({ holderIdentity: '', leaseTransitions }), 0]), ME, 0);
    expect(claim(ME, judged, NOW).transitions).toBe(next);
  });

  it('of ours is renewed, expired or not, and stays acquired when it was', () => {
    const judged = decide(seen([lease({ holderIdentity: 'me' }), 0]), ME, 60_000);
    expect(judged.kind).toBe('renew');
    expect(claim(ME, judged, NOW)).toMatchObject({
      transitions: 3,
      acquireTime: '2026-11-26T07:00:00.000000Z',
      renewTime: microTime(NOW),
    });
  });

  it('is never renewed with the time it already has: to others that would not be a renewal', () => {
    const judged = decide(seen([lease({ holderIdentity: 'me', renewTime: microTime(NOW) }), 0]), ME, 0);
    expect(claim(ME, judged, NOW).renewTime).toBe(microTime(NOW + 1));
  });

  it('is released as client-go does it: no holder, one second, the transitions as they were', () => {
    expect(release(lease(), NOW)).toEqual({
      holder: '',
      durationSeconds: 1,
      transitions: 3,
      acquireTime: microTime(NOW),
      renewTime: microTime(NOW),
    });
  });

  it('keeps what other clients have written into it, and the version that guards it', () => {
    const before = lease({ strategy: 'OldestEmulationVersion' }, { labels: { team: 'payments' }, uid: 'u' });
    expect(writeLease(NAME, release(before, NOW), before)).toMatchObject({
      metadata: { ...NAME, resourceVersion: '7', uid: 'u', labels: { team: 'payments' } },
      spec: { strategy: 'OldestEmulationVersion', holderIdentity: '' },
    });
  });

  it.each([
    undefined,
    'text',
    { kind: 'Status' },
    { kind: 'Lease', metadata: {} },
    { kind: 'Lease', metadata: { resourceVersion: '1' }, spec: 1 },
  ])('is not %j, which must not be taken for a free lease', (value) => {
    expect(() => readLease(value)).toThrow('something that is not a Lease');
  });
});
