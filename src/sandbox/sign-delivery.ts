/** Signs a webhook delivery: always version 6, ECDSA P-521 with SHA-512 in DER. */
import { randomBytes, sign } from 'node:crypto';
import type { DeliveryKey } from './delivery-keys.ts';
import { digestOf } from './digest.ts';
import { signatureBase } from './signature-base.ts';

export interface DeliveryToSign {
  readonly url: URL;
  readonly body: Buffer;
  readonly key: DeliveryKey;
  /** Unix seconds. */
  readonly created: number;
  readonly nonce?: string;
}

export interface SignedDelivery {
  readonly headers: Readonly<Record<string, string>>;
  /** What was signed. */
  readonly base: string;
}

const LIFETIME_SECONDS = 60;

/** Which components real deliveries cover is not documented; a verifier reads them from `signature-input`. */
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
