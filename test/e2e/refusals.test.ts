/** What the built program says to those who got something wrong, and that it then does nothing. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { program, RunningDaemon, startProgram } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const ORDERS = '- { title: Orders, url: https://hooks.example.com/orders }';

describe('a command line with an error', () => {
  it.each([
    [['apply', '--mdoe', 'observe'], /unknown option '--mdoe'.*--mode/s],
    [['apply', '--mode', 'obsreve'], /--mode.*obsreve/],
    [['apply', "--client-secret=it's\nhunter2"], /^error: unknown option '--client-secret'\n\(--help/],
    [['apply', '--ownz=all'], /^error: unknown option '--ownz'\n/],
    [['aply'], /unknown command 'aply'.*apply/s],
    [['constructor'], /unknown command 'constructor'/],
    [['apply', 'webhooks'], /too many arguments/],
    [['plan', '-o', 'yaml'], /text, json, markdown/],
  ])('%j is refused with status 1, and nothing is sent', async (args, message) => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { code, stderr } = await program(args, tenant.env);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(tenant.requests()).toEqual([]);
  });
});

describe('credentials that are wrong', () => {
  it('a secret Upvest does not know ends in one sentence with the place to look', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await writeFile(tenant.env['UPVEST_CLIENT_SECRET_FILE'] ?? '', 'wrong');
    const { code, stderr } = await program(['plan'], tenant.env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/POST \/auth\/token answered 401/);
    expect(stderr).toMatch(/secret/);
    // Once for each scope: the client might have been granted the other one alone.
    expect(tenant.requests()).toEqual(['POST /auth/token', 'POST /auth/token']);
  });

  it('a key that is not the one of the key id does too', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(tenant.env['UPVEST_PRIVATE_KEY_FILE'] ?? '', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { code, stderr } = await program(['plan'], tenant.env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/answered 401/);
  });

  it('a file that holds no key is named', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const file = tenant.env['UPVEST_PRIVATE_KEY_FILE'] ?? '';
    await writeFile(file, 'not a key');
    const { code, stderr } = await program(['plan'], tenant.env);
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(tenant.requests()).toEqual([]);
  });

  it('a client that may only read can plan, and learns what it lacks when it applies', async () => {
    await using tenant = await Tenant.with([], { client: { keyType: 'ed25519', scopes: ['webhooks:read'] } });
    await tenant.files(ORDERS);
    expect(await program(['plan'], tenant.env)).toMatchObject({ code: 2 });
    const { code, stderr, stdout } = await program(['apply'], tenant.env);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/webhooks:admin/);
    expect(tenant.history()).toEqual([]);
  });
});

describe('files with errors', () => {
  it('are reported all at once with their places, by validate without credentials', async () => {
    await using tenant = await Tenant.with();
    await tenant.files({
      'orders.yaml': '- title: Orders\n  url: https://hooks.example.com/orders\n  config: { delay: 1 minute }\n',
      'users.yaml': '- tittle: Users\n  url: https://hooks.example.com/users\n',
      'half.yaml': '- title: [Half\n',
    });
    const { code, stdout } = await program(['validate', tenant.checkout]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/orders\.yaml:3:\d+.*config\.delay.*1 minute/);
    expect(stdout).toMatch(/users\.yaml:1:\d+.*tittle.*title/);
    expect(stdout).toMatch(/half\.yaml:\d+:\d+/);
    expect(stdout).toMatch(/errors in 3 of 3 files/);
  });

  it.each([
    [
      'json',
      (text: string) =>
        expect(JSON.parse(text)).toMatchObject({ valid: false, files: 1, problems: [{ severity: 'error', line: 1 }] }),
    ],
    ['github', (text: string) => expect(text).toMatch(/^::error file=.*webhooks\.yaml,line=1,col=\d+/)],
    [
      'sarif',
      (text: string) =>
        expect(JSON.parse(text)).toMatchObject({ version: '2.1.0', runs: [{ results: [{ level: 'error' }] }] }),
    ],
  ])('are reported as %s', async (format, check) => {
    await using tenant = await Tenant.with();
    await tenant.files('- { title: Orders, url: "http://hooks.example.com/" }');
    const { code, stdout } = await program(['validate', '-o', format, tenant.checkout]);
    expect(code).toBe(1);
    check(stdout);
  });

  it('are named as from the current folder, be it the checkout itself', async () => {
    await using tenant = await Tenant.with();
    await tenant.files({ '..old/a.yaml': '- { tittle: Orders }' });
    const checkout = await program(['validate', '--path', '.'], {}, join(tenant.checkout, '..old'));
    expect(checkout).toMatchObject({ code: 1, stdout: expect.stringMatching(/^a\.yaml:1:\d+ /) });
    const folder = await program(['validate', '--path', '..old'], {}, tenant.checkout);
    expect(folder).toMatchObject({ code: 1, stdout: expect.stringMatching(/^\.\.old\/a\.yaml:1:\d+ /) });
  });

  it('pass with warnings, unless validate is strict', async () => {
    await using tenant = await Tenant.with();
    await tenant.files('- { title: Orders, url: "https://hooks.example.com/", type: [ORDR] }');
    expect(await program(['validate', tenant.checkout])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ORDER'),
    });
    expect(await program(['validate', '--strict', tenant.checkout])).toMatchObject({ code: 1 });
  });

  it('are not taken for none: a folder without any is refused by validate, unless an empty checkout is meant', async () => {
    await using tenant = await Tenant.with();
    await tenant.files({ 'notes.txt': 'x' });
    const { code, stdout } = await program(['validate', tenant.checkout]);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(
        /no \*\.yaml or \*\.yml file is below this folder.*\n\n1 error\. No file was checked/,
      ),
    });
    expect(await program(['validate', tenant.checkout], { RECONCILER_ALLOW_EMPTY: 'true' })).toMatchObject({ code: 0 });
  });

  it('are refused where they lead out of the checkout', async () => {
    await using tenant = await Tenant.with();
    await tenant.files({ '../outside.yaml': ORDERS });
    const { symlink } = await import('node:fs/promises');
    await symlink(join(tenant.folder, 'outside.yaml'), join(tenant.checkout, 'link.yaml'));
    const { code, stdout } = await program(['validate', tenant.checkout]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/link\.yaml/);
  });
});

it('a trigger token that is gone admits no caller, is reported once with what to do, and may come back', async () => {
  await using tenant = await Tenant.with();
  await tenant.files(ORDERS);
  const token = join(tenant.folder, 'trigger');
  await writeFile(token, 'open sesame\n');
  await using daemon = await RunningDaemon.start([], { ...tenant.env, RECONCILER_TRIGGER_TOKEN_FILE: token });
  const headers = { authorization: 'Bearer open sesame' };
  const trigger = async () => (await fetch(`${daemon.url}/-/reconcile`, { method: 'POST', headers })).status;
  expect(await trigger()).toBe(202);
  await rm(token);
  expect([await trigger(), await trigger()]).toEqual([500, 500]);
  // Where it is, is for the log alone.
  const refused = await fetch(`${daemon.url}/-/reconcile`, { method: 'POST', headers });
  expect(await refused.json()).toEqual({ error: 'the trigger token cannot be read: see the log' });
  await writeFile(token, 'open sesame');
  expect(await trigger()).toBe(202);
  expect(await daemon.stop()).toBe(0);
  expect(daemon.lines.filter(({ msg }) => msg === 'the trigger token cannot be read')).toMatchObject([
    { level: 'error', detail: expect.stringContaining(`${token} does not exist: mount the credential there`) },
  ]);
});

it('a port that is taken when the configuration is read again leaves the daemon where it is, and is reported', async () => {
  await using tenant = await Tenant.with();
  await tenant.files(ORDERS);
  const file = join(tenant.folder, 'config.yaml');
  const serveAt = async (port: number) => writeFile(file, `server: { host: 127.0.0.1, port: ${port} }\n`);
  await serveAt(0);
  const daemon = startProgram(['run', '--config', file], { ...tenant.env, LOG_LEVEL: 'debug' });
  const listening = /"port":(\d+),"msg":"listening"/g;
  const health = async () => {
    const [, port] = [...daemon.shown.matchAll(listening)].at(-1) ?? [];
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).json();
  };
  await daemon.until(/"msg":"pass ended"/);
  await serveAt(tenant.sandbox.port);
  void daemon.stop('SIGHUP');
  await daemon.until(/"msg":"cannot listen"[^]*"msg":"listening"[^]*the previous one stays in effect/);
  expect(daemon.shown).toContain(`127.0.0.1:${tenant.sandbox.port} is taken by another process: set server.port`);
  expect(await health()).toMatchObject({ status: 'degraded', reasons: [expect.stringContaining('configuration')] });

  await serveAt(0);
  void daemon.stop('SIGHUP');
  await daemon.until(/"trigger":"reload"[^]*"msg":"pass ended"/);
  expect(await health()).toMatchObject({ status: 'ok' });
  expect(await daemon.stop('SIGTERM')).toBe(0);
});

it('a configuration file that is read while it is written leaves what it said in effect', async () => {
  await using tenant = await Tenant.with();
  await tenant.files(ORDERS);
  const file = join(tenant.folder, 'config.yaml');
  await writeFile(file, 'policy: { mode: observe }\nserver: { host: 127.0.0.1, port: 0 }\n');
  const daemon = startProgram(['run', '--config', file], tenant.env);
  await daemon.until(/"msg":"pass ended"/);
  await writeFile(file, '');
  void daemon.stop('SIGHUP');
  await daemon.until(/the file sets nothing any more[^]*the previous one stays in effect/);
  expect(await daemon.stop('SIGTERM')).toBe(0);
  expect(tenant.sandbox.subscriptions()).toEqual([]);
});
