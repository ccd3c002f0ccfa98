/** The options of a sandbox, and a running one as its owner sees it: a test, the demo, the control interface. */
import type { ClientSpec, KeyType, SandboxCredentials } from './api/clients.ts';
import type { RequestRecord } from './api/request.ts';
import type { Change } from './api/store.ts';
import type { Subscription, SubscriptionEdit } from './api/subscription.ts';
import type { DeliveryResult, EventToDeliver } from './deliveries/deliverer.ts';
import type { FaultRule, ScheduledFault } from './faults/fault.ts';
import type { Sleep } from './faults/wire.ts';
import type { Log } from './input-error.ts';
import type { SeedEntry } from './state/seed.ts';
import type { Switches } from './switches.ts';

export interface SandboxOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /**
   * The first client. Members left out get random values. Ignored where a state file exists, which has its own clients.
   */
  readonly client?: ClientSpec;
  /** The type of the first client's key, where one is generated. Default `p521`; `ed25519` is fifty times faster. */
  readonly keyType?: KeyType;
  readonly switches?: Partial<Switches>;
  /** Subscriptions to put on the first client's tenant, unless a state file exists. */
  readonly seed?: readonly SeedEntry[];
  /** The file that keeps clients, keys and subscriptions. */
  readonly stateFile?: string;
  /** Serves the control interface below `/-/control`, to this machine only. Default false. */
  readonly control?: boolean;
  /** Epoch milliseconds. Default: the system's clock. */
  readonly now?: () => number;
  /** How faults wait. Default: by real time. */
  readonly sleep?: Sleep;
  /** Makes the ids of subscriptions. Default: random ids. */
  readonly newId?: () => string;
  /** 0 to 1, for faults with a probability. */
  readonly random?: () => number;
  readonly log?: Log;
}

/**
 * `tenant` is that of the first client unless given. Subscriptions are named by id or, where no id matches, by title
 * (the oldest of that title). Changes made here count as changes by `control`. The methods throw SandboxInputError.
 */
export interface Sandbox {
  /** Origin, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The credentials of the first client. */
  readonly credentials: SandboxCredentials;
  /** The current switches; `set` changes some of them. */
  readonly switches: Switches;
  set(switches: Partial<Switches>): void;

  /** In the order they were created. */
  subscriptions(tenant?: string): readonly Subscription[];
  /** Adds the subscriptions as given: any title, any times, enabled or not. */
  seed(entries: SeedEntry | readonly SeedEntry[], tenant?: string): readonly Subscription[];
  edit(idOrTitle: string, changes: SubscriptionEdit, tenant?: string): Subscription;
  remove(idOrTitle: string, tenant?: string): void;

  /** Every change to the state, in order. */
  readonly history: readonly Change[];
  /** Every request to the API, in order of arrival. */
  readonly requests: readonly RequestRecord[];
  /** How many requests matched the pattern so far, e.g. `POST /webhooks`, `* /webhooks/{webhook_id}`; default all. */
  count(pattern?: string): number;
  /** Empties history and requests; the state stays. */
  forget(): void;

  /** Adds a client. Without `tenant` it shares the first client's subscriptions. */
  addClient(spec?: ClientSpec): Promise<SandboxCredentials>;
  /** Adds a public key (SPKI PEM, P-521 or Ed25519) to a client, by default the first. Gives the key id. */
  addKey(publicKeyPem: string, of?: { readonly clientId?: string; readonly keyId?: string }): string;
  /** Issues a token without the token call, by default with all scopes of the client. `token` sets its text. */
  addToken(spec?: {
    readonly clientId?: string;
    readonly scopes?: readonly string[];
    readonly token?: string;
    readonly lifetimeSeconds?: number;
  }): string;
  /** Every token issued so far is refused from now on. */
  expireTokens(): void;

  /** Schedules a fault and gives its id. */
  fault(rule: FaultRule): string;
  readonly faults: readonly ScheduledFault[];
  /** Removes one fault, or all. */
  clearFaults(id?: string): void;

  /** Delivers a made-up event to every subscription that is enabled and wants it, once each. */
  deliver(event: EventToDeliver, tenant?: string): Promise<readonly DeliveryResult[]>;
  /** Signs deliveries with a new key from now on; `keepOld` false withdraws the old ones. Gives the new `kid`. */
  rotateDeliveryKeys(keepOld?: boolean): Promise<string>;

  /** Ends open connections; resolves once everything is closed and written. */
  close(): Promise<void>;
}
