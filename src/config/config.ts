/**
 * The effective configuration from flags, environment, file and defaults, with every value in a unit of the program.
 */
import type { Secret } from '../base/secret.ts';
import type { HostPattern } from './delivery-hosts.ts';

/** What a pass may do in each mode: update subscriptions, prune them, and change the tenant at all. */
export const MODES = {
  sync: { updates: true, prunes: true, carriesOut: true },
  upsert: { updates: true, prunes: false, carriesOut: true },
  create: { updates: false, prunes: false, carriesOut: true },
  observe: { updates: true, prunes: true, carriesOut: false },
} as const;
export type Mode = keyof typeof MODES;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** `url` is a URLPattern. `title` is a pattern in which `*` stands for any text. */
export type OwnsRule = { readonly url: string } | { readonly title: string };
/** With an empty list nothing is owned, so nothing may be pruned. */
export type Owns = 'all' | readonly OwnsRule[];

/** Which subscriptions an approval in the checkout may reach: any, or only owned ones. */
export type Reach = 'any' | 'owned';

export interface Policy {
  readonly mode: Mode;
  readonly owns: Owns;
  /** Patterns of the hosts that deliveries may go to. An empty list allows any host. */
  readonly hosts: readonly HostPattern[];
  /** What a tombstone may delete. */
  readonly tombstones: Reach;
  /** What a pin (`reconcile.id`) may take. */
  readonly pins: Reach;
  readonly adopt: 'exact' | 'title' | 'never';
  /** How many deletes one pass may carry out: a number, or a share of the managed subscriptions (at least 1). */
  readonly maxDeletes: { readonly percent: number } | { readonly count: number };
  readonly allowEmpty: boolean;
  /** With 0, what is pruned is deleted at once. */
  readonly quarantineMs: number;
}

export type Resync = { readonly everyMs: number } | { readonly cron: string };

/** Nothing is changed for `durationMs` from each occurrence of `start` (cron). */
export interface FreezeWindow {
  readonly start: string;
  readonly durationMs: number;
  readonly timezone?: string;
}

export interface ApiConfig {
  /** Origin and path, without a slash at the end. */
  readonly url: string;
  readonly clientId?: string;
  readonly clientSecretFile?: string;
  readonly clientSecret?: Secret;
  readonly keyId?: string;
  readonly privateKeyFile?: string;
  readonly privateKeyPassphraseFile?: string;
  readonly privateKeyPassphrase?: Secret;
  readonly sign: boolean;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly retries: number;
}

/** The Lease that decides which instance may act, and its times, which are checked to fit together. */
export interface LeaseConfig {
  readonly namespace: string;
  readonly name: string;
  /** Whole seconds. */
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  /** How long after each renewal a change may begin, see load-config.ts. */
  readonly termMs: number;
}

export interface Config {
  readonly api: ApiConfig;
  /** `path` is absolute. */
  readonly source: {
    readonly path: string;
    readonly substitute: Readonly<Record<string, string>>;
    readonly debounceMs: number;
    /** A template of links to the repository, with `{revision}`, `{path}` and `{line}`. */
    readonly url?: string;
  };
  readonly policy: Policy;
  readonly schedule: { readonly resync: Resync; readonly timezone: string; readonly freeze: readonly FreezeWindow[] };
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tokenFile?: string;
    readonly triggerTokenFile?: string;
    /** Whether metrics name the subscriptions that are not in sync. */
    readonly subscriptionMetrics: boolean;
  };
  /** Absent where this is the only instance. */
  readonly lease?: LeaseConfig;
  readonly kubernetes: { readonly events: boolean };
  readonly log: { readonly level: LogLevel; readonly format: 'json' | 'pretty' };
}
