// Made of schemas/config.schema.json by `npm run generate`: change that, not this.

/**
 * This interface was referenced by `ConfigDocument`'s JSON-Schema
 * via the `definition` "duration".
 */
export type Duration = string;
/**
 * This interface was referenced by `ConfigDocument`'s JSON-Schema
 * via the `definition` "owns".
 */
export type Owns = OwnsRule[] | 'all';

/**
 * What `--config FILE` may hold. Flags and environment variables count above it. Relative paths start at the folder of the file.
 */
export interface ConfigDocument {
  /**
   * The Upvest API and the credentials for it
   */
  api?: {
    /**
     * Address of the Upvest API; http:// for this machine only
     */
    url?: string;
    /**
     * Client id of the tenant
     */
    clientId?: string;
    /**
     * File that holds the client secret; read again when it changes
     */
    clientSecretFile?: string;
    /**
     * Id under which Upvest knows the public key
     */
    keyId?: string;
    /**
     * File with the private key that signs requests (PEM); read again when it changes
     */
    privateKeyFile?: string;
    /**
     * File that holds the passphrase of the private key
     */
    privateKeyPassphraseFile?: string;
    /**
     * Whether to sign requests; false where they go through Upvest's own signature proxy
     */
    sign?: boolean;
    /**
     * How long one request may take, each attempt counted on its own
     */
    timeout?: string;
    /**
     * How many requests may run at once, and as many test deliveries beside them
     */
    concurrency?: number;
    /**
     * How many requests may start within any second
     */
    requestsPerSecond?: number;
    /**
     * How often a request that may be repeated is repeated before the pass fails
     */
    retries?: number;
  };
  /**
   * The checkout
   */
  source?: {
    /**
     * Folder (searched for *.yaml and *.yml) or file with the subscriptions
     */
    path?: string;
    /**
     * What ${NAME} stands for in the subscription files; no secrets: a person who may push decides where the value is sent
     */
    substitute?: {
      [k: string]: string;
    };
    /**
     * How long files must stay unchanged after a change before they are read
     */
    debounce?: string;
    /**
     * Template of links to the repository with {revision}, {path} and {line}; it is shown to every reader of the status
     */
    url?: string;
  };
  /**
   * What may be done to the tenant
   */
  policy?: {
    /**
     * What may be done: sync (everything), upsert (no deletes), create (only creates) or observe (nothing)
     */
    mode?: 'sync' | 'upsert' | 'create' | 'observe';
    /**
     * Which subscriptions are ours, so that they may be pruned: all, or rules on url or title
     */
    owns?: OwnsRule[] | 'all';
    /**
     * Hosts that deliveries may go to, whatever policy.owns says, such as hooks.tenant.tld or *.tenant.tld
     *
     * @minItems 1
     */
    hosts?: [string, ...string[]];
    /**
     * When a subscription that is not ours may be taken over: exact (same title and url), title or never
     */
    adopt?: 'exact' | 'title' | 'never';
    /**
     * What a tombstone may delete: any subscription, or owned ones alone, which then count under policy.maxDeletes
     */
    tombstones?: 'any' | 'owned';
    /**
     * What reconcile.id may take: any subscription, or owned ones alone
     */
    pins?: 'any' | 'owned';
    /**
     * How many deletes a pass may carry out by itself; if there are more, none is: a number, or a share (at least 1)
     */
    maxDeletes?: number | string;
    /**
     * Whether deletes are allowed where the checkout wants no subscription at all
     */
    allowEmpty?: boolean;
    /**
     * How long what is to be pruned stays disabled before it is deleted; 0s: it is deleted at once
     */
    quarantine?: string;
  };
  /**
   * When passes run
   */
  schedule?: {
    /**
     * When to run a pass without a change: cron (five or six fields) or an interval such as 30s
     */
    resync?: string;
    /**
     * Time zone of the schedule, such as Europe/Berlin
     */
    timezone?: string;
    /**
     * Times in which nothing is changed, only observed: a list of {start: <cron>, duration, timezone?}
     */
    freeze?: FreezeWindow[];
  };
  /**
   * The HTTP endpoints
   */
  server?: {
    /**
     * Address to listen on
     */
    host?: string;
    /**
     * Port to listen on; 0 picks a free one and logs it
     */
    port?: number;
    /**
     * File with the bearer token that all requests but probes have to carry
     */
    tokenFile?: string;
    /**
     * File with the token that a POST to /-/reconcile has to carry
     */
    triggerTokenFile?: string;
    /**
     * Whether metrics name the subscriptions that are not in sync, up to 100 of them
     */
    subscriptionMetrics?: boolean;
  };
  /**
   * Lease that decides which of several instances may change the tenant: namespace/name; one for each tenant
   */
  lease?: string;
  /**
   * What is done with the Kubernetes API: how the lease is kept, and whether there are Events
   */
  kubernetes?: {
    /**
     * How long others wait before they take the lease of a holder that no longer renews it; whole seconds
     */
    leaseDuration?: string;
    /**
     * How long a holder that cannot renew the lease goes on at most; api.timeout may make it shorter
     */
    renewDeadline?: string;
    /**
     * How often the holder renews the lease, and others check it
     */
    retryPeriod?: string;
    /**
     * Whether to post Kubernetes Events on the pod: drift, failures, withheld deletes, leadership
     */
    events?: boolean;
  };
  /**
   * The log
   */
  log?: {
    /**
     * The lowest level that is logged: trace, debug, info, warn, error, fatal or silent
     */
    level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
    /**
     * json (one line per event) or pretty (for people)
     */
    format?: 'json' | 'pretty';
  };
}
/**
 * Either the pattern of a url or the pattern of a title
 *
 * This interface was referenced by `ConfigDocument`'s JSON-Schema
 * via the `definition` "ownsRule".
 */
export interface OwnsRule {
  /**
   * A URL pattern: * stands for any text within its part of the address
   */
  url?: string;
  /**
   * A title in which * stands for any text
   */
  title?: string;
}
/**
 * Nothing is changed from each occurrence of `start` on for `duration`
 *
 * This interface was referenced by `ConfigDocument`'s JSON-Schema
 * via the `definition` "freezeWindow".
 */
export interface FreezeWindow {
  /**
   * When it begins: cron, five or six fields; where both day of month and day of week are given, both have to match
   */
  start: string;
  /**
   * How long it lasts: time that passes, so that a change to or from summer time within it makes no difference
   */
  duration: string;
  /**
   * Time zone of `start`; without it that of the schedule
   */
  timezone?: string;
}
