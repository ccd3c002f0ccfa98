/**
 * The rules of the election, those of client-go's leaderelection: what a candidate may do about the lease it sees. Pure.
 * Nobody goes by the times in the lease, which are the holder's: whether it has expired is told by how long ago the
 * candidate itself saw it change, so that clocks may be hours apart.
 */
import { isSameRecord, type Lease, type LeaseRecord, microTime, MOST_TRANSITIONS } from './lease.ts';

export interface Candidate {
  readonly identity: string;
  readonly durationSeconds: number;
}

/** The lease as a candidate has last seen it. Times are its own Clock.uptime(). */
export interface ObservedLease {
  readonly lease: Lease;
  /** When it was first seen with this record. */
  readonly since: number;
  /** How often its holder has been seen to renew it. */
  readonly renewals: number;
  /** It has been deleted since. */
  readonly isGone: boolean;
  /** The one that was here before it was deleted and made anew. */
  readonly before?: ObservedLease;
}

export type Decision =
  | { readonly kind: 'create' }
  /** Ours already: `renew`. Released or expired: `take`. */
  | { readonly kind: 'renew' | 'take'; readonly lease: Lease }
  /** Somebody else's, for `forMs` at least. */
  | { readonly kind: 'wait'; readonly holder: string; readonly forMs: number };

/** What is known after `lease` was read; undefined: there is none. `at`: after the answer came. */
export function observeLease(
  before: ObservedLease | undefined,
  lease: Lease | undefined,
  at: number,
): ObservedLease | undefined {
  if (!lease) return before && { ...before, isGone: true };
  if (before && isSameRecord(before.lease.record, lease.record)) return { ...before, lease, isGone: false };
  const isAnother = before && before.lease.document.metadata['uid'] !== lease.document.metadata['uid'];
  if (isAnother) return { lease, since: at, renewals: 0, isGone: false, before: before.before ?? before };
  const isRenewal = before !== undefined && before.lease.record.holder === lease.record.holder;
  const earlier = before?.before && { before: before.before };
  return { lease, since: at, renewals: isRenewal ? before.renewals + 1 : 0, isGone: false, ...earlier };
}

export function decide(
  seen: ObservedLease | undefined,
  { identity, durationSeconds }: Candidate,
  at: number,
): Decision {
  if (!seen) return { kind: 'create' };
  // Deleted under a holder that may not know it yet, and perhaps made anew: its time has to run out all the same.
  for (const { lease, since } of seen.before ? [seen.before, seen] : [seen]) {
    const { holder, durationSeconds: claimed = durationSeconds } = lease.record;
    const forMs = since + claimed * 1000 - at;
    if (holder !== '' && holder !== identity && forMs > 0) return { kind: 'wait', holder, forMs };
  }
  if (seen.isGone) return { kind: 'create' };
  return { kind: seen.lease.record.holder === identity ? 'renew' : 'take', lease: seen.lease };
}

/** How a candidate that may have the lease comes by it. `afresh`: nobody has had it. `again`: nobody has had it in between. */
export type Acquisition = 'afresh' | 'again' | 'released' | 'expired';

export function acquisition(seen: ObservedLease | undefined, { identity }: Candidate): Acquisition {
  if (!seen) return 'afresh';
  const { holder, renewTime } = (seen.before ?? seen).lease.record;
  if (holder === identity) return 'again';
  if (holder !== '') return 'expired';
  // Made by a manifest, and empty until now.
  return renewTime === undefined ? 'afresh' : 'released';
}

/** What the candidate writes to hold the lease. `now`: epoch ms. */
export function claim({ identity, durationSeconds }: Candidate, judged: Decision, now: number): LeaseRecord {
  const before = judged.kind === 'take' || judged.kind === 'renew' ? judged.lease.record : undefined;
  const time = microTime(before?.renewTime === microTime(now) ? now + 1 : now);
  const isKept = judged.kind === 'renew';
  return {
    holder: identity,
    durationSeconds,
    transitions: before ? (isKept ? before.transitions : oneMore(before)) : 0,
    acquireTime: isKept ? (before?.acquireTime ?? time) : time,
    renewTime: time,
  };
}

/** Nobody goes by the count itself, only by its changing. */
function oneMore({ transitions }: LeaseRecord): number {
  return transitions < MOST_TRANSITIONS ? transitions + 1 : 0;
}

/** What the holder writes to let others have it at once. */
export function release({ record: { transitions } }: Lease, now: number): LeaseRecord {
  const time = microTime(now);
  return { holder: '', durationSeconds: 1, transitions, acquireTime: time, renewTime: time };
}
