/** The API clients that the sandbox knows: their credentials and keys, their access tokens, and their rate limit. */
import { createPublicKey, generateKeyPair, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { SandboxInputError } from '../input-error.ts';

export type KeyType = 'p521' | 'ed25519';

/** What a program needs to call the sandbox as one client. The values are valid nowhere else. */
export interface SandboxCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly keyId: string;
  /** PKCS#8, not encrypted. Empty where only a public key was given. */
  readonly privateKeyPem: string;
  /** SPKI. */
  readonly publicKeyPem: string;
}

/** Members left out get random values. Clients of one `tenant` share its subscriptions and see no others. */
export interface ClientSpec extends Partial<SandboxCredentials> {
  /** Scopes that the client may request; by default `webhooks:read` and `webhooks:admin`. */
  readonly scopes?: readonly string[];
  readonly tenant?: string;
  /** The type of the key that is generated where none is given. */
  readonly keyType?: KeyType;
}

export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly tenant: string;
  /** The credentials it was registered with. Further keys are only in `keys`. */
  readonly credentials: SandboxCredentials;
  /** By key id. */
  readonly keys: ReadonlyMap<string, KeyObject>;
}

export const DEFAULT_TENANT = 'main';
const DEFAULT_SCOPES = ['webhooks:read', 'webhooks:admin'];
const makeKeyPair = promisify(generateKeyPair);

export class Clients {
  readonly #byId = new Map<string, Client & { readonly keys: Map<string, KeyObject> }>();

  get(clientId: string): Client | undefined {
    return this.#byId.get(clientId);
  }

  all(): readonly Client[] {
    return [...this.#byId.values()];
  }

  async add(spec: ClientSpec): Promise<Client> {
    const { clientId = randomUUID(), clientSecret = randomBytes(24).toString('base64url') } = spec;
    const { scopes = DEFAULT_SCOPES, tenant = DEFAULT_TENANT, keyId = randomUUID() } = spec;
    if (this.#byId.has(clientId)) throw new SandboxInputError(`client ${clientId} exists already`);
    const pair = await keyPair(spec);
    const credentials = { clientId, clientSecret, keyId, ...pair };
    const client = { clientId, clientSecret, scopes, tenant, credentials, keys: new Map<string, KeyObject>() };
    client.keys.set(keyId, publicKey(pair.publicKeyPem));
    this.#byId.set(clientId, client);
    return client;
  }

  /** Registers a further public key (SPKI PEM, P-521 or Ed25519) and gives its id. */
  addKey(clientId: string, publicKeyPem: string, keyId: string = randomUUID()): string {
    const client = this.#byId.get(clientId);
    if (!client) throw new SandboxInputError(`there is no client ${clientId}`);
    client.keys.set(keyId, publicKey(publicKeyPem));
    return keyId;
  }
}

async function keyPair(spec: ClientSpec): Promise<{ privateKeyPem: string; publicKeyPem: string }> {
  if (spec.publicKeyPem) return { privateKeyPem: spec.privateKeyPem ?? '', publicKeyPem: spec.publicKeyPem };
  if (spec.privateKeyPem) {
    const publicKeyPem = createPublicKey(spec.privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
    return { privateKeyPem: spec.privateKeyPem, publicKeyPem };
  }
  const { privateKey, publicKey } =
    spec.keyType === 'ed25519' ? await makeKeyPair('ed25519') : await makeKeyPair('ec', { namedCurve: 'P-521' });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Reads a key. The documentation allows only ECDSA on P-521 and Ed25519. */
function publicKey(pem: string): KeyObject {
  const key = readPublicKey(pem);
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ed25519' || (key.asymmetricKeyType === 'ec' && curve === 'secp521r1')) return key;
  throw new SandboxInputError(`a ${curve ?? key.asymmetricKeyType} key is not accepted: use P-521 or Ed25519`);
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new SandboxInputError(`the public key is not a PEM that can be read: ${(error as Error).message}`);
  }
}

interface Token {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Access tokens: opaque and expiring. A client may have several valid ones. */
export class Tokens {
  readonly #byText = new Map<string, Token>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `text` is given only where a test needs a certain token. */
  issue(clientId: string, scopes: readonly string[], lifetimeSeconds: number, text = newToken()): string {
    if (this.#byText.size % 1000 === 999) this.#sweep();
    this.#byText.set(text, { clientId, scopes, expiresAt: this.#now() + lifetimeSeconds * 1000 });
    return text;
  }

  /** Gives undefined for a token that was never issued, has expired or is revoked. */
  find(text: string): Token | undefined {
    const token = this.#byText.get(text);
    return token && token.expiresAt > this.#now() ? token : undefined;
  }

  /** Every token issued so far is refused from now on. */
  expireAll(): void {
    this.#byText.clear();
  }

  #sweep(): void {
    for (const [text, { expiresAt }] of this.#byText) {
      if (expiresAt <= this.#now()) this.#byText.delete(text);
    }
  }
}

function newToken(): string {
  return `ory_at_${randomBytes(32).toString('base64url')}`;
}

/** Limits the requests per client by a bucket that holds the requests of one second and refills steadily. */
export class RateLimit {
  readonly #buckets = new Map<string, { left: number; at: number }>();

  /**
   * Gives false for a request beyond the limit. Goes by real time, since a test that stops the sandbox's clock must not
   * be locked out. `perSecond` 0 means no limit, and a fraction means one request every so many seconds.
   */
  take(clientId: string, perSecond: number): boolean {
    if (perSecond === 0) return true;
    const now = performance.now();
    const holds = Math.max(1, perSecond);
    const bucket = this.#buckets.get(clientId) ?? { left: holds, at: now };
    bucket.left = Math.min(holds, bucket.left + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(clientId, bucket);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }
}
