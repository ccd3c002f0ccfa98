/** Passes over a sandbox of their own, in this process, on a clock that does not wait. The checkout is given as values. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '../../src/apply/ledger.ts';
import type { Change } from '../../src/apply/outcome.ts';
import type { ApiConfig, Policy } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { Memory } from '../../src/reconcile/memory.ts';
import { type Pass, runPass } from '../../src/reconcile/pass.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { SeedEntry } from '../../src/sandbox/seed.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Problem } from '../../src/document/problem.ts';
import type { Desired, Tombstone } from '../../src/subscription.ts';
import type { UpvestClient } from '../../src/upvest/client.ts';
import { createClient } from '../../src/upvest/create-client.ts';
import { ImpatientClock } from './impatient-clock.ts';

const POLICY: Policy = {
  mode: 'sync',
  owns: 'all',
  adopt: 'exact',
  maxDeletes: { percent: 100 },
  allowEmpty: true,
  quarantineMs: 0,
};

export class Passes implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly clock: ImpatientClock;
  readonly changes: Change[] = [];
  readonly #client: UpvestClient;
  readonly #folder: string;
  #ledger = new Ledger();
  #memory = new Memory();
  #fingerprint = 'as it was';

  /** Puts the API's clock so many ms ahead of ours. */
  readonly skew: (ms: number) => void;

  private constructor(
    sandbox: Sandbox,
    clock: ImpatientClock,
    client: UpvestClient,
    folder: string,
    skew: (ms: number) => void,
  ) {
    this.sandbox = sandbox;
    this.skew = skew;
    this.clock = clock;
    this.#client = client;
    this.#folder = folder;
  }

  static async over(
    seed: readonly SeedEntry[] = [],
    { api = {}, ...options }: SandboxOptions & { readonly api?: Partial<ApiConfig> } = {},
  ): Promise<Passes> {
    const clock = new ImpatientClock();
    let skewMs = 0;
    const now = () => clock.now() + skewMs;
    const sandbox = await startSandbox({ client: { keyType: 'ed25519' }, seed, now, ...options });
    const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
    const { clientId, clientSecret, keyId, privateKeyPem } = sandbox.credentials;
    const privateKeyFile = join(folder, 'key.pem');
    await writeFile(privateKeyFile, privateKeyPem);
    const client = createClient({
      api: {
        url: sandbox.url,
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
      random: () => 0,
    });
    return new Passes(sandbox, clock, client, folder, (ms) => (skewMs = ms));
  }

  /** Runs one pass towards `desired`. */
  async pass(
    desired: readonly Desired[],
    {
      policy = {},
      tombstones = [],
      problems = [],
      signal,
    }: { policy?: Partial<Policy>; tombstones?: Tombstone[]; problems?: Problem[]; signal?: AbortSignal } = {},
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
          api: { concurrency: 1 },
          policy: { ...POLICY, ...policy },
          schedule: { freeze: [], timezone: 'UTC' },
        },
        client: this.#client,
        clock: this.clock,
        ledger: this.#ledger,
        load: async () => ({ ok: true, checkout }),
        fingerprint: async () => this.#fingerprint,
      },
      memory: this.#memory,
      events: {
        change: (change) => this.changes.push(change),
        drift: () => undefined,
        failed: () => undefined,
        testFailed: () => undefined,
      },
      mayBeOutrun: () => true,
      signal: signal ?? new AbortController().signal,
    });
  }

  /** What a process remembers of earlier passes is gone with it. */
  restart(): void {
    this.#ledger = new Ledger();
    this.#memory = new Memory();
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
    await this.sandbox.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
