import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';

import { signDelivery } from '../../../src/sandbox/deliveries/keys.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { send } from './send.ts';

interface Case {
  readonly name: string;
  readonly key: 'client_p521' | 'client_ed25519' | 'delivery_p521';
  readonly key_id: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body_utf8: string | null;
  };
  readonly headers_added_by_signing: Record<string, string>;
  readonly signature_params: string;
  readonly signature_base: string;
}

interface NegativeCase {
  readonly name: string;
  readonly of: string;
  readonly signature?: string;
  readonly body_utf8?: string;
}

const vectors = JSON.parse(readFileSync('test/fixtures/upvest-vectors.json', 'utf8')) as {
  readonly keys: Record<
    Case['key'],
    { key_id: string; public_spki_pem: string; private_pkcs8_pem: string; private_sec1_pem: string }
  >;
  readonly cases: readonly Case[];
  readonly negative_cases: readonly NegativeCase[];
};

const CLIENT_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const SIGNED_AT_MS = 1_788_264_000_000;
const requests = vectors.cases.filter(({ key }) => key !== 'delivery_p521');
const caseOf = (name: string) => vectors.cases.find((one) => one.name === name)!;

let sandbox: Sandbox | undefined;
let log: string[] = [];
afterEach(() => sandbox?.close());

/** A sandbox at the time when the vectors were signed, with their client, keys, token and subscription. */
async function vectorSandbox(options: Parameters<typeof startSandbox>[0] = {}): Promise<Sandbox> {
  const { client_p521, client_ed25519 } = vectors.keys;
  log = [];
  sandbox = await startSandbox({
    client: {
      clientId: CLIENT_ID,
      clientSecret: 's3cr3t+/=&ä',
      keyId: client_p521.key_id,
      privateKeyPem: client_p521.private_pkcs8_pem,
    },
    now: () => SIGNED_AT_MS + 1000,
    seed: [{ id: '4b1f0c8e-2d3a-4c5b-8e6f-7a8b9c0d1e2f', title: 'Orders', url: 'https://hooks.example.com/orders' }],
    log: (_level, message) => log.push(message),
    ...options,
  });
  sandbox.addKey(client_ed25519.public_spki_pem, { keyId: client_ed25519.key_id });
  sandbox.addToken({ token: 'test_at_0123456789abcdefABCDEF.ghij' });
  return sandbox;
}

/** The request of the case as it was sent, with the changes of `instead`. */
function replay(to: Sandbox, one: Case, instead: { headers?: Record<string, string>; body?: string | undefined } = {}) {
  const { pathname, search } = new URL(one.request.url);
  return send(to.url, {
    method: one.request.method,
    target: `${pathname}${search}`,
    headers: { ...one.request.headers, ...one.headers_added_by_signing, ...instead.headers },
    body: instead.body ?? one.request.body_utf8 ?? undefined,
  });
}

describe("a request signed by the vendor's own code", () => {
  it.for(requests)('is accepted: $name', async (one) => {
    const answer = await replay(await vectorSandbox(), one);
    expect(answer.status, log.join('\n')).toBeGreaterThanOrEqual(200);
    // Two cases are only about their signatures: their bodies are not valid.
    expect([401, 403, 500]).not.toContain(answer.status);
  });

  it.for(requests)('is refused once it has expired: $name', async (one) => {
    const late = await vectorSandbox({ now: () => SIGNED_AT_MS + 11_000 });
    expect((await replay(late, one)).status).toBe(401);
  });

  it.for(requests)('is refused when it comes a second time: $name', async (one) => {
    const replayed = await vectorSandbox();
    await replay(replayed, one);
    expect((await replay(replayed, one)).status).toBe(401);
    expect(log.at(-1)).toContain('nonce');
  });
});

describe('a request that must be refused', () => {
  it.for(vectors.negative_cases)('gets 401: $name', async (negative) => {
    const headers: Record<string, string> = negative.signature ? { signature: negative.signature } : {};
    if (negative.body_utf8) headers['content-length'] = String(Buffer.byteLength(negative.body_utf8));
    const answer = await replay(await vectorSandbox(), caseOf(negative.of), { headers, body: negative.body_utf8 });
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ status: 401, type: 'https://docs.upvest.co/errors/unauthorised' });
  });

  it('has its error named in the log, never in the answer', async () => {
    const said: Record<string, string> = {};
    for (const { name, of, signature } of vectors.negative_cases) {
      if (!signature) continue;
      const answer = await replay(await vectorSandbox(), caseOf(of), { headers: { signature } });
      expect(answer.json?.['detail']).toBe('Signature is incorrect');
      said[name] = log.at(-1)?.replace(/^.*?\): /s, '') ?? '';
      await sandbox?.close();
    }
    expect(said).toEqual({
      raw_r_s: expect.stringContaining('raw r||s'),
      trailing_newline: expect.stringContaining('line break after the last line'),
      v6_base_under_v15: expect.stringContaining('the other version'),
      ecdsa_sha256: expect.stringContaining('SHA-256'),
    });
  });

  it('is accepted in raw r||s form where the switch allows it', async () => {
    const lenient = await vectorSandbox({ switches: { ecdsaForm: 'der-or-raw' } });
    const raw = vectors.negative_cases.find(({ name }) => name === 'raw_r_s')!;
    expect((await replay(lenient, caseOf(raw.of), { headers: { signature: raw.signature! } })).status).toBe(201);
  });
});

describe('a delivery', () => {
  it('is signed over the same base as the vector, and its signature verifies', async () => {
    const one = caseOf('delivery_v6');
    const { key_id: kid, private_sec1_pem, public_spki_pem } = vectors.keys.delivery_p521;
    const { headers, base } = await signDelivery({
      url: new URL(one.request.url),
      body: Buffer.from(one.request.body_utf8!),
      key: { kid, privateKey: createPrivateKey(private_sec1_pem) },
      created: SIGNED_AT_MS / 1000,
      nonce: '3kT9sQ0wXyZ1aBcD',
    });
    expect(base).toBe(one.signature_base);
    const { signature, ...rest } = headers;
    const { signature: theirs, ...expected } = one.headers_added_by_signing;
    expect(rest).toEqual({ ...one.request.headers, ...expected });
    for (const value of [signature!, theirs!]) {
      const bytes = Buffer.from(value.replace(/^sig1=:|:$/g, ''), 'base64');
      expect(verify('sha512', Buffer.from(base), createPublicKey(public_spki_pem), bytes)).toBe(true);
    }
  });
});
