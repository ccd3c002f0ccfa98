/** The handle on one running sandbox that `startSandbox` gives. */
import type { Client, ClientSpec, SandboxCredentials } from './api/clients.ts';
import type { ExchangeParts } from './api/exchange.ts';
import { isMeant, type RequestRecord } from './api/request.ts';
import type { Change } from './api/store.ts';
import { changesOf, type Subscription, type SubscriptionEdit } from './api/subscription.ts';
import type { DeliveryResult, EventToDeliver } from './deliveries/deliverer.ts';
import type { FaultRule, ScheduledFault } from './faults/fault.ts';
import { SandboxInputError } from './input-error.ts';
import type { Sandbox } from './sandbox.ts';
import { fromSeed, type SeedEntry } from './state/seed.ts';
import { readSwitches, type Switches } from './switches.ts';

interface Running extends ExchangeParts {
  readonly first: Client;
  readonly url: string;
  readonly port: number;
  /** Must be called after changes to clients and keys. The store reports its own changes. */
  readonly changed: () => void;
  readonly setSwitches: (some: Partial<Switches>) => void;
  readonly stop: () => Promise<void>;
}

export class RunningSandbox implements Sandbox {
  readonly url: string;
  readonly port: number;
  readonly credentials: SandboxCredentials;
  readonly history: readonly Change[];
  readonly requests: readonly RequestRecord[];
  readonly #running: Running;
  #closed: Promise<void> | undefined;

  constructor(running: Running) {
    this.#running = running;
    this.url = running.url;
    this.port = running.port;
    this.credentials = running.first.credentials;
    this.history = running.parts.store.history;
    this.requests = running.requests.records;
  }

  get switches(): Switches {
    return this.#running.parts.switches();
  }

  set(switches: Partial<Switches>): void {
    this.#running.setSwitches(readSwitches(switches));
  }

  subscriptions(tenant = this.#tenant): readonly Subscription[] {
    return this.#running.parts.store.list(tenant);
  }

  seed(entries: SeedEntry | readonly SeedEntry[], tenant = this.#tenant): readonly Subscription[] {
    return [entries].flat().map((entry) => {
      if (entry.id !== undefined && this.#running.parts.store.get(tenant, entry.id)) {
        throw new SandboxInputError(`there is a subscription with the id ${entry.id} already`);
      }
      return this.#running.parts.store.create(tenant, fromSeed(entry), 'seed');
    });
  }

  edit(idOrTitle: string, changes: SubscriptionEdit, tenant = this.#tenant): Subscription {
    const current = this.#find(idOrTitle, tenant);
    const { store } = this.#running.parts;
    return store.update(tenant, current.id, changesOf(changes, current), 'control') ?? current;
  }

  remove(idOrTitle: string, tenant = this.#tenant): void {
    this.#running.parts.store.delete(tenant, this.#find(idOrTitle, tenant).id, 'control');
  }

  count(pattern = '*'): number {
    return this.requests.filter(({ method, route }) => isMeant(pattern, method, route)).length;
  }

  forget(): void {
    this.#running.parts.store.history.length = 0;
    this.#running.requests.records.length = 0;
  }

  async addClient(spec: ClientSpec = {}): Promise<SandboxCredentials> {
    const { credentials } = await this.#running.parts.clients.add({ tenant: this.#tenant, ...spec });
    this.#running.changed();
    return credentials;
  }

  addKey(publicKeyPem: string, of: { readonly clientId?: string; readonly keyId?: string } = {}): string {
    const { clientId = this.credentials.clientId, keyId } = of;
    const id = this.#running.parts.clients.addKey(clientId, publicKeyPem, keyId);
    this.#running.changed();
    return id;
  }

  addToken(spec: Parameters<Sandbox['addToken']>[0] = {}): string {
    const { clientId = this.credentials.clientId, token, lifetimeSeconds = this.switches.tokenLifetimeSeconds } = spec;
    const client = this.#running.parts.clients.get(clientId);
    if (!client) throw new SandboxInputError(`there is no client ${clientId}`);
    return this.#running.parts.tokens.issue(clientId, spec.scopes ?? client.scopes, lifetimeSeconds, token);
  }

  expireTokens(): void {
    this.#running.parts.tokens.expireAll();
  }

  fault(rule: FaultRule): string {
    return this.#running.faults.schedule(rule);
  }

  get faults(): readonly ScheduledFault[] {
    return this.#running.faults.list();
  }

  clearFaults(id?: string): void {
    if (!this.#running.faults.clear(id)) throw new SandboxInputError(`there is no fault ${id}`);
  }

  deliver(event: EventToDeliver, tenant = this.#tenant): Promise<readonly DeliveryResult[]> {
    return this.#running.parts.deliverer.deliver(tenant, event);
  }

  async rotateDeliveryKeys(keepOld = true): Promise<string> {
    const kid = await this.#running.parts.deliveryKeys.rotate(keepOld);
    this.#running.changed();
    return kid;
  }

  close(): Promise<void> {
    this.#closed ??= this.#running.stop();
    return this.#closed;
  }

  get #tenant(): string {
    return this.#running.first.tenant;
  }

  #find(idOrTitle: string, tenant: string): Subscription {
    const all = this.#running.parts.store.list(tenant);
    const found = all.find(({ id }) => id === idOrTitle) ?? all.find(({ title }) => title === idOrTitle);
    if (!found) throw new SandboxInputError(`there is no subscription with the id or title "${idOrTitle}"`);
    return found;
  }
}
