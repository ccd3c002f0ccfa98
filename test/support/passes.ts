/** Passes over a sandbox of their own, in this process, on a clock that does not wait. The checkout is given as values. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecentWrites } from '../../src/apply/recent-writes.ts';
import type { Change } from '../../src/apply/outcome.ts';
import type { ApiConfig, FreezeWindow, Policy } from '../../src/config/config.ts';
import { Secret } from '../../src/base/secret.ts';
import { BackoffState } from '../../src/reconcile/backoff.ts';
import type { Ports } from '../../src/reconcile/observe.ts';
import { DAEMON_PATIENCE_MS, type Pass, type PassHappening, runPass } from '../../src/reconcile/pass.ts';
import type { SandboxCredentials } from '../../src/sandbox/api/clients.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { SeedEntry } from '../../src/sandbox/state/seed.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Problem } from '../../src/document/problems.ts';
import type { Desired, Tombstone } from '../../src/subscription/subscription.ts';
import type { UpvestClient } from '../../src/upvest/client.ts';
import { createClient } from '../../src/upvest/create-client.ts';
import { type WritePermit, UNLIMITED } from '../../src/base/write-permit.ts';
import { ImpatientClock } from './impatient-clock.ts';
import { PERMISSIVE } from './policy.ts';

/** `host`: a name of this machine. */
export interface PassesOptions extends Omit<SandboxOptions, 'host'> {
  readonly api?: Partial<ApiConfig>;
  readonly host?: string;
  readonly clock?: ImpatientClock;
  readonly writePermit?: WritePermit;
}

/** `load`, `fingerprint`: of a checkout that is not given as values. */
export interface PassOptions extends Partial<Pick<Ports, 'load' | 'fingerprint'>> {
  readonly policy?: Partial<Policy>;
  readonly tombstones?: Tombstone[];
  readonly problems?: Problem[];
  readonly freeze?: FreezeWindow[];
  readonly signal?: AbortSignal;
  /** Of a daemon, unless given. */
  readonly patienceMs?: number;
  /** How many actions are under way at once: one, unless given. */
  readonly concurrency?: number;
}

type How = Required<Pick<PassesOptions, 'clock' | 'host' | 'api' | 'writePermit'>>;

export class Passes implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly clock: ImpatientClock;
  readonly changes: Change[] = [];
  /** Called for each change as it is answered. */
  onChange: (change: Change) => void = () => {};
  /** Called with all that happens in passes. */
  onHappening: (happening: PassHappening) => void = () => {};
  readonly #client: UpvestClient;
  /** Temporary, removed with it. */
  readonly folder: string;
  readonly #how: How;
  /** The sandbox is somebody else's to close. */
  #isGuest = false;
  #recentWrites = new RecentWrites();
  #backoff = new BackoffState();
  #fingerprint = 'as it was';

  /** By how many ms the API's clock is ahead of ours. */
  skewMs = 0;

  private constructor(sandbox: Sandbox, client: UpvestClient, folder: string, how: How) {
    this.sandbox = sandbox;
    this.clock = how.clock;
    this.#client = client;
    this.folder = folder;
    this.#how = how;
  }

  static async over(
    seed: readonly SeedEntry[] = [],
    {
      api = {},
      host = '127.0.0.1',
      clock = new ImpatientClock(),
      writePermit = UNLIMITED,
      ...options
    }: PassesOptions = {},
  ): Promise<Passes> {
    // Asked before there are passes as well.
    let passes: Passes | undefined;
    const now = () => clock.now() + (passes?.skewMs ?? 0);
    const sandbox = await startSandbox({ client: { keyType: 'ed25519' }, seed, now, ...options });
    passes = await Passes.#of(sandbox, sandbox.credentials, { clock, host, api, writePermit });
    return passes;
  }

  /** Another instance on the same tenant and clock, with a client of its own. */
  async another(): Promise<Passes> {
    const credentials = await this.sandbox.addClient({ keyType: 'ed25519' });
    const other = await Passes.#of(this.sandbox, credentials, this.#how);
    other.#isGuest = true;
    return other;
  }

  static async #of(
    sandbox: Sandbox,
    { clientId, clientSecret, keyId, privateKeyPem }: SandboxCredentials,
    how: How,
  ): Promise<Passes> {
    const { clock, host, api, writePermit } = how;
    const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
    const privateKeyFile = join(folder, 'key.pem');
    await writeFile(privateKeyFile, privateKeyPem);
    const client = createClient({
      api: {
        url: `http://${host}:${sandbox.port}`,
        clientId,
        clientSecret: new Secret(clientSecret),
        keyId,
        privateKeyFile,
        sign: true,
        timeoutMs: 5_000,
        concurrency: 4,
        requestsPerSecond: 1_000,
        retries: 2,
        ...api,
      },
      clock,
      writePermit,
      random: () => 0,
    });
    return new Passes(sandbox, client, folder, how);
  }

  /** Runs one pass towards `desired`. */
  async pass(
    desired: readonly Desired[],
    {
      policy = {},
      tombstones = [],
      problems = [],
      freeze = [],
      signal,
      load,
      fingerprint,
      patienceMs,
      concurrency = 1,
    }: PassOptions = {},
  ): Promise<Pass> {
    const checkout = {
      revision: { id: 'r1' },
      desired,
      tombstones,
      problems,
      errors: problems.filter(({ severity }) => severity === 'error').length,
      files: 1,
      changedAt: this.clock.now(),
    };
    return runPass('command', {
      ports: {
        config: {
          api: { concurrency },
          policy: { ...PERMISSIVE, ...policy },
          schedule: { freeze, timezone: 'UTC' },
        },
        client: this.#client,
        writePermit: this.#how.writePermit,
        clock: this.clock,
        recentWrites: this.#recentWrites,
        load: load ?? (async () => ({ ok: true, checkout })),
        fingerprint: fingerprint ?? (async () => this.#fingerprint),
      },
      backoff: this.#backoff,
      emit: (happening) => {
        this.onHappening(happening);
        if (happening.kind !== 'changed') return;
        this.changes.push(happening.change);
        this.onChange(happening.change);
      },
      onTestDue: () => {},
      patienceMs: patienceMs ?? DAEMON_PATIENCE_MS,
      mayBeOutrun: () => true,
      signal: signal ?? new AbortController().signal,
    });
  }

  /** What a process remembers of earlier passes is gone with it. */
  restart(): void {
    this.#recentWrites = new RecentWrites();
    this.#backoff = new BackoffState();
  }

  /** Another process has had the tenant until now. */
  takeOver(): void {
    this.restart();
    this.#recentWrites.creates.inherit(this.clock.uptime());
  }

  /** Somebody pushes while a pass is under way. */
  moveCheckout(): void {
    this.#fingerprint = 'moved';
  }

  titles(): readonly string[] {
    return this.sandbox
      .subscriptions()
      .map(({ title }) => title)
      .toSorted();
  }

  history(): readonly string[] {
    return this.sandbox.history.filter(({ by }) => by !== 'seed').map(({ kind, title }) => `${kind} ${title}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    if (!this.#isGuest) await this.sandbox.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
