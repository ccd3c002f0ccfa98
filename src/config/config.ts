/** The effective configuration, every unit resolved: what flags, environment, file and defaults come to. */
import type { Secret } from '../base/secret.ts';
import type { HostPattern } from './delivery-hosts.ts';

/** What each mode lets a pass do: change what is there, remove what is not wanted, and change anything at all. */
export const MODES = {
  sync: { updates: true, prunes: true, carriesOut: true },
  upsert: { updates: true, prunes: false, carriesOut: true },
  create: { updates: false, prunes: false, carriesOut: true },
  observe: { updates: true, prunes: true, carriesOut: false },
} as const;
export type Mode = keyof typeof MODES;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** `url`: a URLPattern. `title`: a pattern in which `*` stands for any text. */
export type OwnsRule = { readonly url: string } | { readonly title: string };
/** An empty list: nothing is owned, so nothing may be pruned. */
export type Owns = 'all' | readonly OwnsRule[];

/** How far an approval in the checkout goes: to any subscription, or to what is owned alone. */
export type Reach = 'any' | 'owned';

export interface Policy {
  readonly mode: Mode;
  readonly owns: Owns;
  /** Patterns of the hosts deliveries may go to; an empty list: any. */
  readonly hosts: readonly HostPattern[];
  /** Whether a tombstone and a pin reach what is not owned. */
  readonly tombstones: Reach;
  readonly pins: Reach;
  readonly adopt: 'exact' | 'title' | 'never';
  /** How many deletes one pass may hold: a number, or a share of the managed subscriptions (at least 1). */
  readonly maxDeletes: { readonly percent: number } | { readonly count: number };
  readonly allowEmpty: boolean;
  /** 0: prune at once. */
  readonly quarantineMs: number;
}

export type Resync = { readonly everyMs: number } | { readonly cron: string };

/** Nothing is changed from each occurrence of `start` (cron) on for `durationMs`. */
export interface FreezeWindow {
  readonly start: string;
  readonly durationMs: number;
  readonly timezone?: string;
}

export interface ApiConfig {
  /** Origin, and path if any, without a slash at the end. */
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

/** Which Lease decides who may act, and how. Everything is checked to fit together. */
export interface LeaseConfig {
  readonly namespace: string;
  readonly name: string;
  /** Whole seconds. */
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  /** For how long after each renewal a change may begin: see lease-times.ts. */
  readonly termMs: number;
}

export interface Config {
  readonly api: ApiConfig;
  /** `path` is absolute. */
  readonly source: {
    readonly path: string;
    readonly substitute: Readonly<Record<string, string>>;
    readonly debounceMs: number;
  };
  readonly policy: Policy;
  readonly schedule: { readonly resync: Resync; readonly timezone: string; readonly freeze: readonly FreezeWindow[] };
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tokenFile?: string;
    readonly triggerTokenFile?: string;
  };
  /** Absent: no other instance is to be reckoned with. */
  readonly lease?: LeaseConfig;
  readonly kubernetes: { readonly events: boolean };
  readonly log: { readonly level: LogLevel; readonly format: 'json' | 'pretty' };
}
