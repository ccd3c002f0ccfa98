/**
 * The rules of the election, as in client-go's leaderelection: what a candidate may do with the lease it observes.
 * Pure. The times in the lease are by the holder's clock and decide nothing. A lease has expired when the candidate has
 * not observed a change for its duration, so that clocks may be hours apart.
 */
import { isSameRecord, type Lease, type LeaseRecord, microTime, MOST_TRANSITIONS } from './lease.ts';

export interface Candidate {
  readonly identity: string;
  readonly durationSeconds: number;
}

/** The lease as a candidate last observed it. Times are the candidate's Clock.uptime(). */
export interface ObservedLease {
  readonly lease: Lease;
  /** When it was first observed with this record. */
  readonly since: number;
  /** How many renewals by its holder were observed. */
  readonly renewals: number;
  /** The lease has been deleted since. */
  readonly isGone: boolean;
  /** The previous lease, which was deleted and created again. */
  readonly before?: ObservedLease;
}

export type Decision =
  | { readonly kind: 'create' }
  /** `renew`: the lease is ours. `take`: it is released or expired. */
  | { readonly kind: 'renew' | 'take'; readonly lease: Lease }
  /** Another candidate holds the lease, for at least `forMs`. */
  | { readonly kind: 'wait'; readonly holder: string; readonly forMs: number };

/** What is known after `lease` was read; undefined: it does not exist. `at`: the time after the answer came. */
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
  // The holder of a deleted lease may not know of it yet: its term has to expire, even if the lease was created again.
  for (const { lease, since } of seen.before ? [seen.before, seen] : [seen]) {
    const { holder, durationSeconds: claimed = durationSeconds } = lease.record;
    const forMs = since + claimed * 1000 - at;
    if (holder !== '' && holder !== identity && forMs > 0) return { kind: 'wait', holder, forMs };
  }
  if (seen.isGone) return { kind: 'create' };
  return { kind: seen.lease.record.holder === identity ? 'renew' : 'take', lease: seen.lease };
}

/**
 * How a candidate gets the lease. `afresh`: no candidate has held it before. `again`: no other candidate has held it in
 * between.
 */
export type Acquisition = 'afresh' | 'again' | 'released' | 'expired';

export function acquisition(seen: ObservedLease | undefined, { identity }: Candidate): Acquisition {
  if (!seen) return 'afresh';
  const { holder, renewTime } = (seen.before ?? seen).lease.record;
  if (holder === identity) return 'again';
  if (holder !== '') return 'expired';
  // Without a renewal, the lease was created by a manifest and has been empty until now.
  return renewTime === undefined ? 'afresh' : 'released';
}

/** The record that the candidate writes to hold the lease. `now`: epoch milliseconds. */
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

/** Only a change of the count matters, not its value. */
function oneMore({ transitions }: LeaseRecord): number {
  return transitions < MOST_TRANSITIONS ? transitions + 1 : 0;
}

/** The record that the holder writes to release the lease at once. */
export function release({ record: { transitions } }: Lease, now: number): LeaseRecord {
  const time = microTime(now);
  return { holder: '', durationSeconds: 1, transitions, acquireTime: time, renewTime: time };
}
