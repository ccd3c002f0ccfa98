/** The keys the sandbox signs deliveries with, and their public halves as `GET /auth/verify_keys` shows them. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

export interface DeliveryKey {
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

  /** The newest: deliveries are signed with it. */
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
