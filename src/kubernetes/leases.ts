/** The requests leader election makes: get, create and update of one Lease, with the answers it tells apart. */
import type { KubernetesAnswer, KubernetesApi, KubernetesCall } from './api.ts';
import { adviceFor, complaint, isDenied } from './complaint.ts';
import { type Lease, type LeaseName, type LeaseRecord, readLease, writeLease } from './lease.ts';

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
