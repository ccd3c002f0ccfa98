/** Loads the effective configuration (flags over environment over file over defaults), or gives every error in them. */
import { dotted } from '../document/check.ts';
import type { Config, LeaseConfig } from './config.ts';
import { fromFile } from './from-file.ts';
import { type Environment, type FlagValues, fromEnvironment, fromFlags } from './from-process.ts';
import { formatDuration } from './kinds/scalars.ts';
import { dropOverridden, type Effective, effectiveValues, RIVALS } from './precedence.ts';
import { checkSecretFile, missingRequirements, type Need, openedBy, requiredBy } from './requirements.ts';
import { good } from './setting.ts';
import type { Values } from './settings.ts';
import type { ConfigProblem, SourceValue } from './source-value.ts';

export interface Sources {
  /** As `givenFlags` reads them. */
  readonly flags?: FlagValues;
  readonly env: Environment;
  /** `--config`, as given. */
  readonly file?: string | undefined;
  /** Absolute. Paths in flags and variables are relative to it, paths in the file to the file's own folder. */
  readonly cwd: string;
  /** A missing setting is an error only where the command needs it. */
  readonly needs: readonly Need[];
  /** Whether the log goes to a terminal. */
  readonly isTerminal?: boolean;
}

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly origins: readonly Effective[];
      readonly warnings: readonly ConfigProblem[];
    }
  /** Errors and warnings: those of flags, environment and file, then what is missing. */
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export async function loadConfig(sources: Sources): Promise<LoadedConfig> {
  const { flags = {}, env, file, cwd, needs, isTerminal = false } = sources;
  const environment = fromEnvironment(env, cwd);
  const document = file === undefined ? { given: [], problems: [] } : await fromFile(file, cwd);
  const given = [
    ...fromFlags(flags, cwd),
    ...environment.given,
    ...document.given,
    ...(isTerminal ? [FOR_TERMINALS] : []),
  ];
  const inForce = dropOverridden(given);
  const problems = [
    ...given.flatMap(faults),
    ...environment.problems,
    ...document.problems,
    ...doubles(inForce),
    ...(await unmet(needs, inForce)),
  ];
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  const origins = effectiveValues(inForce, cwd);
  const values = Object.fromEntries(origins.map(({ key, value }) => [key, value])) as unknown as Values;
  const timingProblem = timing(values, inForce);
  if (timingProblem) return { ok: false, problems: [...problems, timingProblem] };
  return { ok: true, config: toConfig(values), origins, warnings: problems };
}

const FOR_TERMINALS: SourceValue = {
  key: 'log.format',
  level: 'default',
  place: 'default on a terminal',
  read: good('pretty'),
};

function faults({ key, place, read }: SourceValue): ConfigProblem[] {
  if (read.ok) return [];
  return read.faults.map(({ at, message }) => ({
    severity: 'error',
    place,
    field: dotted([...key.split('.'), ...at]),
    message,
  }));
}

/** A setting given in two ways at the same level is an error, since it is not clear which one is meant. */
function doubles(inForce: readonly SourceValue[]): ConfigProblem[] {
  return RIVALS.flatMap(([inFile, itself]): ConfigProblem[] => {
    const [one, other] = [inFile, itself].map((key) => inForce.find((each) => each.key === key));
    if (!one || !other) return [];
    const message = `given twice, here and as ${one.place}: keep one of them`;
    return [{ severity: 'error', place: other.place, field: one.key, message }];
  });
}

/** Lease times that are each valid, but together would let two instances act at once, or none. */
function timing(values: Values, inForce: readonly SourceValue[]): ConfigProblem | undefined {
  const fault = values.lease === undefined ? undefined : leaseTimesFault(leaseTimes(values), values['api.timeout']);
  if (!fault) return undefined;
  // The error is reported at a setting that was given: the operator did not choose the defaults.
  const [given] = [...fault.keys, 'lease'].flatMap((key) => inForce.find((each) => each.key === key) ?? []);
  return { severity: 'error', place: given?.place ?? 'default', field: given?.key ?? 'lease', message: fault.message };
}

/** The problems of what the command needs but does not have: settings, and files that settings name. */
async function unmet(needs: readonly Need[], inForce: readonly SourceValue[]): Promise<ConfigProblem[]> {
  const sign = inForce.find(({ key }) => key === 'api.sign')?.read;
  const isSigned = !(sign?.ok && sign.value === false);
  const absent = requiredBy(needs, isSigned).filter((keys) => !inForce.some(({ key }) => keys.includes(key)));
  const opened = openedBy(needs, isSigned);
  const files = inForce.filter(
    ({ key }, index) => opened.has(key) && inForce.findIndex((each) => each.key === key) === index,
  );
  const checked = await Promise.all(files.map(checkSecretFile));
  return [...absent.map(missingRequirements), ...checked.flat()];
}

/** Turns values by key into the shape that the rest of the program reads. */
function toConfig(values: Values): Config {
  return {
    api: {
      url: values['api.url'],
      ...defined('clientId', values['api.clientId']),
      ...defined('clientSecretFile', values['api.clientSecretFile']),
      ...defined('clientSecret', values['api.clientSecret']),
      ...defined('keyId', values['api.keyId']),
      ...defined('privateKeyFile', values['api.privateKeyFile']),
      ...defined('privateKeyPassphraseFile', values['api.privateKeyPassphraseFile']),
      ...defined('privateKeyPassphrase', values['api.privateKeyPassphrase']),
      sign: values['api.sign'],
      timeoutMs: values['api.timeout'],
      concurrency: values['api.concurrency'],
      requestsPerSecond: values['api.requestsPerSecond'],
      retries: values['api.retries'],
    },
    source: {
      path: values['source.path'],
      substitute: values['source.substitute'] ?? {},
      debounceMs: values['source.debounce'],
      ...defined('url', values['source.url']),
    },
    policy: {
      mode: values['policy.mode'],
      owns: values['policy.owns'] ?? [],
      hosts: values['policy.hosts'] ?? [],
      adopt: values['policy.adopt'],
      tombstones: values['policy.tombstones'],
      pins: values['policy.pins'],
      maxDeletes: values['policy.maxDeletes'],
      allowEmpty: values['policy.allowEmpty'],
      quarantineMs: values['policy.quarantine'],
    },
    schedule: {
      resync: values['schedule.resync'],
      timezone: values['schedule.timezone'],
      freeze: values['schedule.freeze'] ?? [],
    },
    server: {
      host: values['server.host'],
      port: values['server.port'],
      ...defined('tokenFile', values['server.tokenFile']),
      ...defined('triggerTokenFile', values['server.triggerTokenFile']),
      subscriptionMetrics: values['server.subscriptionMetrics'],
    },
    ...defined('lease', leaseConfig(values)),
    kubernetes: { events: values['kubernetes.events'] },
    log: { level: values['log.level'], format: values['log.format'] },
  };
}

function leaseConfig(values: Values): LeaseConfig | undefined {
  const [namespace, name] = values.lease?.split('/') ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  const times = leaseTimes(values);
  return { namespace, name, ...times, termMs: termMs(times, values['api.timeout']) };
}

function leaseTimes(values: Values): LeaseTimes {
  return {
    durationMs: values['kubernetes.leaseDuration'],
    renewDeadlineMs: values['kubernetes.renewDeadline'],
    retryPeriodMs: values['kubernetes.retryPeriod'],
  };
}

/** Gives the member only where it has a value: an optional member is absent, never undefined. */
function defined<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: T });
}

/**
 * The arithmetic of the lease: a holder begins its last change so early that it ends, at most `api.timeout` later,
 * before another instance may take the lease. Checked at the start for all terms, since the times do not change.
 */
interface LeaseTimes {
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** How much the rates of two clocks may differ, as a share: a hundred times more than quartz clocks do. */
const CLOCK_RATES = 0.01;

/**
 * How many retry periods the renew deadline must exceed (from client-go), so that one late retry does not lose the
 * lease.
 */
const JITTER = 1.2;

/** How long the holder may begin changes after the start of a successful renewal. May be negative. */
export function termMs({ durationMs, renewDeadlineMs }: LeaseTimes, apiTimeoutMs: number): number {
  return Math.floor(Math.min(renewDeadlineMs, durationMs * (1 - CLOCK_RATES) - apiTimeoutMs));
}

interface LeaseTimesFault {
  /** The settings involved, the most likely cause first. */
  readonly keys: readonly (
    | 'kubernetes.leaseDuration'
    | 'kubernetes.renewDeadline'
    | 'kubernetes.retryPeriod'
    | 'api.timeout'
  )[];
  readonly message: string;
}

export function leaseTimesFault(times: LeaseTimes, apiTimeoutMs: number): LeaseTimesFault | undefined {
  const { durationMs, renewDeadlineMs, retryPeriodMs } = times;
  const [duration, deadline, retry, timeout] = [durationMs, renewDeadlineMs, retryPeriodMs, apiTimeoutMs].map(
    formatDuration,
  );
  if (renewDeadlineMs >= durationMs)
    return {
      keys: ['kubernetes.renewDeadline', 'kubernetes.leaseDuration'],
      message: `kubernetes.renewDeadline (${deadline}) must be less than kubernetes.leaseDuration (${duration}): a holder gives up before another may take the lease`,
    };
  if (retryPeriodMs * JITTER >= renewDeadlineMs)
    return {
      keys: ['kubernetes.retryPeriod', 'kubernetes.renewDeadline'],
      message: `kubernetes.renewDeadline (${deadline}) must be more than ${JITTER} times kubernetes.retryPeriod (${retry}): there must be time for another try`,
    };
  const leftMs = termMs(times, apiTimeoutMs);
  if (leftMs > retryPeriodMs * JITTER) return undefined;
  const most = Math.ceil(durationMs * (1 - CLOCK_RATES) - retryPeriodMs * JITTER) - 1;
  const least = Math.ceil((apiTimeoutMs + retryPeriodMs * JITTER + 1) / (1 - CLOCK_RATES) / 1000);
  const lower = most >= 10 ? `lower api.timeout to ${formatDuration(most)} at most or ` : '';
  return {
    keys: ['api.timeout', 'kubernetes.leaseDuration', 'kubernetes.retryPeriod'],
    message: `api.timeout (${timeout}) is too long for kubernetes.leaseDuration (${duration}) and kubernetes.retryPeriod (${retry}): a change has to be over before another instance may take the lease, so that ${Math.max(0, leftMs)} ms of each term are left to begin one, and more than ${retryPeriodMs * JITTER} ms are needed to renew it in between; ${lower}raise kubernetes.leaseDuration to ${least}s`,
  };
}
