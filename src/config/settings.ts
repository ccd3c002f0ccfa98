/**
 * The settings table: flags, help, environment, file, `config` and the documentation all take their settings from here.
 * Keys are those of the configuration file. `schemas/config.schema.json` says the same to editors, and a test compares
 * the two.
 */
import { API_SETTINGS } from './api-settings.ts';
import { type Mode, MODES } from './config.ts';
import { linkTemplate } from './kinds/link-template.ts';
import { hostPatterns, maxDeletes, ownsRules, substitutions } from './kinds/policy.ts';
import {
  duration,
  filePath,
  hostName,
  leaseName,
  oneOf,
  SECRET_FILE,
  seconds,
  timezone,
  trueOrFalse,
  wholeNumber,
} from './kinds/scalars.ts';
import { freezeWindows, resync } from './kinds/schedule.ts';
import { row, type Setting } from './setting.ts';

const SETTINGS = {
  ...API_SETTINGS,
  'source.path': row({
    kind: filePath,
    about: 'Folder (searched for *.yaml and *.yml) or file with the subscriptions',
    env: 'RECONCILER_PATH',
    flag: { name: '--path', placeholder: 'path' },
    default: './webhooks',
  }),
  'source.substitute': row({
    kind: substitutions,
    about:
      'What ${NAME} stands for in the subscription files; no secrets: a person who may push decides where the value is sent',
    flag: { name: '--set', placeholder: 'NAME=VALUE' },
    defaultInWords: 'none',
  }),
  'source.debounce': row({
    kind: duration('0ms', '5m'),
    about: 'How long files must stay unchanged after a change before they are read',
    env: 'RECONCILER_DEBOUNCE',
    default: '250ms',
  }),
  'source.url': row({
    kind: linkTemplate,
    about:
      'Template of links to the repository with {revision}, {path} and {line}; it is shown to every reader of the status',
    flag: { name: '--source-url', placeholder: 'template' },
    defaultInWords: 'none, and places in files are no links',
  }),
  'policy.mode': row({
    kind: oneOf(...(Object.keys(MODES) as readonly Mode[])),
    about: 'What may be done: sync (everything), upsert (no deletes), create (only creates) or observe (nothing)',
    env: 'RECONCILER_MODE',
    flag: { name: '--mode', placeholder: 'mode' },
    default: 'sync',
  }),
  'policy.owns': row({
    kind: ownsRules,
    about: 'Which subscriptions are ours, so that they may be pruned: all, or rules on url or title',
    env: 'RECONCILER_OWNS',
    flag: { name: '--owns', placeholder: 'url:…|title:…|all' },
    defaultInWords: 'none, so that nothing is pruned',
  }),
  'policy.hosts': row({
    kind: hostPatterns,
    about: 'Hosts that deliveries may go to, whatever policy.owns says, such as hooks.tenant.tld or *.tenant.tld',
    env: 'RECONCILER_HOSTS',
    flag: { name: '--hosts', placeholder: 'host' },
    defaultInWords: 'none, so that any host may be named',
  }),
  'policy.adopt': row({
    kind: oneOf('exact', 'title', 'never'),
    about: 'When a subscription that is not ours may be taken over: exact (same title and url), title or never',
    env: 'RECONCILER_ADOPT',
    default: 'exact',
  }),
  'policy.tombstones': row({
    kind: oneOf('any', 'owned'),
    about:
      'What a tombstone may delete: any subscription, or owned ones alone, which then count under policy.maxDeletes',
    default: 'any',
  }),
  'policy.pins': row({
    kind: oneOf('any', 'owned'),
    about: 'What reconcile.id may take: any subscription, or owned ones alone',
    default: 'any',
  }),
  'policy.maxDeletes': row({
    kind: maxDeletes,
    about:
      'How many deletes a pass may carry out by itself; if there are more, none is: a number, or a share (at least 1)',
    env: 'RECONCILER_MAX_DELETES',
    flag: { name: '--max-deletes', placeholder: 'limit' },
    default: '1',
  }),
  'policy.allowEmpty': row({
    kind: trueOrFalse,
    about: 'Whether deletes are allowed where the checkout wants no subscription at all',
    env: 'RECONCILER_ALLOW_EMPTY',
    default: 'false',
  }),
  'policy.quarantine': row({
    kind: duration('0s', '8784h'),
    about: 'How long what is to be pruned stays disabled before it is deleted; 0s: it is deleted at once',
    env: 'RECONCILER_QUARANTINE',
    default: '0s',
  }),
  'schedule.resync': row({
    kind: resync,
    about: 'When to run a pass without a change: cron (five or six fields) or an interval such as 30s',
    env: 'RECONCILER_RESYNC',
    flag: { name: '--resync', placeholder: 'schedule' },
    default: '* * * * *',
  }),
  'schedule.timezone': row({
    kind: timezone,
    about: 'Time zone of the schedule, such as Europe/Berlin',
    env: 'RECONCILER_TIMEZONE',
    default: 'UTC',
  }),
  'schedule.freeze': row({
    kind: freezeWindows,
    about: 'Times in which nothing is changed, only observed: a list of {start: <cron>, duration, timezone?}',
    defaultInWords: 'none',
  }),
  'server.host': row({
    kind: hostName,
    about: 'Address to listen on',
    env: 'RECONCILER_HOST',
    default: '0.0.0.0',
  }),
  'server.port': row({
    kind: wholeNumber(0, 65_535),
    about: 'Port to listen on; 0 picks a free one and logs it',
    env: 'RECONCILER_PORT',
    flag: { name: '--port', placeholder: 'port' },
    default: '8080',
  }),
  'server.tokenFile': row({
    ...SECRET_FILE,
    about: 'File with the bearer token that all requests but probes have to carry',
    env: 'RECONCILER_TOKEN_FILE',
    defaultInWords: 'none, and every client that gets here may read',
  }),
  'server.triggerTokenFile': row({
    ...SECRET_FILE,
    about: 'File with the token that a POST to /-/reconcile has to carry',
    env: 'RECONCILER_TRIGGER_TOKEN_FILE',
    defaultInWords: 'none, and only this machine may ask',
  }),
  'server.subscriptionMetrics': row({
    kind: trueOrFalse,
    about: 'Whether metrics name the subscriptions that are not in sync, up to 100 of them',
    default: 'true',
  }),
  lease: row({
    kind: leaseName,
    about: 'Lease that decides which of several instances may change the tenant: namespace/name; one for each tenant',
    env: 'RECONCILER_LEASE',
    flag: { name: '--lease', placeholder: 'namespace/name' },
    defaultInWords: 'none, and this is the only instance',
  }),
  'kubernetes.leaseDuration': row({
    kind: seconds,
    about: 'How long others wait before they take the lease of a holder that no longer renews it; whole seconds',
    default: '15s',
  }),
  'kubernetes.renewDeadline': row({
    kind: duration('100ms', '1h'),
    about: 'How long a holder that cannot renew the lease goes on at most; api.timeout may make it shorter',
    default: '10s',
  }),
  'kubernetes.retryPeriod': row({
    kind: duration('10ms', '10m'),
    about: 'How often the holder renews the lease, and others check it',
    default: '2s',
  }),
  'kubernetes.events': row({
    kind: trueOrFalse,
    about: 'Whether to post Kubernetes Events on the pod: drift, failures, withheld deletes, leadership',
    default: 'false',
  }),
  'log.level': row({
    kind: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    about: 'The lowest level that is logged: trace, debug, info, warn, error, fatal or silent',
    env: 'LOG_LEVEL',
    flag: { name: '--log-level', placeholder: 'level' },
    default: 'info',
  }),
  'log.format': row({
    kind: oneOf('json', 'pretty'),
    about: 'json (one line per event) or pretty (for people)',
    env: 'LOG_FORMAT',
    default: 'json',
    defaultInWords: 'json, on a terminal pretty',
  }),
};

export type SettingKey = keyof typeof SETTINGS;
/** The first part of the key: `api`, `source` …; a key without parts is its own group. */
export type Group = SettingKey extends infer K ? (K extends `${infer G}.${string}` ? G : K) : never;

type Table = typeof SETTINGS;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
type Defaulted = { [K in SettingKey]: Table[K] extends { readonly default: string } ? K : never }[SettingKey];

/** The effective values by key. */
export type Values = { readonly [K in Defaulted]: ValueOf<Table[K]> } & {
  readonly [K in Exclude<SettingKey, Defaulted>]?: ValueOf<Table[K]>;
};

/** The table as a list, for code that treats all rows alike. */
export const ALL_SETTINGS = Object.entries(SETTINGS) as readonly (readonly [SettingKey, Setting<unknown>])[];

export function settingOf(key: SettingKey): Setting<unknown> {
  return SETTINGS[key];
}

export function groupOf(key: SettingKey): Group {
  return key.split('.', 1)[0] as Group;
}
