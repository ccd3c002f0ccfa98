/** A running sandbox as its owner sees it: a test, the demo, the control interface. */
import type { ClientSpec, KeyType, SandboxCredentials } from './api/clients.ts';
import type { RequestRecord } from './api/request-log.ts';
import type { Change } from './api/store.ts';
import type { Subscription, SubscriptionEdit } from './api/subscription.ts';
import type { DeliveryResult, EventToDeliver } from './deliveries/deliverer.ts';
import type { FaultRule } from './faults/fault.ts';
import type { ScheduledFault } from './faults/schedule.ts';
import type { Sleep } from './faults/wire.ts';
import type { Log } from './input-error.ts';
import type { SeedEntry } from './state/seed.ts';
import type { Switches } from './switches.ts';

export interface SandboxOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** The first client; what is not given is made up. A state file that exists knows it already. */
  readonly client?: ClientSpec;
  /** Of the first client's key, where one is made up. Default `p521`; `ed25519` is fifty times faster. */
  readonly keyType?: KeyType;
  readonly switches?: Partial<Switches>;
  /** Put on the first client's tenant, unless a state file exists. */
  readonly seed?: readonly SeedEntry[];
  /** Keeps clients, keys and subscriptions here. */
  readonly stateFile?: string;
  /** Serves the control interface below `/-/control`, to this machine only. Default false. */
  readonly control?: boolean;
  /** Epoch milliseconds. Default: the system's clock. */
  readonly now?: () => number;
  /** How faults wait. Default: as long as they say, by the system's clock. */
  readonly sleep?: Sleep;
  /** Ids of subscriptions. Default: random ones. */
  readonly newId?: () => string;
  /** 0 to 1, for faults with a probability. */
  readonly random?: () => number;
  readonly log?: Log;
}

/**
 * `tenant` is that of the first client unless given. Subscriptions are named by id or, where that is none, by title
 * (the oldest of that title). What is changed here counts as done by `control`. Throws SandboxInputError.
 */
export interface Sandbox {
  /** Origin, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Of the first client. */
  readonly credentials: SandboxCredentials;
  /** As they are now; `set` changes some of them. */
  readonly switches: Switches;
  set(switches: Partial<Switches>): void;

  /** In the order they were created. */
  subscriptions(tenant?: string): readonly Subscription[];
  /** Adds as they are: any title, any times, enabled or not. */
  seed(entries: SeedEntry | readonly SeedEntry[], tenant?: string): readonly Subscription[];
  edit(idOrTitle: string, changes: SubscriptionEdit, tenant?: string): Subscription;
  remove(idOrTitle: string, tenant?: string): void;

  /** Every change to the state, in order. */
  readonly history: readonly Change[];
  /** Every request to the API, in order of arrival. */
  readonly requests: readonly RequestRecord[];
  /** How many requests so far were meant by the pattern, e.g. `POST /webhooks`, `* /webhooks/{webhook_id}`; default all. */
  count(pattern?: string): number;
  /** Empties history and requests; the state stays. */
  forget(): void;

  /** A further client. With `tenant` left out it shares the first client's subscriptions. */
  addClient(spec?: ClientSpec): Promise<SandboxCredentials>;
  /** A further public key (SPKI PEM, P-521 or Ed25519) for a client, by default the first. Gives the key id. */
  addKey(publicKeyPem: string, of?: { readonly clientId?: string; readonly keyId?: string }): string;
  /** A token without the token call; `token` where it has to be a certain one. Scopes by default all the client has. */
  addToken(spec?: {
    readonly clientId?: string;
    readonly scopes?: readonly string[];
    readonly token?: string;
    readonly lifetimeSeconds?: number;
  }): string;
  /** Every token issued so far is refused from now on. */
  expireTokens(): void;

  /** Schedules a fault; gives its id. */
  fault(rule: FaultRule): string;
  readonly faults: readonly ScheduledFault[];
  /** One fault, or all. */
  clearFaults(id?: string): void;

  /** Delivers a made-up event to every subscription that is enabled and wants it, once each. */
  deliver(event: EventToDeliver, tenant?: string): Promise<readonly DeliveryResult[]>;
  /** Signs deliveries with a new key from now on; `keepOld` false withdraws the old ones. Gives the new `kid`. */
  rotateDeliveryKeys(keepOld?: boolean): Promise<string>;

  /** Ends open connections; resolves once everything is closed and written. */
  close(): Promise<void>;
}
