/** What the lease and the Events need of Kubernetes: one client of its API, and who we are there. */
import type { Clock } from '../base/clock.ts';
import { type Environment, findAccess } from './access.ts';
import { type KubernetesApi, kubernetesApi } from './api.ts';
import { type Pod, thisPod } from './events.ts';

export interface Cluster {
  readonly api: KubernetesApi;
  readonly pod: Pod;
  /** Where the API server is and where that was learnt, for the log. */
  readonly server: string;
  readonly origin: string;
}

/** Throws KubernetesAccessError. Nothing is sent yet. */
export async function openCluster(env: Environment, clock: Clock): Promise<Cluster> {
  const access = await findAccess({ env, clock });
  const { server, origin, namespace } = access;
  return { api: kubernetesApi(access, clock), pod: thisPod(env, namespace), server, origin };
}
