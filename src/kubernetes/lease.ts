/** The Lease (coordination.k8s.io/v1) of leader election: its record, its document, and the requests for it. */
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

/** The record that the holder has written: client-go's LeaderElectionRecord. */
export interface LeaseRecord {
  /** Empty: the lease was released and has no holder. */
  readonly holder: string;
  /** How long each renewal is valid, in whole seconds. Undefined: the record does not say. */
  readonly durationSeconds: number | undefined;
  /** How often the holder has changed. */
  readonly transitions: number;
  /** By the holder's clock, so that other candidates do not use it. A MicroTime, as written. */
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
}

export interface Lease {
  readonly record: LeaseRecord;
  /** As it was read. Labels, annotations and other members stay unchanged; `resourceVersion` guards the write. */
  readonly document: LeaseDocument;
}

/** The API has an int32 for transitions and refuses larger values. */
export const MOST_TRANSITIONS = 2 ** 31 - 1;

interface LeaseDocument {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Throws KubernetesError for a document that is not a Lease, which must not be taken for a Lease without a holder. */
export function readLease(value: unknown): Lease {
  const { kind, metadata, spec = {} } = isObject(value) ? value : {};
  if (kind !== 'Lease' || !isObject(metadata) || typeof metadata['resourceVersion'] !== 'string' || !isObject(spec))
    throw new KubernetesError('the API server answered with something that is not a Lease', { sent: true });
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

/** The document to send: `before` with another record, or a new document. */
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

/** Kubernetes' MicroTime has exactly six decimal digits. `now`: epoch milliseconds. */
export function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}

/** Whether the record is unchanged. A change of other members, such as labels, is not a renewal. */
export function isSameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holder === b.holder &&
    a.renewTime === b.renewTime &&
    a.acquireTime === b.acquireTime &&
    a.transitions === b.transitions &&
    a.durationSeconds === b.durationSeconds
  );
}

/** The holder's name for messages. Any client that may write the Lease may have set it. */
export function holderForPeople(holder: string): string {
  return oneLine(holder, 253);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** The requests leader election makes: get, create and update of one Lease, with the answers it tells apart. */
export type LeaseAnswer =
  | { readonly kind: 'lease'; readonly lease: Lease }
  /** The lease does not exist. */
  | { readonly kind: 'absent' }
  /** Another client has written the lease in between, so that our write was refused. */
  | { readonly kind: 'conflict' }
  /**
   * `why`: for messages. `isDenied`: for lack of rights or a refused token, which is tried once more before it is
   * reported.
   */
  | { readonly kind: 'refused'; readonly why: string; readonly isDenied?: boolean; readonly retryAfterMs?: number };

/** All calls throw KubernetesError where the result of the request is not known. */
export interface Leases {
  get(signal?: AbortSignal): Promise<LeaseAnswer>;
  create(record: LeaseRecord, signal?: AbortSignal): Promise<LeaseAnswer>;
  /** Updates the lease only if it is still `before`. */
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
      // A create answers 404 only where the namespace does not exist.
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
