import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiConfig } from '../../../src/config/config.ts';
import { Secret } from '../../../src/base/secret.ts';
import { credentials } from '../../../src/upvest/credentials.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { vectors } from './vectors.ts';

const P521 = vectors.keys['client_p521']!;
const ED25519 = vectors.keys['client_ed25519']!;

let folder: string;
let clock: FakeClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  clock = new FakeClock();
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function read(settings: Partial<ApiConfig>) {
  const api = {
    url: 'https://api.test',
    sign: true,
    timeoutMs: 1000,
    concurrency: 1,
    requestsPerSecond: 1,
    retries: 0,
  };
  return credentials({ ...api, ...settings }, clock);
}

/** A mounted Secret: `..data` is a link to the folder of the current version, and is replaced by a rename. */
function mount(version: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, version));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, version, name), content);
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
}

describe('a client secret', () => {
  it('is read from its file without the line break that editors add', async () => {
    const secret = await read({ clientSecretFile: file('secret', 's3cr3t \r\n\n') }).clientSecret();
    expect(secret.reveal()).toBe('s3cr3t ');
    expect(inspect(secret)).not.toContain('s3cr3t');
  });

  it('may be a value', async () => {
    expect((await read({ clientSecret: new Secret('value') }).clientSecret()).reveal()).toBe('value');
  });

  it('comes from the file where both are given, since a file can rotate', async () => {
    const both = { clientSecretFile: file('secret', 'from file'), clientSecret: new Secret('value') };
    expect((await read(both).clientSecret()).reveal()).toBe('from file');
  });

  it('may come through a pipe, which is read only once', async () => {
    const path = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [path]);
    const access = read({ clientSecretFile: path });
    const first = access.clientSecret();
    writeFileSync(path, 'piped\n');
    expect((await first).reveal()).toBe('piped');
    await clock.advance(60_000);
    expect((await access.clientSecret()).reveal()).toBe('piped');
  });
});

describe('a mounted Secret that is rotated', () => {
  it('is used without a restart: secret, key and passphrase', async () => {
    mount('one', { secret: 'first', 'key.pem': P521.private_sec1_encrypted_pem!, passphrase: `${P521.passphrase}\n` });
    for (const name of ['secret', 'key.pem', 'passphrase']) symlinkSync(join('..data', name), join(folder, name));
    const access = read({
      keyId: 'key-1',
      clientSecretFile: join(folder, 'secret'),
      privateKeyFile: join(folder, 'key.pem'),
      privateKeyPassphraseFile: join(folder, 'passphrase'),
    });
    expect((await access.clientSecret()).reveal()).toBe('first');
    const { key } = await access.signingKey();
    expect(key.asymmetricKeyType).toBe('ec');

    mount('two', { secret: 'second', 'key.pem': ED25519.private_pkcs8_pem!, passphrase: 'new' });
    await clock.advance(1000);

    expect((await access.clientSecret()).reveal()).toBe('second');
    expect((await access.signingKey()).key.asymmetricKeyType).toBe('ed25519');
  });

  it('is checked once a second at most, and parsed only when it has changed', async () => {
    const path = file('key.pem', P521.private_sec1_pem!);
    const access = read({ keyId: 'key-1', privateKeyFile: path });
    const { key } = await access.signingKey();
    rmSync(path);
    expect((await access.signingKey()).key).toBe(key);
    writeFileSync(path, P521.private_sec1_pem!);
    await clock.advance(999);
    expect((await access.signingKey()).key).toBe(key);
  });

  it('is an error while it is missing, and works again when it is back', async () => {
    const path = file('secret', 'first');
    const access = read({ clientSecretFile: path });
    await access.clientSecret();
    rmSync(path);
    await clock.advance(1000);
    await expect(access.clientSecret()).rejects.toThrow(`${path} does not exist`);
    writeFileSync(path, 'second');
    expect((await access.clientSecret()).reveal()).toBe('second');
  });
});

describe('a key and its passphrase that are rotated together', () => {
  it('are never mixed, whichever of the two was checked last', async () => {
    mount('one', { 'key.pem': P521.private_sec1_pem!, passphrase: 'old' });
    const privateKeyFile = join(folder, '..data', 'key.pem');
    const access = read({
      keyId: 'key-1',
      privateKeyFile,
      privateKeyPassphraseFile: join(folder, '..data', 'passphrase'),
    });
    await access.signingKey();
    mount('two', { 'key.pem': P521.private_pkcs8_encrypted_pem!, passphrase: P521.passphrase! });
    await clock.advance(1000);
    expect((await access.signingKey()).key.asymmetricKeyType).toBe('ec');
  });
});

describe('an error in the credentials is reported with setting, place and fix', () => {
  it.each([
    ['missing', () => join(folder, 'nowhere'), 'does not exist: mount the credential there, or correct the path'],
    ['a folder', () => folder, 'is a folder: name the file in it'],
    ['empty', () => file('empty', '\n'), 'is empty: write the credential into it'],
    ['binary', () => file('binary', Buffer.from([0xff, 0xfe, 0x00])), 'is not text'],
    ['far too large', () => file('large', 'x'.repeat(100_000)), 'is larger than 64 KiB'],
  ])('a file that is %s', async (_case, path, message) => {
    const clientSecretFile = path();
    const setting = 'api.clientSecretFile (UPVEST_CLIENT_SECRET_FILE or UPVEST_CLIENT_SECRET)';
    await expect(read({ clientSecretFile }).clientSecret()).rejects.toThrow(
      `${setting}: ${clientSecretFile} ${message}`,
    );
  });

  it.each([
    ['api.clientId (UPVEST_CLIENT_ID)', () => Promise.resolve().then(() => read({}).clientId())],
    ['api.keyId (UPVEST_KEY_ID)', () => read({}).signingKey()],
    ['api.privateKeyFile (UPVEST_PRIVATE_KEY_FILE)', () => read({ keyId: 'key-1' }).signingKey()],
  ])('a setting that is not set: %s', async (setting, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ name: 'CredentialError', message: `${setting} is not set` });
  });
});
