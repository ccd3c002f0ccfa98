/** The cluster as the lease and the Events need it: one client of its API, and the identity of this pod. */
import type { Clock } from '../base/clock.ts';
import { type Environment, findAccess } from './access.ts';
import { type KubernetesApi, kubernetesApi } from './api.ts';
import { type Pod, thisPod } from './events.ts';

export interface Cluster {
  readonly api: KubernetesApi;
  readonly pod: Pod;
  /** The address of the API server and where it comes from, for the log. */
  readonly server: string;
  readonly origin: string;
}

/** Throws KubernetesAccessError. Nothing is sent yet. */
export async function openCluster(env: Environment, clock: Clock): Promise<Cluster> {
  const access = await findAccess({ env, clock });
  const { server, origin, namespace } = access;
  return { api: kubernetesApi(access, clock), pod: thisPod(env, namespace), server, origin };
}
