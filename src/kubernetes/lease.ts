/** A Lease (coordination.k8s.io/v1) as leader election reads and writes it. */
import { isObject } from '../base/json.ts';
import { oneLine } from '../base/text.ts';
import {
  adviceFor,
  complaint,
  isDenied,
  type KubernetesAnswer,
  type KubernetesApi,
  type KubernetesCall,
} from './api.ts';
import { KubernetesError } from './errors.ts';

interface LeaseName {
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

/** The requests leader election makes: get, create and update of one Lease, with the answers it tells apart. */
export type LeaseAnswer =
  | { readonly kind: 'lease'; readonly lease: Lease }
  /** There is none. */
  | { readonly kind: 'absent' }
  /** Somebody has written since: what was to be written was not. */
  | { readonly kind: 'conflict' }
  /** Not now, or not ever: `why` is for people. `isDenied`: for who we are; worth another try before anybody is told. */
  | { readonly kind: 'refused'; readonly why: string; readonly isDenied?: boolean; readonly retryAfterMs?: number };

/** All throw KubernetesError where it is not known what became of the request. */
export interface Leases {
  get(signal?: AbortSignal): Promise<LeaseAnswer>;
  create(record: LeaseRecord, signal?: AbortSignal): Promise<LeaseAnswer>;
  /** Only if it still is as `before`. */
  update(before: Lease, record: LeaseRecord, signal?: AbortSignal): Promise<LeaseAnswer>;
}

export function leases(api: KubernetesApi, of: LeaseName, timeoutMs: number): Leases {
  const folder = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(of.namespace)}/leases`;
  const path = `${folder}/${encodeURIComponent(of.name)}`;
  const ask = async (call: Omit<KubernetesCall, 'timeoutMs'>, signal: AbortSignal | undefined) =>
    understood(await api.request({ ...call, timeoutMs }, signal), VERBS[call.method], of);
  return {
    get: async (signal) => await ask({ method: 'GET', path }, signal),
    create: async (record, signal) => {
      const answer = await ask({ method: 'POST', path: folder, body: writeLease(of, record) }, signal);
      // It is the namespace that is not there.
      return answer.kind === 'absent' ? { kind: 'refused', why: `there is no namespace ${of.namespace}` } : answer;
    },
    update: async (before, record, signal) =>
      await ask({ method: 'PUT', path, body: writeLease(of, record, before) }, signal),
  };
}

const VERBS: Readonly<Record<KubernetesCall['method'], string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

function understood(answer: KubernetesAnswer, verb: string, { namespace, name }: LeaseName): LeaseAnswer {
  const { status, value, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'lease', lease: readLease(value) };
  if (status === 404) return { kind: 'absent' };
  if (status === 409) return { kind: 'conflict' };
  const [of, instead] = verb === 'create' ? ['', ', or make the Lease with the manifests'] : [` for "${name}"`, ''];
  const grant = `${verb} on leases.coordination.k8s.io in namespace ${namespace}${of} to the service account${instead}`;
  const why = `${verb} was answered with ${complaint(answer)}${adviceFor(answer, grant)}`;
  return { kind: 'refused', why, isDenied: isDenied(answer), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
