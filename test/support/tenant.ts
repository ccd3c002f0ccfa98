/** A tenant to work on: a sandbox of its own, credentials in files, and a checkout beside it. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SandboxCredentials } from '../../src/sandbox/api/clients.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { SeedEntry } from '../../src/sandbox/state/seed.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Environment } from './program.ts';

export class Tenant implements AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Temporary, removed with the tenant. */
  readonly folder: string;
  /** The path of the checkout. */
  readonly checkout: string;
  /** What the program needs to work on this tenant and checkout, everything owned. */
  readonly env: Environment;

  private constructor(sandbox: Sandbox, folder: string, env: Environment) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.checkout = join(folder, 'webhooks');
    this.env = env;
  }

  static async with(subscriptions: readonly SeedEntry[] = [], options: SandboxOptions = {}): Promise<Tenant> {
    const sandbox = await startSandbox({ client: { keyType: 'ed25519' }, seed: subscriptions, ...options });
    const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
    await mkdir(join(folder, 'webhooks'));
    const env = await environment(sandbox.url, sandbox.credentials, folder);
    return new Tenant(sandbox, folder, env);
  }

  /** Writes files of the checkout; a single text is the one file `webhooks.yaml`. */
  async files(files: string | Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(typeof files === 'string' ? { 'webhooks.yaml': files } : files)) {
      await mkdir(dirname(join(this.checkout, name)), { recursive: true });
      await writeFile(join(this.checkout, name), text);
    }
  }

  titles(): readonly string[] {
    return this.sandbox
      .subscriptions()
      .map(({ title }) => title)
      .toSorted();
  }

  /** The subscription of this title; fails where there is not exactly one. */
  one(title: string) {
    const [found, ...more] = this.sandbox.subscriptions().filter((subscription) => subscription.title === title);
    if (!found || more.length > 0)
      throw new Error(`${more.length + (found ? 1 : 0)} subscriptions have the title ${title}`);
    return found;
  }

  /** What happened to the tenant since it was seeded: `create Orders`. */
  history(): readonly string[] {
    return this.sandbox.history.filter(({ by }) => by !== 'seed').map(({ kind, title }) => `${kind} ${title}`);
  }

  /** `GET /webhooks` and the like, in the order they came. */
  requests(): readonly string[] {
    return this.sandbox.requests.map(({ method, route }) => `${method} ${route}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function environment(url: string, credentials: SandboxCredentials, folder: string): Promise<Environment> {
  const { clientId, clientSecret, keyId, privateKeyPem } = credentials;
  const privateKeyFile = join(folder, `${keyId}.pem`);
  const secretFile = join(folder, `${keyId}.secret`);
  await writeFile(privateKeyFile, privateKeyPem);
  await writeFile(secretFile, `${clientSecret}\n`);
  return {
    UPVEST_API_URL: url,
    UPVEST_CLIENT_ID: clientId,
    UPVEST_CLIENT_SECRET_FILE: secretFile,
    UPVEST_KEY_ID: keyId,
    UPVEST_PRIVATE_KEY_FILE: privateKeyFile,
    UPVEST_REQUESTS_PER_SECOND: '1000',
    RECONCILER_PATH: join(folder, 'webhooks'),
    RECONCILER_OWNS: '"all"',
    RECONCILER_MAX_DELETES: '100%',
  };
}
