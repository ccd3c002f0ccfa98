import type { Config, LeaseConfig } from './config.ts';
import { type LeaseTimes, termMs } from './lease-times.ts';
import type { Values } from './settings.ts';

/** Values by key → the shape the rest of the program reads. */
export function toConfig(values: Values): Config {
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

export function leaseTimes(values: Values): LeaseTimes {
  return {
    durationMs: values['kubernetes.leaseDuration'],
    renewDeadlineMs: values['kubernetes.renewDeadline'],
    retryPeriodMs: values['kubernetes.retryPeriod'],
  };
}

/** A member only where there is a value: an optional one is absent, never undefined. */
function defined<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: T });
}
