/** Keeps clients, keys and subscriptions in a JSON file across restarts. */
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Client, Clients, SandboxCredentials } from '../api/clients.ts';
import type { Store } from '../api/store.ts';
import type { Subscription } from '../api/subscription.ts';
import type { DeliveryKeys, SavedDeliveryKey } from '../deliveries/keys.ts';
import { type Log, SandboxInputError } from '../input-error.ts';
import { makeFolder } from '../make-folder.ts';
import { readSeed } from './seed.ts';

interface SavedState {
  readonly version: 1;
  readonly clients: readonly (SandboxCredentials & {
    readonly scopes: readonly string[];
    readonly tenant: string;
    /** All keys, the first one included: SPKI PEM by key id. */
    readonly keys: Readonly<Record<string, string>>;
  })[];
  readonly deliveryKeys: readonly SavedDeliveryKey[];
  /** Subscriptions by tenant. */
  readonly subscriptions: Readonly<Record<string, readonly Subscription[]>>;
}

/** Gives undefined where the file does not exist yet. Throws SandboxInputError where it cannot be used. */
export async function readState(file: string): Promise<SavedState | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SandboxInputError(
      `the state file ${file} cannot be read: ${(error as Error).message}. Name another with --state`,
    );
  }
  try {
    const state = JSON.parse(text) as SavedState;
    if (isWhole(state)) return state;
  } catch {
    // The file is not JSON, or not a state: the error below reports it.
  }
  throw new SandboxInputError(
    `the state file ${file} is damaged: it is not a state of this sandbox. Move it away to start with a new one`,
  );
}

/** Whether all members have their types. May also throw, where a member has a wrong type. */
function isWhole({ version, clients, deliveryKeys, subscriptions }: SavedState): boolean {
  const isText = (value: unknown) => typeof value === 'string';
  const parts = clients.map((one) => [one.clientId, one.clientSecret, one.keyId, one.publicKeyPem, one.tenant]);
  for (const list of Object.values(subscriptions)) readSeed(list);
  for (const { publicKeyPem, keys } of clients)
    [publicKeyPem, ...Object.values(keys)].forEach((pem) => createPublicKey(pem));
  for (const { privateKeyPem } of deliveryKeys) createPrivateKey(privateKeyPem);
  return (
    version === 1 &&
    clients.length > 0 &&
    parts.flat().every(isText) &&
    clients.every(({ scopes }) => scopes.every(isText)) &&
    deliveryKeys.every(({ kid }) => isText(kid)) &&
    Object.values(subscriptions).every((list) => list.every(({ id }) => isText(id)))
  );
}

/** Writes the newest state, one write at a time. The next write includes changes made during a write. */
export class StateFile {
  readonly #file: string;
  readonly #state: () => SavedState;
  readonly #log: Log;
  #isDirty = false;
  /** Why the last write failed. */
  #failure: string | undefined;
  #writing: Promise<void> | undefined;

  constructor(file: string, state: () => SavedState, log: Log) {
    this.#file = file;
    this.#state = state;
    this.#log = log;
  }

  /** Why the file is behind the state: the last write failed. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Must be called after every change. */
  touch(): void {
    this.#isDirty = true;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves once the state is written, or could not be. A write that failed before is tried once more. */
  async flush(): Promise<void> {
    await this.#written();
    if (this.#failure !== undefined) this.touch();
    await this.#written();
  }

  async #written(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#isDirty) {
      // The change that called, and others of the same moment, finish first.
      await new Promise(setImmediate);
      this.#isDirty = false;
      await this.#write();
    }
    this.#writing = undefined;
  }

  /**
   * Writes by rename, so that neither a reader nor a crash leaves half a file. An error is logged, and the sandbox goes
   * on.
   */
  async #write(): Promise<void> {
    const temporary = `${this.#file}.${randomUUID()}.tmp`;
    try {
      await makeFolder(dirname(this.#file));
      await writeFile(temporary, `${JSON.stringify(this.#state(), null, 2)}\n`, { mode: 0o600, flush: true });
      await rename(temporary, this.#file);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = (error as Error).message;
      this.#log('error', `the state could not be written to ${this.#file}: ${(error as Error).message}`);
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

/** The content of a state file for the parts of a sandbox. */
export function save(clients: Clients, deliveryKeys: DeliveryKeys, store: Store): SavedState {
  return {
    version: 1,
    clients: clients.all().map(saveClient),
    deliveryKeys: deliveryKeys.save(),
    subscriptions: Object.fromEntries(store.tenants().map((tenant) => [tenant, store.list(tenant)])),
  };
}

/** Puts the content of a state file into the parts of a sandbox. */
export async function restore(state: SavedState, clients: Clients, store: Store): Promise<void> {
  for (const { keys, ...spec } of state.clients) {
    await clients.add(spec);
    for (const [keyId, pem] of Object.entries(keys)) clients.addKey(spec.clientId, pem, keyId);
  }
  for (const [tenant, subscriptions] of Object.entries(state.subscriptions)) {
    for (const subscription of subscriptions) store.restore(tenant, subscription);
  }
}

function saveClient({ credentials, scopes, tenant, keys }: Client): SavedState['clients'][number] {
  return { ...credentials, scopes, tenant, keys: publicKeys(keys) };
}

function publicKeys(keys: Client['keys']): Record<string, string> {
  const pem = [...keys].map(([keyId, key]) => [keyId, key.export({ type: 'spki', format: 'pem' }).toString()]);
  return Object.fromEntries(pem);
}
