import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatConfigProblems } from '../../../src/config/source-value.ts';
import { config, folder, load, problems } from './load.ts';

const complete = {
  UPVEST_CLIENT_ID: 'c',
  UPVEST_CLIENT_SECRET: 'canary',
  UPVEST_KEY_ID: 'k',
  UPVEST_PRIVATE_KEY_FILE: './key.pem',
};

describe('a command that calls the API', () => {
  it('needs credentials, and names every way to give those that are missing', async () => {
    expect(await problems({ needs: ['credentials'] })).toEqual([
      'UPVEST_CLIENT_ID api.clientId: missing: set UPVEST_CLIENT_ID, --client-id or api.clientId in the --config file',
      'UPVEST_CLIENT_SECRET_FILE api.clientSecretFile: missing: set UPVEST_CLIENT_SECRET_FILE, api.clientSecretFile in the --config file or UPVEST_CLIENT_SECRET',
      'UPVEST_KEY_ID api.keyId: missing: set UPVEST_KEY_ID, --key-id or api.keyId in the --config file',
      'UPVEST_PRIVATE_KEY_FILE api.privateKeyFile: missing: set UPVEST_PRIVATE_KEY_FILE, --private-key-file or api.privateKeyFile in the --config file',
    ]);
  });

  it('needs no key where requests are signed by a proxy', async () => {
    const env = { UPVEST_CLIENT_ID: 'c', UPVEST_CLIENT_SECRET: 's', UPVEST_SIGN: 'false' };
    expect(await problems({ needs: ['credentials'], env })).toEqual([]);
    expect(
      await problems({ needs: ['credentials'], env: { ...env, UPVEST_PRIVATE_KEY_FILE: './not-there.pem' } }),
    ).toEqual([]);
  });

  it('runs with all of them', async () => {
    const cwd = folder({ 'key.pem': '' });
    expect(await problems({ needs: ['credentials'], env: complete, cwd })).toEqual([]);
  });

  it('has what is missing reported together with all other errors', async () => {
    const given = {
      needs: ['credentials'],
      env: { ...complete, UPVEST_CLIENT_ID: '' },
      file: 'log: { level: loud }',
    } as const;
    expect((await problems(given)).map((line) => line.split(':')[0])).toEqual([
      'config.yaml',
      'UPVEST_CLIENT_ID api.clientId',
      'UPVEST_PRIVATE_KEY_FILE api.privateKeyFile',
    ]);
  });

  it('does not call missing what is given wrongly', async () => {
    const cwd = folder({ 'key.pem': '' });
    const env = { ...complete, UPVEST_CLIENT_ID: 'a b' };
    expect(await problems({ needs: ['credentials'], env, cwd })).toHaveLength(1);
    const file = 'api: { clientId: 3 }';
    expect(await problems({ needs: ['credentials'], env: { ...env, UPVEST_CLIENT_ID: '' }, cwd, file })).toHaveLength(
      1,
    );
  });
});

describe('a command that does not call the API', () => {
  it('needs no credentials, and does not look at their files', async () => {
    expect(await problems({ env: { UPVEST_PRIVATE_KEY_FILE: '/not/there.pem' } })).toEqual([]);
  });
});

describe('a file with a secret', () => {
  const needs = ['credentials'] as const;

  it('has to exist', async () => {
    const cwd = folder();
    expect(await problems({ needs, cwd, env: complete })).toEqual([
      `UPVEST_PRIVATE_KEY_FILE api.privateKeyFile: ${join(cwd, 'key.pem')} does not exist: is the Secret mounted there?`,
    ]);
  });

  it('has to be a file', async () => {
    const cwd = folder({ 'key.pem': '' });
    const env = { ...complete, UPVEST_PRIVATE_KEY_PASSPHRASE_FILE: './' };
    expect(await problems({ needs, cwd, env })).toEqual([
      `UPVEST_PRIVATE_KEY_PASSPHRASE_FILE api.privateKeyPassphraseFile: ${cwd} is not a file: give the path of the file itself`,
    ]);
  });

  // Root may read everything.
  it.skipIf(process.getuid?.() === 0)('has to be readable', async () => {
    const cwd = folder({ 'key.pem': '' });
    chmodSync(join(cwd, 'key.pem'), 0);
    expect((await problems({ needs, cwd, env: complete })).join()).toContain('may not be read by user');
  });

  it('named in the configuration file is reported there', async () => {
    const cwd = folder({ 'key.pem': '' });
    const file = 'server:\n  triggerTokenFile: ./token.txt\n';
    expect(await problems({ cwd, needs: ['server'], file })).toEqual([
      `config.yaml:2:21 server.triggerTokenFile: ${join(cwd, 'token.txt')} does not exist: is the Secret mounted there?`,
    ]);
  });

  it('is not shown where its contents were given instead of its path', async () => {
    const cwd = folder({ 'key.pem': '' });
    const pem = '-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----';
    const env = { ...complete, UPVEST_CLIENT_SECRET: '' };
    const said = [
      ...(await problems({ needs, cwd, env: { ...complete, UPVEST_PRIVATE_KEY_FILE: pem } })),
      ...(await problems({ needs, cwd, env: { ...env, UPVEST_CLIENT_SECRET_FILE: 'canary' } })),
    ];
    expect(said).toEqual([
      'UPVEST_PRIVATE_KEY_FILE api.privateKeyFile: holds the contents of a file (not shown here): write the path of the file',
      'UPVEST_CLIENT_SECRET_FILE api.clientSecretFile: the file named here (not shown, it may be the secret itself) does not exist: is the Secret mounted there?',
    ]);
  });
});

describe('a secret given both as a file and as itself', () => {
  it('at the same level is an error', async () => {
    expect(await problems({ env: { UPVEST_CLIENT_SECRET: 'canary', UPVEST_CLIENT_SECRET_FILE: '/x/y' } })).toEqual([
      'UPVEST_CLIENT_SECRET api.clientSecretFile: given twice, here and as UPVEST_CLIENT_SECRET_FILE: keep one of them',
    ]);
  });

  it('at different levels counts as the upper one says', async () => {
    const { api } = await config({
      env: { UPVEST_CLIENT_SECRET: 'canary' },
      file: 'api: { clientSecretFile: ./secret }',
    });
    expect(api.clientSecret?.reveal()).toBe('canary');
    expect(api).not.toHaveProperty('clientSecretFile');
  });
});

describe('a secret in the environment', () => {
  it('loses the line break at its end, and nothing else', async () => {
    const { api } = await config({ env: { UPVEST_CLIENT_SECRET: ' canary \n', UPVEST_PRIVATE_KEY_PASSPHRASE: 'p' } });
    expect(api.clientSecret?.reveal()).toBe(' canary ');
    expect(api.privateKeyPassphrase?.reveal()).toBe('p');
  });

  it('is not shown in anything that loading gives', async () => {
    const loaded = await load({ env: { UPVEST_CLIENT_SECRET: 'canary', UPVEST_PRIVATE_KEY_PASSPHRASE: 'canary' } });
    expect(loaded.ok).toBe(true);
    expect(JSON.stringify(loaded) + inspect(loaded, { depth: 9, showHidden: true })).not.toContain('canary');
  });
});

describe('errors as text', () => {
  it('are in columns, one per line, with control characters escaped', async () => {
    const loaded = await load({ env: { UPVEST_TIMEOUT: '10', UPVEST_X: 'x', RECONCILER_MODE: 'of\u001b[2Jf' } });
    expect(formatConfigProblems(loaded.ok ? [] : loaded.problems)).toBe(
      [
        'UPVEST_TIMEOUT   api.timeout  "10" has no unit: write 10ms, 10s, 10m or 10h',
        'RECONCILER_MODE  policy.mode  "of\\u001b[2Jf" is not known: write sync, upsert, create or observe',
        'UPVEST_X                      warning: unknown variable, ignored',
      ].join('\n'),
    );
  });
});
