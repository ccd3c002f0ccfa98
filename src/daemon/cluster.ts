/** What the configuration wants of Kubernetes: one client of its API, shared by all who need it. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { type Environment, findAccess } from '../kubernetes/access.ts';
import { type Events, events } from '../kubernetes/events.ts';
import { type KubernetesApi, kubernetesApi } from '../kubernetes/api.ts';
import { type Pod, thisPod } from '../kubernetes/pod.ts';
import type { Log } from './log.ts';

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

/** Where Events go; undefined: nobody wants any. */
export function eventsFor(
  config: Pick<Config, 'kubernetes'>,
  cluster: Cluster | undefined,
  clock: Clock,
  log: Log,
): Events | undefined {
  if (!config.kubernetes.events || !cluster) return undefined;
  const { api, pod, server } = cluster;
  // The first of a row for people, the rest for whoever looks into it.
  const onFailed = (detail: string, isNews: boolean) =>
    log[isNews ? 'warn' : 'debug']({ server, detail }, 'event not posted');
  return events({ api, pod, clock, random: Math.random, onFailed });
}
