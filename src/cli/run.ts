/** `run`: the daemon. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { version } from '../base/version.ts';
import type { Config } from '../config/config.ts';
import type { Effective } from '../config/precedence.ts';
import type { ConfigProblem, Level } from '../config/source-value.ts';
import { Daemon } from '../daemon/daemon.ts';
import { cannotListen } from '../daemon/endpoints/listener.ts';
import { type Cluster, openCluster } from '../kubernetes/cluster.ts';
import { KubernetesAccessError } from '../kubernetes/errors.ts';
import { PassAborted } from '../reconcile/errors.ts';
import { createLog, type Log } from '../runtime/log.ts';
import { configure, onStderr, type Report } from './configure.ts';
import { end, listenToSignals } from './exit.ts';
import { addExample } from './help.ts';
import { addSettings, givenFlags } from './settings-flags.ts';

export function runCommand(): Command {
  const command = new Command('run')
    .summary('keep the tenant equal to the checkout')
    .description(
      'Runs until SIGTERM or SIGINT: a pass at the start, on every change of the checkout, on schedule and on POST /-/reconcile. SIGHUP reads the configuration again.',
    );
  addSettings(command, ['api', 'source', 'policy', 'schedule', 'server', 'lease', 'kubernetes', 'log']);
  addExample(command, {
    // With links from the status page to files on GitHub, and to files on GitLab.
    example: `webhook-reconciler run --config reconciler.yaml --path /git/current/webhooks
webhook-reconciler run --source-url "https://github.com/tenant/webhooks/blob/{revision}/webhooks/{path}#L{line}"
webhook-reconciler run --source-url "https://gitlab.com/tenant/webhooks/-/blob/{revision}/webhooks/{path}#L{line}"`,
    exitStatus: '0 after SIGTERM or SIGINT, 1 on a fatal configuration error.',
  });
  return command.action(async () => {
    process.exitCode = 1;
    const signals = listenToSignals();
    const configured = await configureDaemon(command);
    if (!configured) return;
    const { config } = configured;
    let current = configured;
    const log = await createLog(config.log);
    dieOfFaults(log);
    const daemon = new Daemon(config, log, current.cluster);
    signals.hasBegun();
    try {
      const { url, clientId } = config.api;
      log.info(
        {
          version,
          node: process.version,
          tenant: { url, clientId },
          mode: config.policy.mode,
          path: config.source.path,
          configuration: sourcesOf(command, configured.origins),
        },
        'starting',
      );
      await Promise.race([daemon.start(), signals.toEnd]);
    } catch (error) {
      log.fatal({ detail: cannotListen(error, config.server) }, 'cannot listen');
      await daemon.stop(new PassAborted('cannot listen'));
      return;
    }
    signals.onHangUp(async () => {
      current = await reload(command, daemon, current, log);
    });
    await shutDown(daemon, await signals.toEnd, log);
    process.exitCode = 0;
  });
}

/** The configuration of the daemon, and the cluster that its lease and its Events need. */
interface ConfiguredDaemon {
  readonly config: Config;
  readonly origins: readonly Effective[];
  readonly cluster: Cluster | undefined;
}

/** What the configuration was put together from. Names only: the values are for `config` to show. */
function sourcesOf(command: Command, origins: readonly Effective[]) {
  const named = (level: Level) => [
    ...new Set(origins.flatMap((origin) => (origin.level === level ? origin.place.split(', ') : []))),
  ];
  const { file } = givenFlags(command);
  return { ...(file !== undefined && { file }), environment: named('environment'), flags: named('flag') };
}

/** `open`: the cluster that is in use already. `undefined`: the configuration has errors, which have been reported. */
async function configureDaemon(
  command: Command,
  report: Report = onStderr,
  open?: Cluster,
): Promise<ConfiguredDaemon | undefined> {
  const configured = await configure(command, ['credentials', 'server'], report);
  if (!configured) return undefined;
  const { config, origins } = configured;
  const wantsCluster = config.kubernetes.events || config.lease !== undefined;
  try {
    return {
      config,
      origins,
      cluster: open ?? (wantsCluster ? await openCluster(process.env, systemClock) : undefined),
    };
  } catch (error) {
    if (!(error instanceof KubernetesAccessError)) throw error;
    const place = config.lease ? 'lease' : 'kubernetes.events';
    report([{ severity: 'error', place, field: '', message: error.message }]);
    return undefined;
  }
}

/** The daemon ends within 10 s of a signal; a call into a file system that hangs would keep the process for longer. */
const LAST_RESORT_MS = 9_900;

/** Resolves once the daemon has stopped. */
async function shutDown(daemon: Daemon, signal: NodeJS.Signals, log: Log): Promise<void> {
  const kill = () => {
    log.fatal('something hangs and keeps the process from ending: it is killed');
    process.kill(process.pid, 'SIGKILL');
  };
  setTimeout(kill, LAST_RESORT_MS).unref();
  await daemon.stop(new PassAborted('shutting down'), signal);
  log.info('stopped');
}

/** Gives the configuration that is in effect from now on. A cluster that was opened stays the same. */
async function reload(
  command: Command,
  daemon: Daemon,
  current: ConfiguredDaemon,
  log: Log,
): Promise<ConfiguredDaemon> {
  const problems: ConfigProblem[] = [];
  const configured = await configureDaemon(command, (found) => problems.push(...found), current.cluster);
  if (configured && comesFromFile(current) && !comesFromFile(configured)) problems.push(EMPTIED);
  if (!configured || problems.includes(EMPTIED)) {
    daemon.refuse(problems);
    return current;
  }
  const { config, cluster } = configured;
  try {
    await daemon.reload(config, problems, cluster);
  } catch (error) {
    log.fatal({ detail: cannotListen(error, config.server) }, 'cannot listen');
    await daemon.stop(new PassAborted('cannot listen'));
    await end(1);
  }
  return configured;
}

function comesFromFile({ origins }: ConfiguredDaemon): boolean {
  return origins.some(({ level }) => level === 'file');
}

/** A file that is being written is empty for a moment. Taken for one, it would lift all that the policy forbids. */
const EMPTIED: ConfigProblem = {
  severity: 'error',
  place: '--config',
  field: '',
  message:
    'the file sets nothing any more: it may have been read while it was written. Put the new file in its place by a rename and send SIGHUP again; to run without a file, restart',
};

/** An unforeseen error must not leave the daemon half-working: it logs one clear last line and ends, and is started again. */
function dieOfFaults(log: Log): void {
  const die = (error: unknown) => {
    log.fatal({ err: error }, 'unforeseen error');
    void end(1);
  };
  process.on('uncaughtException', die).on('unhandledRejection', die);
}
