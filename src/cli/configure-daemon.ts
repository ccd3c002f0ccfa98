/** The configuration of the daemon, and what it wants of Kubernetes. */
import type { Command } from 'commander';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { type Cluster, openCluster } from '../daemon/cluster.ts';
import { KubernetesAccessError } from '../kubernetes/errors.ts';
import { configure, onStderr, type Tell } from './configure.ts';

export interface ConfiguredDaemon {
  readonly config: Config;
  readonly cluster: Cluster | undefined;
}

/** `open`: the cluster that is in use already. `undefined`: there are mistakes, all of which have been told. */
export async function configureDaemon(
  command: Command,
  tell: Tell = onStderr,
  open?: Cluster,
): Promise<ConfiguredDaemon | undefined> {
  const configured = await configure(command, ['credentials', 'server'], tell);
  if (!configured) return undefined;
  const { config } = configured;
  try {
    return { config, cluster: open ?? (await openCluster(config, process.env, systemClock)) };
  } catch (error) {
    if (!(error instanceof KubernetesAccessError)) throw error;
    const place = config.lease ? 'lease' : 'kubernetes.events';
    tell([{ severity: 'error', place, field: '', message: error.message }]);
    return undefined;
  }
}
