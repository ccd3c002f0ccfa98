/** The built daemon over a file system, and a DNS, that stops answering: each call in turn, then goes on. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HangingCalls } from '../support/hanging-calls.ts';
import { type Environment, program, RunningDaemon, startProgram } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const ORDERS = '- { title: Orders, url: https://hooks.example.com/orders }';

/** What hangs, and what is said of it: a part of the error of the pass. */
const CALLS: readonly (readonly [string, (world: World) => string, string])[] = [
  ['the whole volume', ({ tenant }) => tenant.folder, 'does not answer'],
  ['the folder of the checkout', ({ tenant }) => tenant.checkout, 'could not be read within 60 s'],
  ['a file of the checkout', ({ tenant }) => join(tenant.checkout, 'webhooks.yaml'), 'could not be read within 60 s'],
  ['the git repository', ({ tenant }) => join(tenant.checkout, '.git'), 'could not be read within 60 s'],
  ['the HEAD of git', ({ tenant }) => join(tenant.checkout, '.git/HEAD'), 'could not be read within 60 s'],
  ['the index of git', ({ tenant }) => join(tenant.checkout, '.git/index'), 'could not be read within 60 s'],
  ['the branches of git', ({ tenant }) => join(tenant.checkout, '.git/refs'), 'could not be read within 60 s'],
  ['the objects of git', ({ tenant }) => join(tenant.checkout, '.git/objects'), 'could not be read within 60 s'],
  ['the private key', ({ tenant }) => tenant.env['UPVEST_PRIVATE_KEY_FILE'] ?? '', 'could not be read within 100 s'],
  [
    'the client secret',
    ({ tenant }) => tenant.env['UPVEST_CLIENT_SECRET_FILE'] ?? '',
    'could not be read within 100 s',
  ],
  ['the look-up of the API', () => 'localhost', 'localhost could not be looked up within 80 s: DNS does not answer'],
];

describe('a daemon', () => {
  it('in which a call of a pass hangs says so, is not taken for dead, and goes on once it is over', async () => {
    await using world = await World.begin();
    const { daemon, calls } = world;
    for (const [, subject, reason] of CALLS) {
      await calls.hang(subject(world));
      world.loseConnectionAndToken();
      await world.passFailing(reason);
      expect(await daemon.get('/healthz')).toMatchObject({
        body: {
          status: expect.stringMatching(/^(degraded|failing)$/),
          reasons: expect.arrayContaining([expect.stringContaining(reason)]),
        },
      });
      expect(await daemon.get('/livez')).toMatchObject({ status: 200 });
      expect(await daemon.get('/metrics')).toMatchObject({ status: 200 });
      await world.goOn();
    }
  });

  it('that hangs for five minutes is failing, but a restart would not help; told to end, it does', async () => {
    await using world = await World.begin();
    const { daemon, calls, tenant } = world;
    await calls.hang(tenant.folder);
    await world.passFailing('does not answer');
    while ((await daemon.get('/healthz')).status === 200);
    expect(await daemon.get('/healthz')).toMatchObject({
      status: 503,
      body: {
        status: 'failing',
        reasons: ['no successful pass for more than 300 s', expect.stringContaining('does not answer')],
      },
    });
    expect(await daemon.get('/livez')).toMatchObject({ status: 200 });
    expect(await daemon.stop()).toBeNull();
    expect(daemon.lines.at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'something hangs and keeps the process from ending: it is killed',
    });
  });

  it('whose configuration hangs when it is read again goes on with the one before', async () => {
    await using world = await World.begin('schedule: { resync: 1h }');
    const { daemon, calls, config } = world;
    await calls.hang(config);
    daemon.kill('SIGHUP');
    await daemon.until(({ msg }) => msg === 'the configuration has errors: the previous one stays in effect');
    expect(daemon.raw).toContainEqual(expect.stringContaining('its file system has not answered within 10 s'));
    expect(await daemon.reconcile()).toMatchObject({ status: 200 });
    await calls.goOn();
    daemon.kill('SIGHUP');
    await daemon.until(({ msg }) => msg === 'configuration read again');
  });

  it('whose trigger token hangs answers all the same, and goes on with its passes', async () => {
    await using world = await World.begin('server: { triggerTokenFile: token }');
    const { daemon, calls, config, tenant } = world;
    await calls.hang(join(dirname(config), 'token'));
    // More than Node has threads for files and DNS.
    const asked = await Promise.all(Array.from({ length: 6 }, async () => daemon.reconcile()));
    for (const answer of asked) {
      const error = 'the trigger token could not be read within 5 s';
      expect(answer).toMatchObject({ status: 500, body: { error } });
    }
    expect(await daemon.get('/livez')).toMatchObject({ status: 200 });
    await tenant.files('- { title: Users, url: https://hooks.example.com/users }');
    await daemon.until(({ audit, title }) => audit === true && title === 'Users');
  });
});

describe('a start that hangs ends with what it hangs at:', () => {
  it.each<[string, (world: Files) => string, RegExp]>([
    ['the configuration', ({ config }) => config, /config\.yaml cannot be read: its file system has not answered/],
    [
      'a secret',
      ({ tenant }) => tenant.env['UPVEST_PRIVATE_KEY_FILE'] ?? '',
      /cannot be read: its file system has not/,
    ],
    ['the look-up of the host to listen on', () => 'localhost', /localhost could not be looked up within 10 s/],
  ])('%s', async (_, subject, message) => {
    // Not as fast: what does not hang must be in time.
    await using files = await Files.with('server: { host: localhost, port: 0 }', 10);
    await files.calls.hang(subject(files));
    const { stderr } = await program(['run', '--config', files.config], files.env);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('something hangs and keeps the process from ending: it is killed');
  });
});

it('a start that waits can be told to end, and to read its configuration again', async () => {
  await using files = await Files.with('server: { host: localhost, port: 0 }', 1);
  await files.calls.hang('localhost');
  const daemon = startProgram(['run', '--config', files.config], files.env);
  await daemon.until(/"starting"/);
  void daemon.stop('SIGHUP');
  const ended = daemon.stop('SIGTERM');
  await daemon.until(/"shutting down"/);
  await files.calls.goOn();
  expect(await ended).toBe(0);
  expect(daemon.shown).toContain('"stopped"');
  expect(files.tenant.requests()).toEqual([]);
});

/** A tenant, a clone, a configuration file, and calls that may be made to hang. */
class Files implements AsyncDisposable {
  readonly tenant: Tenant;
  readonly calls: HangingCalls;
  readonly config: string;
  readonly #folder: string;

  constructor(tenant: Tenant, calls: HangingCalls, folder: string) {
    this.tenant = tenant;
    this.calls = calls;
    this.#folder = folder;
    this.config = join(folder, 'config.yaml');
  }

  /** `factor`: see HangingCalls. */
  static async with(config: string, factor: number): Promise<Files> {
    const tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await git(tenant.checkout, 'init', '--quiet');
    await git(tenant.checkout, 'add', '.');
    await git(tenant.checkout, 'commit', '--quiet', '--message', 'First');
    const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
    const files = new Files(tenant, await HangingCalls.in(folder, factor), folder);
    await writeFile(files.config, config);
    await writeFile(join(folder, 'token'), 'let me\n');
    return files;
  }

  /** Every call that waits for the API, or for a file of credentials, is given up after 100 s. */
  get env(): Environment {
    const { port } = new URL(this.tenant.sandbox.url);
    const patience = { UPVEST_TIMEOUT: '100s', UPVEST_RETRIES: '0', UPVEST_CONCURRENCY: '1' };
    return { ...this.tenant.env, ...this.calls.env, ...patience, UPVEST_API_URL: `http://localhost:${port}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.calls[Symbol.asyncDispose]();
    await this.tenant[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** With a daemon that has converged. */
class World implements AsyncDisposable {
  readonly tenant: Tenant;
  readonly calls: HangingCalls;
  readonly config: string;
  readonly daemon: RunningDaemon;
  readonly #files: Files;

  private constructor(files: Files, daemon: RunningDaemon) {
    this.#files = files;
    this.tenant = files.tenant;
    this.calls = files.calls;
    this.config = files.config;
    this.daemon = daemon;
  }

  static async begin(config = ''): Promise<World> {
    const files = await Files.with(config, 100);
    const daemon = await RunningDaemon.start(['--config', files.config], files.env);
    await daemon.until(({ msg, result }) => msg === 'pass ended' && result === 'converged');
    return new World(files, daemon);
  }

  /** So that the next passes need both anew. */
  loseConnectionAndToken(): void {
    const { sandbox } = this.tenant;
    sandbox.fault({ on: '*', effect: { kind: 'expire-tokens' } });
    sandbox.fault({ on: '*', effect: { kind: 'cut', carriedOut: false } });
  }

  /** A pass that begins from now on fails for this. */
  async passFailing(reason: string): Promise<void> {
    const { lines } = this.daemon;
    const since = lines.length;
    void this.daemon.reconcile().catch(() => undefined);
    await this.daemon.until((line) => lines.indexOf(line) >= since && String(line['error']).includes(reason));
  }

  /** Nothing hangs any more; a pass goes through, perhaps not the very next one. */
  async goOn(): Promise<void> {
    await this.calls.goOn();
    while ((await this.daemon.reconcile()).status !== 200);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
    await this.#files[Symbol.asyncDispose]();
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<void> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  await promisify(execFile)('git', ['-C', folder, ...identity, ...args]);
}
