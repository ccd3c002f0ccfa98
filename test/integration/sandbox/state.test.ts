import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSeedFile } from '../../../src/sandbox/state/seed.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { Caller } from './caller.ts';
import { HOOK, PATIENTLY, running } from './running.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a state file', () => {
  it('lets a sandbox go on where it stopped: clients, keys, subscriptions', async () => {
    const stateFile = join(folder, 'deep', 'state.json');
    const before = await running({ stateFile, seed: [{ title: 'Seeded', url: HOOK }] });
    const reader = await before.sandbox.addClient({ keyType: 'ed25519', scopes: ['webhooks:read'] });
    const extraKey = before.sandbox.addKey(reader.publicKeyPem);
    const kid = await before.sandbox.rotateDeliveryKeys();
    await before.caller.post('/webhooks', { title: 'Created', url: HOOK });
    const subscriptions = before.sandbox.subscriptions();
    await before.sandbox.close();

    const after = await running({ stateFile, seed: [{ title: 'Seeded', url: HOOK }] });
    expect(after.sandbox.subscriptions()).toEqual(subscriptions);
    expect(after.sandbox.credentials).toEqual(before.sandbox.credentials);
    expect(after.sandbox.history).toEqual([]);
    const extra = { ...after.sandbox.credentials, keyId: extraKey, privateKeyPem: reader.privateKeyPem };
    expect((await Caller.of(after.sandbox, extra).get('/webhooks')).status).toBe(200);
    expect((await Caller.of(after.sandbox, reader).post('/webhooks', {})).status).toBe(403);
    expect((await after.caller.get('/auth/verify_keys')).json).toMatchObject({ keys: [{ kid }, {}] });
  });

  it('is for its owner only, and leaves nothing else behind', async () => {
    const stateFile = join(folder, 'state.json');
    const { sandbox } = await running({ stateFile });
    sandbox.seed(Array.from({ length: 20 }, (_, i) => ({ title: String(i), url: HOOK })));
    await sandbox.close();
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['state.json']);
    expect(JSON.parse(readFileSync(stateFile, 'utf8')).subscriptions.main).toHaveLength(20);
  });

  it.for([
    '',
    '{"version": 1',
    '{"version": 2}',
    '[]',
    'null',
    '{"version":1,"clients":[{}],"deliveryKeys":[],"subscriptions":{}}',
  ])('that holds %j is refused, and stays as it is', async (text) => {
    const stateFile = join(folder, 'state.json');
    writeFileSync(stateFile, text);
    await expect(startSandbox({ stateFile })).rejects.toThrow(`the state file ${stateFile} is damaged`);
    expect(readFileSync(stateFile, 'utf8')).toBe(text);
  });

  it('that holds an invalid key is refused as damaged', async () => {
    const stateFile = join(folder, 'state.json');
    const { sandbox } = await running({ stateFile });
    await sandbox.close();
    const whole = readFileSync(stateFile, 'utf8');
    for (const member of ['"publicKeyPem": "', '"privateKeyPem": "']) {
      // The last keys are the client's public key and the delivery key.
      const at = whole.lastIndexOf(member) + member.length;
      writeFileSync(stateFile, `${whole.slice(0, at)}x${whole.slice(at)}`);
      await expect(startSandbox({ stateFile })).rejects.toThrow(`the state file ${stateFile} is damaged`);
    }
  });

  it('that could not be written for a while is complete at the end', async () => {
    const stateFile = join(folder, 'there', 'state.json');
    const { sandbox, caller, log } = await running({ stateFile });
    rmSync(join(folder, 'there'), { recursive: true });
    writeFileSync(join(folder, 'there'), 'in the way');
    await caller.post('/webhooks', { title: 'A', url: HOOK });
    await expect.poll(() => log.join('\n'), PATIENTLY).toContain('error the state could not be written');
    rmSync(join(folder, 'there'));
    await sandbox.close();
    const again = await running({ stateFile });
    expect(again.sandbox.subscriptions()).toMatchObject([{ title: 'A' }]);
  });

  it('that cannot be written does not take the sandbox down', async () => {
    const stateFile = join(folder, 'state.json');
    mkdirSync(stateFile);
    await expect(startSandbox({ stateFile })).rejects.toThrow('cannot be read');
    rmSync(stateFile, { recursive: true });
    const { sandbox, caller, log } = await running({ stateFile });
    rmSync(stateFile);
    mkdirSync(join(stateFile, 'in the way'), { recursive: true });
    chmodSync(folder, 0o700);
    expect((await caller.post('/webhooks', { title: 'A', url: HOOK })).status).toBe(201);
    await sandbox.close();
    expect(log.join('\n')).toContain('error the state could not be written');
    expect(readdirSync(folder)).toEqual(['state.json']);
  });
});

describe('a seed', () => {
  const seedFile = (text: string) => {
    const file = join(folder, 'seed.yaml');
    writeFileSync(file, text);
    return file;
  };

  it('is a YAML list of subscriptions, with any title and time', async () => {
    const seed = await readSeedFile(
      seedFile(
        '- title: Alter Titel_1\n  url: https://a.example.com/\n  enabled: true\n  created_at: 2021-07-21T14:10:00.00Z\n',
      ),
    );
    const { sandbox } = await running({ seed });
    expect(sandbox.subscriptions()).toMatchObject([
      {
        title: 'Alter Titel_1',
        enabled: true,
        created_at: '2021-07-21T14:10:00.00Z',
        updated_at: '2021-07-21T14:10:00.00Z',
      },
    ]);
  });

  it('may be written as a checkout is', async () => {
    expect(
      await readSeedFile(seedFile('subscriptions:\n  - { title: A, url: "https://a.example.com/" }\n')),
    ).toHaveLength(1);
  });

  it.for([
    ['title: A', 'is not a list of subscriptions'],
    ['- title: A', 'subscription 1: url is missing'],
    ['- {title: A, url: "https://a.tld", tipe: [USER]}', 'subscription 1: tipe is not a field'],
    ['- {title: A, url: "https://a.tld", enabled: "yes"}', 'subscription 1: enabled must be true or false'],
    ['- {title: A, url: "https://a.tld", created_at: yesterday}', 'subscription 1: created_at must be a time'],
    ['- {title: A', 'line 1, column'],
  ] as const)('%s is refused: %s', async ([text, said]) => {
    await expect(readSeedFile(seedFile(text))).rejects.toThrow(said);
  });

  it('that does not exist is named', async () => {
    const file = join(folder, 'nothing.yaml');
    expect(existsSync(file)).toBe(false);
    await expect(readSeedFile(file)).rejects.toThrow(`the seed ${file} cannot be read`);
  });
});

describe('starting', () => {
  it('with two of one id in the seed fails, and leaves nothing listening', async () => {
    const twice = { id: 'x', title: 'A', url: HOOK };
    await expect(startSandbox({ seed: [twice, twice] })).rejects.toThrow(
      'there is a subscription with the id x already',
    );
  });

  it('on a port that is taken says so', async () => {
    const { sandbox } = await running();
    await expect(startSandbox({ port: sandbox.port })).rejects.toThrow(`port ${sandbox.port} on 127.0.0.1 is taken`);
  });
});
