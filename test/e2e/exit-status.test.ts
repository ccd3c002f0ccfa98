/** The exit status of each command, and the sentence that comes with it, where something is wrong. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { program } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com/orders';
const ORDERS = `- { title: Orders, url: ${HOOK} }`;
const IN_SYNC = [{ title: 'Orders', url: HOOK, enabled: true }];

/** Those that read the configuration, and what they need beside it. */
const CONFIGURED: readonly (readonly string[])[] = [
  ['run'],
  ['plan'],
  ['plan', '-o', 'json'],
  ['plan', '-o', 'markdown'],
  ['apply'],
  ['apply', '--yes'],
  ['validate'],
  ['validate', '-o', 'json'],
  ['validate', '-o', 'sarif'],
  ['test', 'Orders'],
  ['keys'],
  ['config'],
  ['config', '-o', 'json'],
];
const CALLING: readonly (readonly string[])[] = [
  ['plan'],
  ['plan', '-o', 'json'],
  ['apply'],
  ['apply', '--yes'],
  ['test', 'Orders'],
  ['keys'],
];
const titled = (commands: readonly (readonly string[])[]) => commands.map((args) => [args.join(' '), args] as const);

describe('a configuration with an error', () => {
  it.each(titled(CONFIGURED))('%s ends with 1, says where it is, and sends nothing', async (_, args) => {
    await using tenant = await Tenant.with(IN_SYNC);
    await tenant.files(ORDERS);
    const absent = await program([...args, '--config', 'nope.yaml'], tenant.env);
    expect(absent).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nope.yaml does not exist') });
    const file = join(tenant.folder, 'c.yaml');
    await writeFile(file, 'policy: { mode: sink }\n');
    const bad = await program([...args, '--config', file], tenant.env);
    expect(bad).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/c\.yaml:1:\d+ .*"sink"/) });
    expect(bad.stderr).toContain('1 error in the configuration.');
    expect(tenant.requests()).toEqual([]);
  });

  it.each([
    [['validate', '--set', 'HOOK_HOST'], '--set'],
    [['validate', '--owns', 'foo'], '--owns'],
    [['validate', '--hosts', '**'], '--hosts'],
    [['plan', '--set', 'HOOK_HOST'], '--set'],
    [['apply', '--max-deletes', 'few'], '--max-deletes'],
    [['run', '--port', '99999'], '--port'],
  ])('%j ends with 1 and names the flag', async (args, flag) => {
    const { code, stderr } = await program(args);
    expect(code).toBe(1);
    expect(stderr).toContain(`${flag} `);
  });

  it('is no reason for validate to say that nothing was sent: no file was checked', async () => {
    const { stderr } = await program(['validate', '--owns', 'foo']);
    expect(stderr).toMatch(/\n1 error in the configuration\. No file was checked\.\n$/);
  });

  it.each(titled([...CALLING, ['run']]))(
    '%s ends with 1 without credentials, and names all of them',
    async (_, args) => {
      const { code, stderr } = await program(args);
      expect(code).toBe(1);
      for (const name of ['UPVEST_CLIENT_ID', 'UPVEST_CLIENT_SECRET', 'UPVEST_KEY_ID', 'UPVEST_PRIVATE_KEY_FILE'])
        expect(stderr).toContain(name);
    },
  );
});

describe('an API that cannot be used', () => {
  it.each(titled(CALLING))('%s ends with 1 where it cannot be reached', async (_, args) => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const env = { ...tenant.env, UPVEST_API_URL: `http://127.0.0.1:${await freePort()}`, UPVEST_RETRIES: '0' };
    const { code, stdout, stderr } = await program(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*127\.0\.0\.1/m);
  });

  it.each(titled(CALLING))('%s ends with 1 where the credentials are wrong', async (_, args) => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(tenant.env['UPVEST_PRIVATE_KEY_FILE'] ?? '', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { code, stdout, stderr } = await program(args, tenant.env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .*answered 401/m);
  });
});

describe('files with an error', () => {
  it.each([
    [['validate'], 1],
    [['plan'], 1],
    [['plan', '-o', 'json'], 1],
    [['plan', '-o', 'markdown'], 1],
    [['apply', '--yes'], 1],
    [['apply'], 1],
    [['keys'], 0],
    [['config'], 0],
  ])('%j ends with %d', async (args, code) => {
    await using tenant = await Tenant.with(IN_SYNC);
    await tenant.files(`${ORDERS}\n- { title: Broken }`);
    expect(await program(args, tenant.env)).toMatchObject({ code });
    expect(tenant.history()).toEqual([]);
  });

  it.each([['plan'], ['apply'], ['validate']])('%s ends with 1 where there are none to read', async (command) => {
    await using tenant = await Tenant.with(IN_SYNC);
    const env = { ...tenant.env, RECONCILER_PATH: join(tenant.folder, 'nowhere') };
    const { code, stdout, stderr } = await program([command], env);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('nowhere');
  });
});

describe('test', () => {
  it.each([
    [200, 0],
    [204, 0],
    [500, 2],
  ])('of a receiver that answers %d ends with %d', async (status, code) => {
    const receiver = createServer((request, response) => {
      request.resume();
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    await using tenant = await Tenant.with([{ title: 'Orders', url, enabled: true }]);
    expect(await program(['test', 'Orders'], tenant.env)).toMatchObject({ code, stderr: '' });
  });

  it('of a receiver that cannot be reached ends with 2, and of an older API that only accepts with 0', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    await using tenant = await Tenant.with([{ title: 'Orders', url, enabled: true }]);
    const unreached = await program(['test', 'Orders'], tenant.env);
    expect(unreached).toMatchObject({ code: 2, stdout: expect.stringContaining('Not delivered, unreachable') });
    tenant.sandbox.set({ revision: 2023 });
    expect(await program(['test', 'Orders'], tenant.env)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('what needs no configuration', () => {
  it.each([
    [['schema'], 0],
    [['schema', 'nothing'], 1],
    [['--version'], 0],
    [['--help'], 0],
    [['help', 'plan'], 0],
    [['help'], 0],
    [['help', 'nothing'], 1],
    [[], 1],
    [['nothing'], 1],
    [['sandbox', '--port', 'x'], 1],
    [['demo', '--port', '99999'], 1],
  ])('%j ends with %d', async (args, code) => {
    expect(await program(args)).toMatchObject({ code });
  });
});

describe('an argument or a command that there is not', () => {
  it.each(['plan', 'apply', 'run', 'config'])('%s with a path points at --path', async (command) => {
    const { code, stderr } = await program([command, 'webhooks']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/too many arguments.*\n\(Did you mean --path webhooks\?\)\n/);
  });

  it('gets no suggestion where nothing is like it', async () => {
    const { stderr } = await program(['list']);
    expect(stderr).toBe("error: unknown command 'list'\n(--help shows what there is)\n");
    expect((await program(['paln'])).stderr).toContain('(Did you mean plan?)');
    expect((await program(['keys', 'webhooks'])).stderr).not.toContain('Did you mean');
  });
});

describe('help on a command that there is not', () => {
  it('says so, and which one may be meant', async () => {
    expect(await program(['help', 'bogus'])).toEqual({
      code: 1,
      stdout: '',
      stderr: "error: unknown command 'bogus'\n(--help shows what there is)\n",
    });
    expect((await program(['help', 'paln'])).stderr).toContain("unknown command 'paln'\n(Did you mean plan?)");
  });
});

describe('what cannot be had at the start', () => {
  it('a port that is taken is one sentence with the way out, from demo, sandbox and run alike', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const port = String(tenant.sandbox.port);
    const [demo, sandbox, run] = await Promise.all([
      program(['demo', '--port', port], { LOG_LEVEL: 'warn' }),
      program(['sandbox', '--port', port]),
      program(['run', '--port', port], { ...tenant.env, RECONCILER_HOST: '127.0.0.1' }),
    ]);
    expect(demo).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `error: 127.0.0.1:${port} is taken by another process: choose another with --port, or 0 for any free one\n`,
    });
    expect(sandbox).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: .*taken.*--port.*\n$/),
    });
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining(`127.0.0.1:${port} is taken`) });
  });

  it('a state file that cannot be written ends the sandbox with 1 and the way out', async () => {
    await using tenant = await Tenant.with();
    // There is no such file to read, and the name is too long for the temporary one that is written beside it.
    const unwritable = join(tenant.folder, `${'s'.repeat(240)}.json`);
    const { code, stdout, stderr } = await program(['sandbox', '--port', '0', '--state', unwritable]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: the state file .* cannot be written: ENAMETOOLONG.*--state.*\n$/m);
    const nowhere = await program(['sandbox', '--port', '0', '--state', '/proc/nowhere/state.json']);
    expect(nowhere).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('cannot be written: ENOENT'),
    });
    await mkdir(join(tenant.folder, 'state'));
    const folder = await program(['sandbox', '--port', '0', '--state', join(tenant.folder, 'state')]);
    expect(folder).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: .*cannot be read.*--state.*\n$/) });
  });
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
