import { createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  contentDigest,
  type MessageParts,
  signatureBase,
  signatureParams,
  signRequest,
  signText,
} from '../../../src/upvest/signature.ts';
import { tokenForm } from '../../../src/upvest/tokens.ts';
import { Secret } from '../../../src/base/secret.ts';
import { type VectorCase, vectors } from './vectors.ts';

const CLIENT_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

/** The message of a case as it was sent, signature headers and all. */
function message({ request, headers_added_by_signing }: VectorCase): MessageParts {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: search,
    headers: { ...request.headers, ...headers_added_by_signing },
  };
}

function covered(params: string): readonly string[] {
  return [...params.slice(0, params.indexOf(')')).matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
}

function isGenuine(base: string, signature: Buffer, key: KeyObject): boolean {
  return verify(key.asymmetricKeyType === 'ec' ? 'sha512' : null, Buffer.from(base), key, signature);
}

const publicKey = (name: string) => createPublicKey(vectors.keys[name]!.public_spki_pem);
const privateKeyOf = (name: string) =>
  createPrivateKey((vectors.keys[name]!.private_sec1_pem ?? vectors.keys[name]!.private_pkcs8_pem)!);

describe.each(vectors.cases)('the published case $name', (example) => {
  const version = example.signature_version === '6' ? 6 : 15;
  const signature = Buffer.from((example.signature_der_base64 ?? example.signature_base64)!, 'base64');

  it('has the published signature base', () => {
    const base = signatureBase(message(example), covered(example.signature_params), example.signature_params, version);
    expect(base).toBe(example.signature_base);
    expect(Buffer.byteLength(base)).toBe(example.signature_base_bytes);
  });

  it('verifies the published signature, and one of ours', async () => {
    expect(isGenuine(example.signature_base, signature, publicKey(example.key))).toBe(true);
    const ours = await signText(example.signature_base, privateKeyOf(example.key));
    expect(isGenuine(example.signature_base, ours, publicKey(example.key))).toBe(true);
    expect(isGenuine(`${example.signature_base}\n`, ours, publicKey(example.key))).toBe(false);
  });

  it('has its parameters written as published', () => {
    const order = [...example.signature_params.matchAll(/;(keyid|created|expires|nonce)=("?)([^";]+)/g)];
    const params = Object.fromEntries(order.map(([, name, quote, value]) => [name, quote ? value! : Number(value)]));
    expect(signatureParams(covered(example.signature_params), params)).toBe(example.signature_params);
  });
});

describe('an Ed25519 signature', () => {
  it('is the published one byte for byte', async () => {
    const example = vectors.cases.find(({ name }) => name === 'create_ed25519')!;
    const signature = await signText(example.signature_base, privateKeyOf(example.key));
    expect(signature.toString('base64')).toBe(example.signature_base64);
  });
});

describe('the digest of a body', () => {
  it.each(vectors.digests)('is as published for $bytes bytes', ({ body_utf8, content_digest_v15 }) => {
    expect(contentDigest(Buffer.from(body_utf8))).toBe(content_digest_v15);
  });
});

describe('the form of a token request', () => {
  it('is encoded as in the published example', () => {
    const example = vectors.cases.find(({ name }) => name === 'token_request')!;
    const secret = new URLSearchParams(example.request.body_utf8!).get('client_secret')!;
    const form = tokenForm(CLIENT_ID, new Secret(secret), 'webhooks:read').toString();
    expect(form).toBe(example.request.body_utf8!.replace('webhooks%3Aread+webhooks%3Aadmin', 'webhooks%3Aread'));
  });
});

describe('a request signed for sending', () => {
  const NOW = 1_788_264_000_500;
  const key = { keyId: 'key-1', key: privateKeyOf('client_ed25519') };
  const plain = {
    method: 'POST',
    target: '/webhooks?dry=1',
    headers: {
      accept: 'application/json',
      authorization: 'Bearer token',
      'content-type': 'application/json',
      'content-length': '11',
      'upvest-client-id': CLIENT_ID,
      'upvest-api-version': '1',
      'user-agent': 'test',
    },
    body: Buffer.from('{"a":"✓"}'),
  } as const;

  it('covers everything the API asks for, in the order of the documentation', async () => {
    const { headers } = await signRequest(plain, key, NOW, 'once');
    expect(headers['signature-input']).toBe(
      'sig1=("@method" "@path" "@query" "accept" "authorization" "content-length" "content-type" "content-digest" ' +
        '"upvest-client-id" "upvest-api-version");keyid="key-1";created=1788264000;expires=1788264060;nonce="once"',
    );
    expect(headers['upvest-signature-version']).toBe('15');
  });

  it('verifies against the base of what is sent', async () => {
    const { headers } = await signRequest(plain, key, NOW);
    const params = headers['signature-input']!.slice('sig1='.length);
    const base = signatureBase(
      { method: 'POST', path: '/webhooks', query: '?dry=1', headers },
      covered(params),
      params,
    );
    const signature = Buffer.from(headers['signature']!.slice('sig1=:'.length, -1), 'base64');
    expect(isGenuine(base, signature, publicKey('client_ed25519'))).toBe(true);
  });

  it('has neither query nor digest in its signature where there is neither', async () => {
    const { body: _body, ...rest } = plain;
    const { headers } = await signRequest({ ...rest, method: 'GET', target: '/webhooks' }, key, NOW);
    expect(headers['signature-input']).not.toContain('@query');
    expect(headers['content-digest']).toBeUndefined();
  });

  it('has another nonce each time', async () => {
    const [one, two] = [await signRequest(plain, key, NOW), await signRequest(plain, key, NOW)];
    expect(one.headers['signature-input']).not.toBe(two.headers['signature-input']);
  });
});

describe('a component that the message does not have', () => {
  it('cannot be signed', () => {
    const parts = { method: 'GET', path: '/', query: '', headers: {} };
    expect(() => signatureBase(parts, ['@query'], '')).toThrow('the message has no component @query');
    expect(() => signatureBase(parts, ['date'], '')).toThrow('the message has no component date');
  });
});
