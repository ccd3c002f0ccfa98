import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiConfig } from '../../../src/config/config.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { SandboxCredentials } from '../../../src/sandbox/api/clients.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { connect } from './connect.ts';

const NEW = {
  title: 'Users',
  url: 'https://hooks.tenant.test/users',
  type: ['USER'],
  config: { delay: '5s', max_package_size: 10240 },
};

let sandbox: Sandbox;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'upvest-client-'));
  sandbox = await startSandbox({ client: { keyType: 'ed25519' } });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

function keyFile(pem: string, name = 'key.pem'): string {
  const path = join(folder, name);
  writeFileSync(path, pem);
  return path;
}

/** A signing client with these credentials, by default the sandbox's first. */
function signedIn(settings: Partial<ApiConfig> = {}, as: SandboxCredentials = sandbox.credentials) {
  return connect(sandbox.url, {
    clientId: as.clientId,
    clientSecret: new Secret(as.clientSecret),
    keyId: as.keyId,
    privateKeyFile: keyFile(as.privateKeyPem, `${as.keyId}.pem`),
    sign: true,
    // Low enough for the sandbox's own limit.
    requestsPerSecond: 250,
    ...settings,
  });
}

const requests = () => sandbox.requests.map(({ method, route }) => `${method} ${route}`);

describe('every call', () => {
  it('is understood by the API, signed and with the scope it needs', async () => {
    await using connected = signedIn();
    const { client } = connected;

    const { value: created, requestId } = await client.createWebhook(NEW);
    expect(created).toMatchObject({ ...NEW, enabled: false });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    const { value: enabled } = await client.updateWebhook(created.id, { ...NEW, enabled: true });
    expect(enabled).toMatchObject({ id: created.id, enabled: true });
    expect(await client.getWebhook(created.id)).toEqual(enabled);
    expect(await client.listWebhooks()).toMatchObject({ items: [enabled] });
    await client.testWebhook(created.id);
    expect(await client.verifyKeys()).toMatchObject([{ kty: 'EC', crv: 'P-521' }]);
    expect((await client.deleteWebhook(created.id)).value).toBe('deleted');
    expect((await client.deleteWebhook(created.id)).value).toBe('absent');
    expect(await client.getWebhook(created.id)).toBeUndefined();
    expect((await client.updateWebhook(created.id, { ...NEW, enabled: true })).value).toBe('absent');
    await expect(client.testWebhook(created.id)).rejects.toMatchObject({ status: 404, outcome: 'refused' });
  });

  it('of an apply costs what was promised: three creates, two of them enabled, are eight requests', async () => {
    await using connected = signedIn();
    const { client } = connected;
    await client.listWebhooks();
    const created = await Promise.all(
      ['A', 'B', 'C'].map(async (title) => (await client.createWebhook({ ...NEW, title })).value),
    );
    await Promise.all(
      created
        .slice(1)
        .map(async ({ id }) => await client.updateWebhook(id, { ...NEW, title: id.slice(0, 8), enabled: true })),
    );
    expect(client.requestsSent).toBe(8);
    expect(sandbox.count()).toBe(8);
  });

  it('says which field the API does not like', async () => {
    await using connected = signedIn();
    const body = { ...NEW, type: ['ORDER.FILLED'] };
    await expect(connected.client.createWebhook(body)).rejects.toMatchObject({
      status: 400,
      outcome: 'refused',
      message: expect.stringContaining('type'),
    });
  });
});

describe('a key', () => {
  const encrypted = (key: KeyObject, type: 'sec1' | 'pkcs8') =>
    key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'words' } as never).toString();

  it.each<[string, 'p521' | 'ed25519', (key: KeyObject) => string]>([
    ['P-521', 'p521', (key) => key.export({ type: 'sec1', format: 'pem' }).toString()],
    ['P-521, encrypted as openssl used to', 'p521', (key) => encrypted(key, 'sec1')],
    ['P-521, encrypted as PKCS#8', 'p521', (key) => encrypted(key, 'pkcs8')],
    ['Ed25519, encrypted', 'ed25519', (key) => encrypted(key, 'pkcs8')],
  ])('signs what the API accepts: %s', async (_form, keyType, write) => {
    const as = await sandbox.addClient({ keyType });
    const privateKeyFile = keyFile(write(createPrivateKey(as.privateKeyPem)));
    await using connected = signedIn({ privateKeyFile, privateKeyPassphrase: new Secret('words') }, as);
    expect(await connected.client.listWebhooks()).toMatchObject({ items: [] });
    expect((await connected.client.createWebhook(NEW)).value.title).toBe('Users');
  });

  it('that belongs to no client is refused once for each scope, with what to check', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await using connected = signedIn({ privateKeyFile: keyFile(stranger) });
    await expect(connected.client.listWebhooks()).rejects.toThrow(
      /POST \/auth\/token answered 401 .*\(request [0-9a-f-]{36}\)\. It is the signature: check that/,
    );
    expect(requests()).toEqual(['POST /auth/token', 'POST /auth/token']);
  });

  it('that is replaced in its file is used from the next request on', async () => {
    const pair = generateKeyPairSync('ed25519');
    const keyId = sandbox.addKey(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const privateKeyFile = keyFile('');
    await using connected = signedIn({ keyId, privateKeyFile });
    await expect(connected.client.listWebhooks()).rejects.toThrow(`${privateKeyFile} is empty`);
    keyFile(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(await connected.client.listWebhooks()).toMatchObject({ items: [] });
  });
});

describe('a client', () => {
  it('with a wrong secret is refused once for each scope', async () => {
    await using connected = signedIn({ clientSecret: new Secret('canary') });
    const refused = connected.client.listWebhooks();
    await expect(refused).rejects.toMatchObject({ status: 401, outcome: 'refused' });
    await expect(refused).rejects.not.toThrow('canary');
    expect(requests()).toEqual(['POST /auth/token', 'POST /auth/token']);
  });

  it('that may only read can list, and the error of a change names the scope it lacks', async () => {
    const reader = await sandbox.addClient({ scopes: ['webhooks:read'], keyType: 'ed25519' });
    await using connected = signedIn({}, reader);
    expect(await connected.client.listWebhooks()).toMatchObject({ items: [] });
    await expect(connected.client.createWebhook(NEW)).rejects.toThrow(
      'It is the scope, not the signature: ask Upvest to grant webhooks:admin',
    );
  });

  it('goes on when its tokens are revoked in the middle', async () => {
    await using connected = signedIn();
    const { client } = connected;
    await client.createWebhook(NEW);
    sandbox.expireTokens();
    await client.createWebhook({ ...NEW, title: 'Orders' });
    expect(requests()).toEqual([
      'POST /auth/token',
      'POST /webhooks',
      'POST /webhooks',
      'POST /auth/token',
      'POST /webhooks',
    ]);
    expect(sandbox.subscriptions()).toHaveLength(2);
  });
});

describe('a listing of 2500 subscriptions', () => {
  beforeEach(() => {
    sandbox.seed(
      Array.from({ length: 2500 }, (_, i) => ({ title: `Hook ${i}`, url: `https://hooks.tenant.test/${i}` })),
    );
  });

  it('takes three requests and a token', async () => {
    await using connected = signedIn();
    const { items: listed } = await connected.client.listWebhooks();
    expect(listed.map(({ title }) => title)).toEqual(sandbox.subscriptions().map(({ title }) => title));
    expect(connected.client.requestsSent).toBe(4);
  });

  it.each([
    ['another client deletes the first', { kind: 'meanwhile', delete: 'oldest' }],
    [
      'another client creates one',
      { kind: 'meanwhile', create: { title: 'Late', url: 'https://hooks.tenant.test/late' } },
    ],
    ['a page is shifted', { kind: 'listing', shift: 1 }],
    ['a page repeats an item', { kind: 'listing', repeat: 1 }],
    ['a page lacks an item', { kind: 'listing', drop: 1 }],
  ] as const)('is made again when it is torn: %s', async (_case, effect) => {
    await using connected = signedIn();
    sandbox.fault({ on: 'GET /webhooks', nth: 2, effect });
    const { items: listed } = await connected.client.listWebhooks();
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(sandbox.subscriptions().map(({ id }) => id)));
    expect(connected.client.requestsSent).toBe(7);
  });

  it('is refused where the server counts offsets in pages', async () => {
    sandbox.set({ offsetCounts: 'pages' });
    await using connected = signedIn();
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({ name: 'IncompleteListingError' });
  });
});

describe('an answer that is lost', () => {
  it('to a create leaves one subscription, and an error that says it may exist', async () => {
    await using connected = signedIn();
    sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({ outcome: 'unknown' });
    expect(sandbox.subscriptions()).toHaveLength(1);
    expect(sandbox.count('POST /webhooks')).toBe(1);
  });

  it('to an update or a delete does no harm', async () => {
    await using connected = signedIn();
    const { client } = connected;
    const { id } = (await client.createWebhook(NEW)).value;
    sandbox.fault({ on: 'PATCH *', effect: { kind: 'cut', carriedOut: true } });
    sandbox.fault({ on: 'DELETE *', effect: { kind: 'cut', carriedOut: true } });
    expect((await client.updateWebhook(id, { ...NEW, enabled: true })).value).toMatchObject({ enabled: true });
    expect((await client.deleteWebhook(id)).value).toBe('deleted');
    expect(sandbox.subscriptions()).toEqual([]);
  });

  it('that trickles in is given up in time, body included', async () => {
    await using connected = signedIn({ timeoutMs: 600, retries: 0 });
    await connected.client.verifyKeys();
    sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'trickle', everyMs: 50 } });
    await expect(connected.client.listWebhooks()).rejects.toThrow('time limit of 600 ms reached');
  });
});

describe('too many requests', () => {
  it('are waited out, creates included, and nothing is created twice', async () => {
    await using connected = signedIn();
    sandbox.fault({ on: 'POST /webhooks', times: 5, effect: { kind: 'answer', status: 429, retryAfter: 2 } });
    const titles = Array.from({ length: 8 }, (_, i) => `Hook ${i}`);
    await Promise.all(titles.map(async (title) => await connected.client.createWebhook({ ...NEW, title })));
    expect(
      sandbox
        .subscriptions()
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(titles);
    expect(connected.clock.waits).toEqual([2000, 2000, 2000, 2000, 2000]);
  });
});
