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

/** As it was seen at each of these times. */
function seen(...sightings: readonly (readonly [Lease | undefined, number])[]): ObservedLease | undefined {
  return sightings.reduce<ObservedLease | undefined>(
    (before, [lease, at]) => observeLease(before, lease, at),
    undefined,
  );
}

describe('a lease of somebody else', () => {
  it('is left alone until it has not been renewed for its duration, by our own observation', () => {
    const sighting = seen([lease(), 1_000]);
    expect(decide(sighting, ME, 1_000)).toEqual({ kind: 'wait', holder: 'other', forMs: 15_000 });
    expect(decide(sighting, ME, 15_999)).toEqual({ kind: 'wait', holder: 'other', forMs: 1 });
    expect(decide(sighting, ME, 16_000).kind).toBe('take');
  });

  it('is not expired for a renewal that is hours ago by our clock', () => {
    expect(decide(seen([lease({ renewTime: '2020-01-01T00:00:00.000000Z' }), 0]), ME, 0).kind).toBe('wait');
  });

  it('counts anew from each renewal, however often it is looked at', () => {
    const renewed = lease({ renewTime: '2026-11-26T07:30:02.000000Z' });
    expect(decide(seen([lease(), 0], [lease(), 10_000]), ME, 15_000).kind).toBe('take');
    expect(decide(seen([lease(), 0], [renewed, 10_000]), ME, 24_999)).toMatchObject({ kind: 'wait', forMs: 1 });
  });

  it('is not renewed by somebody who labels it', () => {
    const labelled = lease({}, { resourceVersion: '8', labels: { team: 'payments' } });
    const sighting = seen([lease(), 0], [labelled, 14_000]);
    expect(decide(sighting, ME, 15_000)).toEqual({ kind: 'take', lease: labelled });
  });

  it('lasts for as long as its holder says, not as long as ours would', () => {
    expect(decide(seen([lease({ leaseDurationSeconds: 60 }), 0]), ME, 59_999).kind).toBe('wait');
    expect(decide(seen([lease({ leaseDurationSeconds: undefined }), 0]), ME, 14_999).kind).toBe('wait');
  });

  it('that is deleted stays its for as long, since it may not know', () => {
    const sighting = seen([lease(), 0], [undefined, 5_000]);
    expect(decide(sighting, ME, 5_000)).toEqual({ kind: 'wait', holder: 'other', forMs: 10_000 });
    expect(decide(sighting, ME, 15_000)).toEqual({ kind: 'create' });
  });

  it('that is deleted and made anew, empty, stays its for as long', () => {
    const anew = readLease({ kind: 'Lease', metadata: { ...NAME, resourceVersion: '9', uid: 'another' } });
    for (const sighting of [seen([lease(), 0], [anew, 5_000]), seen([lease(), 0], [undefined, 1], [anew, 5_000])]) {
      expect(decide(sighting, ME, 5_000)).toEqual({ kind: 'wait', holder: 'other', forMs: 10_000 });
      expect(decide(sighting, ME, 15_000)).toEqual({ kind: 'take', lease: anew });
      expect(acquisition(sighting, ME)).toBe('expired');
    }
  });
});

describe('a lease', () => {
  it('that there is none of is created', () => {
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

  it('that a manifest has made, and nobody has held, is taken at once and has no history', () => {
    const sighting = seen([readLease({ kind: 'Lease', metadata: { ...NAME, resourceVersion: '9' } }), 0]);
    expect(decide(sighting, ME, 0).kind).toBe('take');
    expect(acquisition(sighting, ME)).toBe('afresh');
  });

  it.each([
    ['nobody, for it is not there', undefined, 'afresh'],
    ['somebody who released it', lease({ holderIdentity: '' }), 'released'],
    ['somebody whose time ran out', lease(), 'expired'],
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

  it('is never renewed with the time it already has: to others that would be no renewal', () => {
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

  it('keeps what others have written into it, and the version that guards it', () => {
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
  ])('is not what %j is: nobody may take that for a lease that is free', (value) => {
    expect(() => readLease(value)).toThrow('something that is no Lease');
  });
});
