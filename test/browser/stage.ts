/** A daemon as it really runs: the built program, a sandbox to keep, and a repository that people commit to. */
import { execFile } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { SeedEntry } from '../../src/sandbox/state/seed.ts';
import type { ApiServer } from '../support/kubernetes/api-server.ts';
import { kubeconfig } from '../support/kubernetes/kubeconfig.ts';
import { type Environment, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const run = promisify(execFile);

/** An entry of the checkout. */
export type Entry = Readonly<Record<string, unknown>> & { readonly title: string };

export interface Commit {
  readonly subject: string;
  readonly author: string;
  readonly entries: readonly Entry[];
  /** Default: now. */
  readonly at?: Date;
}

export interface Staging {
  /** Committed before the daemon starts. */
  readonly commits?: readonly Commit[];
  /** What is on the tenant before. */
  readonly seed?: readonly SeedEntry[];
  readonly sandbox?: SandboxOptions;
  /** The configuration file. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Environment;
  /** Where the lease `payments/webhook-reconciler` is, which the daemon then needs. */
  readonly cluster?: ApiServer;
}

export class Stage implements AsyncDisposable {
  readonly tenant: Tenant;
  readonly #env: Environment;
  #daemon: RunningDaemon | undefined;

  private constructor(tenant: Tenant, env: Environment) {
    this.tenant = tenant;
    this.#env = env;
  }

  /** Resolves once the first pass has ended. */
  static async set({ commits = [], seed = [], sandbox, config = {}, env = {}, cluster }: Staging): Promise<Stage> {
    const tenant = await Tenant.with(seed, sandbox);
    const KUBECONFIG = join(tenant.folder, 'kubeconfig');
    const lease = cluster ? { RECONCILER_LEASE: 'payments/webhook-reconciler', KUBECONFIG } : {};
    const RECONCILER_PATH = join(tenant.folder, 'current');
    const stage = new Stage(tenant, { ...tenant.env, RECONCILER_PATH, RECONCILER_MAX_DELETES: '1', ...lease, ...env });
    try {
      cluster?.admit('the token of this instance', 'this-pod');
      if (cluster) await writeFile(KUBECONFIG, kubeconfig(cluster, 'the token of this instance'));
      await mkdir(join(tenant.folder, 'upstream'));
      await git(join(tenant.folder, 'upstream'), new Date(), 'init', '--quiet', '--initial-branch=main');
      for (const commit of commits) await stage.commit(commit);
      const source = { debounce: '20ms', url: 'https://git.example.com/webhooks/blob/{revision}/{path}#L{line}' };
      await writeFile(stage.#config, JSON.stringify({ source, ...config }));
      await stage.start();
      await stage.daemon.until(({ msg }) => msg === 'pass ended');
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
    return stage;
  }

  get daemon(): RunningDaemon {
    if (!this.#daemon) throw new Error('the daemon has not been started');
    return this.#daemon;
  }

  /** With a slash at its end. */
  get url(): string {
    return `${this.daemon.url}/`;
  }

  /** Starts the daemon, on any port unless one is given. */
  async start(port = 0): Promise<void> {
    this.#daemon = await RunningDaemon.start(['--config', this.#config, '--port', String(port)], this.#env);
  }

  /**
   * Commits the file `webhooks.yaml`, one entry a line, and puts it in place as git-sync does: a worktree of the commit,
   * then a link that is replaced by rename, so that a pass sees all of it or nothing. Gives the start of the commit's id.
   */
  async commit({ subject, author, entries, at = new Date() }: Commit): Promise<string> {
    const { folder } = this.tenant;
    const upstream = join(folder, 'upstream');
    await writeFile(join(upstream, 'webhooks.yaml'), entries.map((entry) => `- ${JSON.stringify(entry)}\n`).join(''));
    await git(upstream, at, 'add', '--all');
    const by = ['--author', `${author} <somebody@example.com>`];
    await git(upstream, at, 'commit', '--quiet', '--allow-empty', '--message', subject, ...by);
    const id = await git(upstream, at, 'rev-parse', 'HEAD');
    const worktree = join(folder, 'worktrees', id);
    await git(upstream, at, 'worktree', 'add', '--quiet', '--detach', worktree, id);
    await symlink(worktree, join(folder, 'new'));
    await rename(join(folder, 'new'), join(folder, 'current'));
    return id.slice(0, 7);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon?.[Symbol.asyncDispose]();
    await this.tenant[Symbol.asyncDispose]();
  }

  get #config(): string {
    return join(this.tenant.folder, 'config.yaml');
  }
}

/** Without the configuration of the user or the machine. */
async function git(folder: string, at: Date, ...args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_COMMITTER_NAME: 'CI',
    GIT_COMMITTER_EMAIL: 'ci@example.com',
    GIT_AUTHOR_DATE: at.toISOString(),
    GIT_COMMITTER_DATE: at.toISOString(),
  };
  const { stdout } = await run('git', ['-C', folder, ...args], { env });
  return stdout.trim();
}
