/** A Lease (coordination.k8s.io/v1) as leader election reads and writes it. */
import { oneLine } from '../http/one-line.ts';
import { isObject } from '../http/success.ts';
import { KubernetesError } from './errors.ts';

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** What its holder has written: client-go's LeaderElectionRecord. */
export interface LeaseRecord {
  /** Empty: it was released, and nobody holds it. */
  readonly holder: string;
  /** For how long the holder claims it with every renewal; seconds, whole. Undefined: it does not say. */
  readonly durationSeconds: number | undefined;
  /** How often it has gone to another holder. */
  readonly transitions: number;
  /** By the holder's clock, which nobody else goes by: MicroTime, as written. */
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
}

export interface Lease {
  readonly record: LeaseRecord;
  /** As it was read: labels, annotations and what else others have put there stay as they are, `resourceVersion` guards. */
  readonly document: LeaseDocument;
}

/** The API has an int32 for them, and refuses what is beyond. */
export const MOST_TRANSITIONS = 2 ** 31 - 1;

interface LeaseDocument {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Throws KubernetesError: what is no Lease must not be taken for one that nobody holds. */
export function readLease(value: unknown): Lease {
  const { kind, metadata, spec = {} } = isObject(value) ? value : {};
  if (kind !== 'Lease' || !isObject(metadata) || typeof metadata['resourceVersion'] !== 'string' || !isObject(spec))
    throw new KubernetesError('the API server answered with something that is no Lease', { sent: true });
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime, renewTime } = spec;
  const record: LeaseRecord = {
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    durationSeconds: isCount(leaseDurationSeconds) && leaseDurationSeconds > 0 ? leaseDurationSeconds : undefined,
    transitions: isCount(leaseTransitions) && leaseTransitions <= MOST_TRANSITIONS ? leaseTransitions : 0,
    acquireTime: typeof acquireTime === 'string' ? acquireTime : undefined,
    renewTime: typeof renewTime === 'string' ? renewTime : undefined,
  };
  return { record, document: { metadata, spec } };
}

/** The document to send: `before` with another record, or a new one. */
export function writeLease(name: LeaseName, record: LeaseRecord, before?: Lease): unknown {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: before?.document.metadata ?? { namespace: name.namespace, name: name.name },
    spec: {
      ...before?.document.spec,
      holderIdentity: record.holder,
      leaseDurationSeconds: record.durationSeconds,
      leaseTransitions: record.transitions,
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
    },
  };
}

/** Kubernetes' MicroTime: exactly six digits. `now`: epoch ms. */
export function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}

/** Whether the holder has written nothing between these two. What others touch, labels for one, is no renewal. */
export function isSameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holder === b.holder &&
    a.renewTime === b.renewTime &&
    a.acquireTime === b.acquireTime &&
    a.transitions === b.transitions &&
    a.durationSeconds === b.durationSeconds
  );
}

/** The holder's name for people: it comes from whoever may write the Lease. */
export function holderForPeople(holder: string): string {
  return oneLine(holder, 253);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
