/** The configuration of the daemon, and what it wants of Kubernetes. */
import type { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { formatConfigProblems } from '../config/config-problem.ts';
import type { Config } from '../config/config.ts';
import { type Cluster, openCluster } from '../daemon/cluster.ts';
import { KubernetesAccessError } from '../kubernetes/errors.ts';
import { configure } from './configure.ts';

export interface ConfiguredDaemon {
  readonly config: Config;
  readonly cluster: Cluster | undefined;
}

/** `open`: the cluster that is in use already. `undefined`: there are mistakes, all of which now stand on stderr. */
export async function configureDaemon(command: Command, open?: Cluster): Promise<ConfiguredDaemon | undefined> {
  const configured = await configure(command, ['credentials', 'server']);
  if (!configured) return undefined;
  const { config } = configured;
  try {
    return { config, cluster: open ?? (await openCluster(config, process.env, systemClock)) };
  } catch (error) {
    if (!(error instanceof KubernetesAccessError)) throw error;
    const place = config.lease ? 'lease' : 'kubernetes.events';
    const problem = { severity: 'error', place, field: '', message: error.message } as const;
    process.stderr.write(`${formatConfigProblems([problem])}\n1 mistake in the configuration. Nothing was sent.\n`);
    return undefined;
  }
}
