/**
 * The keys that sign deliveries, their public halves as `GET /auth/verify_keys` shows them, and the signature itself.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import { digestOf, signatureBase } from '../signature/base.ts';

interface DeliveryKey {
  readonly kid: string;
  /** ECDSA P-521. */
  readonly privateKey: KeyObject;
}

/** As kept in a state file. */
export interface SavedDeliveryKey {
  readonly kid: string;
  readonly privateKeyPem: string;
}

const makeKeyPair = promisify(generateKeyPair);

export class DeliveryKeys {
  #keys: readonly DeliveryKey[];

  private constructor(keys: readonly DeliveryKey[]) {
    this.#keys = keys;
  }

  static async load(saved: readonly SavedDeliveryKey[]): Promise<DeliveryKeys> {
    const keys = saved.map(({ kid, privateKeyPem }) => ({ kid, privateKey: createPrivateKey(privateKeyPem) }));
    return new DeliveryKeys(keys.length > 0 ? keys : [await newKey()]);
  }

  /** The newest key, which signs deliveries. */
  current(): DeliveryKey {
    const [newest] = this.#keys;
    if (!newest) throw new Error('a sandbox always has a delivery key');
    return newest;
  }

  /** Signs with a new key from now on; the old ones stay published unless `keepOld` is false. Gives the new `kid`. */
  async rotate(keepOld = true): Promise<string> {
    const key = await newKey();
    this.#keys = [key, ...(keepOld ? this.#keys : [])];
    return key.kid;
  }

  jwks(): { readonly keys: readonly Record<string, unknown>[] } {
    return {
      keys: this.#keys.map(({ kid, privateKey }) => {
        const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
        return { kid, kty, crv, x, y };
      }),
    };
  }

  save(): readonly SavedDeliveryKey[] {
    return this.#keys.map(({ kid, privateKey }) => ({
      kid,
      privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }));
  }
}

async function newKey(): Promise<DeliveryKey> {
  const { privateKey } = await makeKeyPair('ec', { namedCurve: 'P-521' });
  return { kid: randomUUID(), privateKey };
}

interface DeliveryToSign {
  readonly url: URL;
  readonly body: Buffer;
  readonly key: DeliveryKey;
  /** Unix seconds. */
  readonly created: number;
  readonly nonce?: string;
}

interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  /** The text that was signed. */
  readonly base: string;
}

const LIFETIME_SECONDS = 60;

/**
 * Signs a delivery: always version 6, ECDSA P-521 with SHA-512 in DER. The documentation does not say which components
 * real deliveries cover; a verifier reads them from `signature-input`.
 */
export async function signDelivery(delivery: DeliveryToSign): Promise<SignedDelivery> {
  const { url, body, key, created, nonce = randomBytes(12).toString('base64url') } = delivery;
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/json',
    'content-length': String(body.length),
    digest: digestOf(body, '6'),
  };
  const derived = url.search === '' ? ['@method', '@path'] : ['@method', '@path', '@query'];
  const components = [...derived, 'accept', 'content-length', 'content-type', 'digest'];
  const list = components.map((name) => `"${name}"`).join(' ');
  const expires = created + LIFETIME_SECONDS;
  const params = `(${list});keyid="${key.kid}";created=${created};expires=${expires};nonce="${nonce}"`;
  const message = { method: 'POST', path: url.pathname, query: url.search, header: (name: string) => headers[name] };
  const base = signatureBase(message, components, params, '6');
  if (!base.ok) throw new Error(`a delivery has no ${base.missing}`);
  const signature = await signP521(base.text, key);
  headers['signature-input'] = `sig1=${params}`;
  headers['signature'] = `sig1=:${signature.toString('base64')}:`;
  return { headers, base: base.text };
}

function signP521(text: string, { privateKey }: DeliveryKey): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha512', Buffer.from(text), { key: privateKey, dsaEncoding: 'der' }, (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}
