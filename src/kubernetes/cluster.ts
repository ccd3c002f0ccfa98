/** What the configuration wants of Kubernetes: one client of its API, shared by all who need it. */
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
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

/** Undefined where nothing asks for it. Throws KubernetesAccessError. Nothing is sent yet. */
export async function openCluster(
  config: Pick<Config, 'kubernetes' | 'lease'>,
  env: Environment,
  clock: Clock,
): Promise<Cluster | undefined> {
  if (!config.kubernetes.events && !config.lease) return undefined;
  const access = await findAccess({ env, clock });
  const { server, origin, namespace } = access;
  return { api: kubernetesApi(access, clock), pod: thisPod(env, namespace), server, origin };
}
