import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Caller, type Deviation } from './caller.ts';
import { HOOK, running } from './running.ts';

const nowSeconds = () => Math.floor(Date.now() / 1000);
const otherKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const refusedWithQuery: [name: string, deviation: Deviation, said: string][] = [
  ['does not cover @method', { uncovered: ['@method'] }, '"@method" is not covered'],
  ['does not cover @path', { uncovered: ['@path'] }, '"@path" is not covered'],
  ['does not cover the query there is', { uncovered: ['@query'] }, '"@query" is not covered'],
  ['does not cover the token that is sent', { uncovered: ['authorization'] }, '"authorization" is not covered'],
  ['does not cover the client id', { uncovered: ['upvest-client-id'] }, '"upvest-client-id" is not covered'],
  ['covers a header that is not sent', { extraComponents: ['x-missing'] }, '"x-missing" is listed'],
  [
    'covers a derived component the API does not know',
    { extraComponents: ['@authority'] },
    '"@authority" is not one of',
  ],
  ['lists a component twice', { extraComponents: ['accept'] }, 'listed twice'],
  ['was made with a key that is not registered', { privateKeyPem: otherKey }, 'another key'],
  ['names an unknown key', { keyId: 'b8f0c9d2-1e34-4a56-8b78-9c0d1e2f3a4b' }, 'keyid'],
  ['was made too far in the future', { created: nowSeconds() + 60 }, 'created lies'],
  ['has expired', { created: nowSeconds() - 61 }, 'expires passed'],
  ['lives too long', { lifetimeSeconds: 301 }, 'longer than 300 s'],
  ['names no end and is old', { created: nowSeconds() - 301, lifetimeSeconds: undefined }, 'expires passed'],
  ['has no version header', { headers: { 'upvest-signature-version': undefined } }, 'the other version'],
  ['has another version', { headers: { 'upvest-signature-version': '13' } }, 'not 15 or 6'],
  ['has its query changed', { tampered: { target: '/webhooks?limit=20' } }, 'fits neither'],
  ['has its path changed', { tampered: { target: '/auth/verify_keys?limit=10' } }, 'fits neither'],
  ['has a covered header changed', { tampered: { headers: { accept: '*/*' } } }, 'fits neither'],
  ['is not base64', { tampered: { headers: { signature: 'sig1=abc' } } }, 'not base64 between colons'],
  ['has another label than signature-input', { tampered: { headers: { signature: 'sig2=:AAAA:' } } }, 'named sig1'],
  ['comes without signature-input', { tampered: { headers: { 'signature-input': '' } } }, 'no signature-input'],
  ['comes with garbage', { tampered: { headers: { 'signature-input': 'sig1=(((' } } }, 'not a dictionary'],
];

describe('a signature', () => {
  it.for(refusedWithQuery)('is refused when it %s', async ([, deviation, said]) => {
    const { caller, log } = await running();
    const answer = await caller.get('/webhooks?limit=10', deviation);
    expect(answer.status).toBe(401);
    expect(log.at(-1)).toContain(said);
  });

  it.for<[string, Deviation]>([
    ['names no end', { lifetimeSeconds: undefined }],
    ['covers neither accept nor anything else that may be left out', { uncovered: ['accept'] }],
    ['covers a header of the caller', { headers: { 'x-mine': 'a, b' } }],
    ['was made a few seconds ahead', { created: nowSeconds() + 8 }],
    ['lives as long as is allowed', { lifetimeSeconds: 300 }],
  ])('is accepted when it %s', async ([, deviation]) => {
    const { caller, log } = await running();
    const answer = await caller.get('/webhooks?limit=10', deviation);
    expect(answer.status, log.at(-1)).toBe(200);
  });

  it('is refused when the body is not covered', async () => {
    const { caller, log } = await running();
    const answer = await caller.post('/webhooks', { title: 'A', url: HOOK }, { uncovered: ['content-digest'] });
    expect(answer.status).toBe(401);
    expect(log.at(-1)).toContain('"content-digest" is not covered');
  });

  it.for(['content-length', 'content-type'])('need not cover %s', async (name) => {
    const { caller } = await running();
    const answer = await caller.post('/webhooks', { title: 'A', url: HOOK }, { uncovered: [name] });
    expect(answer.status).toBe(201);
  });

  it('is refused when a bodiless request carries a digest', async () => {
    const { caller, log } = await running();
    const digest = `sha-512=:${createHash('sha512').update('').digest('base64')}:`;
    expect((await caller.get('/webhooks', { headers: { 'content-digest': digest } })).status).toBe(401);
    expect(log.at(-1)).toContain('without a body');
  });

  it('is refused when the digest is of another algorithm', async () => {
    const { caller } = await running();
    const body = JSON.stringify({ title: 'A', url: HOOK });
    const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    expect((await caller.post('/webhooks', body, { headers: { 'content-digest': digest } })).status).toBe(401);
  });

  it('may use a nonce again once the switch allows it', async () => {
    const { caller, sandbox } = await running();
    await caller.get('/webhooks', { nonce: 'once' });
    expect((await caller.get('/webhooks', { nonce: 'once' })).status).toBe(401);
    sandbox.set({ nonceReplay: 'allow' });
    expect((await caller.get('/webhooks', { nonce: 'once' })).status).toBe(200);
  });

  it('never has its bearer token in the log', async () => {
    const { caller, sandbox, log } = await running();
    const token = sandbox.addToken();
    await caller.with(token).get('/webhooks', { privateKeyPem: otherKey });
    expect(log.join('\n')).toContain('Bearer [secret]');
    expect(log.join('\n')).not.toContain(token);
  });
});

describe('a key', () => {
  it('of another client is refused', async () => {
    const { sandbox, log } = await running();
    const theirs = await sandbox.addClient({ keyType: 'ed25519' });
    const mixed = { ...sandbox.credentials, keyId: theirs.keyId, privateKeyPem: theirs.privateKeyPem };
    expect((await Caller.of(sandbox, mixed).get('/webhooks')).status).toBe(401);
    expect(log.at(-1)).toContain('has no key');
  });

  it.for(['p521', 'ed25519'] as const)('of either kind may be added to a client: %s', async (keyType) => {
    const { sandbox } = await running();
    const { publicKeyPem, privateKeyPem } = await sandbox.addClient({ keyType, tenant: 'elsewhere' });
    const keyId = sandbox.addKey(publicKeyPem);
    const caller = Caller.of(sandbox, { ...sandbox.credentials, keyId, privateKeyPem });
    expect((await caller.get('/webhooks')).status).toBe(200);
  });

  it('on another curve is refused', async () => {
    const { sandbox } = await running();
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => sandbox.addKey(pem)).toThrow('use P-521 or Ed25519');
  });
});
