/** What every command does first: work out the configuration, or say everything that is wrong with it. */
import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { counted } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import { loadConfig, type LoadedConfig } from '../config/load-config.ts';
import type { Need } from '../config/requirements.ts';
import { type ConfigProblem, formatConfigProblems } from '../config/source-value.ts';
import { type Cluster, openCluster } from '../kubernetes/cluster.ts';
import { KubernetesAccessError } from '../kubernetes/errors.ts';
import { givenFlags } from './settings-flags.ts';

type Configured = Extract<LoadedConfig, { ok: true }>;

/** `undefined`: there are mistakes, all of which have been told; nothing may be done. Warnings are told too. */
export async function configure(
  command: Command,
  needs: readonly Need[],
  tell: Tell = onStderr,
): Promise<Configured | undefined> {
  const loaded = await loadConfig({
    ...givenFlags(command),
    env: process.env,
    cwd: process.cwd(),
    needs,
    isTerminal: process.stderr.isTTY,
  });
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (problems.length > 0) tell(problems);
  return loaded.ok ? loaded : undefined;
}

type Tell = (problems: readonly ConfigProblem[]) => void;

/** For whoever has just started something: there is no log yet, since it has settings of its own. */
function onStderr(problems: readonly ConfigProblem[]): void {
  process.stderr.write(`${formatConfigProblems(problems)}\n`);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return;
  process.stderr.write(`${counted(errors, 'error')} in the configuration. Nothing was sent.\n`);
}

/** The configuration of the daemon, and the cluster that its lease and its Events want. */
interface ConfiguredDaemon {
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
  const wantsCluster = config.kubernetes.events || config.lease !== undefined;
  try {
    return { config, cluster: open ?? (wantsCluster ? await openCluster(process.env, systemClock) : undefined) };
  } catch (error) {
    if (!(error instanceof KubernetesAccessError)) throw error;
    const place = config.lease ? 'lease' : 'kubernetes.events';
    tell([{ severity: 'error', place, field: '', message: error.message }]);
    return undefined;
  }
}
