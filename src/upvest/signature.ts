/**
 * Signs a request by draft 15 of HTTP Message Signatures, in Upvest's dialect (ECDSA as DER, no `@query` when empty).
 */
import { createHash, type KeyObject, randomUUID, sign } from 'node:crypto';
import { serializeInnerList } from 'structured-headers';
import type { OutgoingRequest } from '../http/exchange.ts';
import type { SigningKey } from './credentials.ts';

/**
 * Seconds. Long enough for a clock that is off, short enough to be worthless when stolen. Upvest's examples have 5 to
 * 60.
 */
export const LIFETIME_SECONDS = 60;

/** Headers that are covered where the message has them, in the order of the documentation. */
const COVERED_HEADERS = [
  'accept',
  'authorization',
  'content-length',
  'content-type',
  'content-digest',
  'upvest-client-id',
  'upvest-api-version',
];

/**
 * The request with the headers that sign it. Each attempt has to be signed again, because a nonce is valid once.
 * `now`: epoch milliseconds. The signing runs on a thread of the pool, because P-521 takes about 2 ms.
 */
export async function signRequest(
  request: OutgoingRequest,
  { keyId, key }: SigningKey,
  now: number,
  nonce: string = randomUUID(),
): Promise<OutgoingRequest> {
  const { method, target, body } = request;
  const headers = body ? { ...request.headers, 'content-digest': contentDigest(body) } : request.headers;
  const cut = target.indexOf('?');
  const path = cut === -1 ? target : target.slice(0, cut);
  const query = cut === -1 ? '' : target.slice(cut);
  const covered = [
    '@method',
    '@path',
    ...(query ? ['@query'] : []),
    ...COVERED_HEADERS.filter((name) => name in headers),
  ];
  const created = Math.floor(now / 1000);
  const params = signatureParams(covered, { keyid: keyId, created, expires: created + LIFETIME_SECONDS, nonce });
  const base = signatureBase({ method, path, query, headers }, covered, params);
  const signature = await signText(base, key);
  return {
    ...request,
    headers: {
      ...headers,
      // Without this header the server takes the signature for version 6. The signature does not cover it.
      'upvest-signature-version': '15',
      'signature-input': `sig1=${params}`,
      signature: `sig1=:${signature.toString('base64')}:`,
    },
  };
}

/** The text in `signature-input` and in the last line of the base. Parameters keep the order given. */
export function signatureParams(covered: readonly string[], params: Readonly<Record<string, string | number>>): string {
  return serializeInnerList([covered.map((id) => [id, new Map()]), new Map(Object.entries(params))]);
}

/** P-521 with SHA-512, in DER, which is Node's default and what Upvest expects; Ed25519 hashes by itself. */
export async function signText(text: string, key: KeyObject): Promise<Buffer> {
  const algorithm = key.asymmetricKeyType === 'ec' ? 'sha512' : null;
  return await new Promise((resolve, reject) => {
    sign(algorithm, Buffer.from(text), key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}

/** `query`: with the leading `?`, exactly as sent; empty where there is none. Header names are in lower case. */
export interface MessageParts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One line per covered component, in the order given, then the parameters; LF between, none at the end. `params`: the
 * text after the label in `signature-input`, byte for byte.
 * `version`: 15 for requests; 6, which Upvest's deliveries have, writes the names without quotes.
 * Throws RangeError for a component the message does not have: signing what is not sent would only fail at the other
 * end.
 */
export function signatureBase(
  message: MessageParts,
  covered: readonly string[],
  params: string,
  version: 6 | 15 = 15,
): string {
  const name = version === 15 ? (id: string) => `"${id}"` : (id: string) => id;
  const lines = covered.map((id) => `${name(id)}: ${valueOf(message, id)}`);
  return [...lines, `${name('@signature-params')}: ${params}`].join('\n');
}

function valueOf(message: MessageParts, id: string): string {
  switch (id) {
    case '@method':
      return message.method.toUpperCase();
    case '@path':
      return message.path || '/';
    case '@query':
      if (message.query !== '') return message.query;
      break;
    default: {
      const value = message.headers[id];
      if (value !== undefined) return value.trim();
    }
  }
  throw new RangeError(`the message has no component ${id}`);
}

/** The digest header of a body: version 15 of the signature draft has `content-digest` (docs/upvest-api.md, 3.2). */
export function contentDigest(body: Uint8Array): string {
  return `sha-512=:${createHash('sha512').update(body).digest('base64')}:`;
}
