/** Canary values in every credential, through every failure, at the most talkative level: none may come out anywhere. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults/fault.ts';
import { type Environment, program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const SECRET = 'canary-client-secret-7f3a';
const PASSPHRASE = 'canary-passphrase-91bc';
const TRIGGER = 'canary-trigger-token-55de';
const READING = 'canary-reading-token-a60c';
/** What the sandbox's access tokens begin with. */
const TOKEN = 'ory_at_';

const FAILURES: readonly (readonly [string, FaultRule | undefined, Environment])[] = [
  ['nothing', undefined, {}],
  ['a refused token', { on: 'POST /auth/token', times: 'always', effect: { kind: 'answer', status: 401 } }, {}],
  [
    'a token call answered with HTML',
    { on: 'POST /auth/token', times: 'always', effect: { kind: 'answer', status: 502, body: 'html' } },
    {},
  ],
  ['a refused call', { on: 'GET *', times: 'always', effect: { kind: 'answer', status: 401 } }, {}],
  [
    'a server error on a create',
    { on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 400 } },
    {},
  ],
  ['a cut connection', { on: '*', times: 'always', effect: { kind: 'cut', carriedOut: false } }, {}],
  ['broken JSON', { on: '*', times: 'always', effect: { kind: 'truncate', connection: 'kept' } }, {}],
  ['no answer', { on: 'GET *', times: 'always', effect: { kind: 'delay', ms: 'never' } }, { UPVEST_TIMEOUT: '100ms' }],
  ['a wrong passphrase', undefined, { UPVEST_PRIVATE_KEY_PASSPHRASE: 'canary-passphrase-wrong' }],
  ['a wrong secret', undefined, { UPVEST_CLIENT_SECRET: 'canary-client-secret-wrong' }],
];

describe('no secret comes out', () => {
  it.each(FAILURES)('of apply, through %s', async (_name, fault, env) => {
    await using tenant = await withCanaries();
    if (fault) tenant.sandbox.fault(fault);
    const { stdout, stderr } = await program(['apply'], { ...(await canaries(tenant)), ...env });
    expect(leaks(stdout + stderr)).toEqual([]);
  });

  it.each(FAILURES)('of the daemon and its endpoints, through %s', async (_name, fault, env) => {
    await using tenant = await withCanaries();
    if (fault) tenant.sandbox.fault(fault);
    await using daemon = await RunningDaemon.start([], { ...(await canaries(tenant)), ...env });
    await daemon.until(({ msg }) => msg === 'pass ended');
    const pages = await Promise.all(
      ['/healthz', '/livez', '/readyz', '/status', '/metrics', '/nothing'].map(async (path) =>
        (await fetch(daemon.url + path, { headers: { authorization: `Bearer ${READING}` } })).text(),
      ),
    );
    await fetch(`${daemon.url}/-/reconcile`, { method: 'POST', headers: { authorization: `Bearer ${TRIGGER}x` } });
    await daemon.stop();
    expect(leaks([...daemon.raw, ...pages].join('\n'))).toEqual([]);
  });

  it.each(['text', 'json', 'yaml'])('of config as %s', async (format) => {
    await using tenant = await withCanaries();
    const { code, stdout, stderr } = await program(['config', '-o', format], await canaries(tenant));
    expect(code).toBe(0);
    expect(leaks(stdout + stderr)).toEqual([]);
  });

  it('of a configuration with an error in a secret', async () => {
    await using tenant = await withCanaries();
    const env = { ...(await canaries(tenant)), UPVEST_CLIENT_SECRET_FILE: '/nowhere', RECONCILER_MODE: 'nonsense' };
    const { code, stdout, stderr } = await program(['plan'], env);
    expect(code).toBe(1);
    expect(leaks(stdout + stderr)).toEqual([]);
  });
});

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp521r1' });
const encryptedKey = privateKey
  .export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
  .toString();
const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

async function withCanaries(): Promise<Tenant> {
  const tenant = await Tenant.with([], { client: { clientSecret: SECRET, publicKeyPem } });
  await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
  return tenant;
}

async function canaries(tenant: Tenant): Promise<Environment> {
  const { UPVEST_CLIENT_SECRET_FILE: _file, ...env } = tenant.env;
  const triggerTokenFile = join(tenant.folder, 'trigger');
  const tokenFile = join(tenant.folder, 'token');
  await writeFile(tokenFile, READING);
  await writeFile(triggerTokenFile, TRIGGER);
  await writeFile(env['UPVEST_PRIVATE_KEY_FILE'] ?? '', encryptedKey);
  return {
    ...env,
    UPVEST_CLIENT_SECRET: SECRET,
    UPVEST_PRIVATE_KEY_PASSPHRASE: PASSPHRASE,
    UPVEST_RETRIES: '1',
    RECONCILER_TOKEN_FILE: tokenFile,
    RECONCILER_TRIGGER_TOKEN_FILE: triggerTokenFile,
    LOG_LEVEL: 'trace',
  };
}

/** The secrets that stand in `text`, by name. */
function leaks(text: string): readonly string[] {
  const lines = encryptedKey.split('\n').filter((line) => line.length > 40);
  const secrets: readonly (readonly [string, string])[] = [
    ['client secret', 'canary-client-secret'],
    ['passphrase', 'canary-passphrase'],
    ['trigger token', 'canary-trigger'],
    ['token for reading', 'canary-reading'],
    ['access token', TOKEN],
    ...lines.map((line) => ['private key', line] as const),
  ];
  return secrets.filter(([, value]) => text.includes(value)).map(([name]) => name);
}
