/** The daemon behind git-sync, with the links and worktrees git-sync makes, swap after swap. */
import { execFile } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const run = promisify(execFile);

describe('a checkout that git-sync keeps', () => {
  it.each([
    ['deletes the old worktree at once', false],
    ['keeps the old worktree for a while', true],
  ])(
    'is followed through every swap where it %s, and each pass says which commit it went by',
    async (_name, keepsOld) => {
      await using tenant = await Tenant.with();
      const sync = await GitSync.in(tenant.folder, keepsOld);
      const revisions = [await sync.publish(0)];
      const env = { ...tenant.env, RECONCILER_PATH: join(sync.link, 'webhooks') };
      await using daemon = await RunningDaemon.start(['--resync', '1h'], env);
      await daemon.until(({ msg }) => msg === 'pass ended');

      for (let n = 1; n <= 10; n += 1) {
        revisions.push(await sync.publish(n));
        const revision = revisions.at(-1);
        await daemon.until((line) => line['result'] === 'converged' && line['revision'] === revision);
        expect(tenant.sandbox.subscriptions()).toMatchObject([
          { title: 'Orders', url: `https://hooks.example.com/${n}` },
        ]);
      }
      const { body } = await daemon.get('/status');
      expect(body.revision).toMatchObject({
        id: revisions.at(-1),
        subject: 'Version 10',
        author: 'Test',
        dirty: false,
      });
      expect(tenant.history()).toHaveLength(12);
    },
  );
});

/** What git-sync v4 does on disk: a worktree for each commit, and a link that is replaced by rename. */
class GitSync {
  readonly link: string;
  readonly #upstream: string;
  readonly #root: string;
  readonly #keepsOld: boolean;
  #current: string | undefined;

  private constructor(folder: string, keepsOld: boolean) {
    this.#upstream = join(folder, 'upstream');
    this.#root = join(folder, 'root');
    this.link = join(folder, 'current');
    this.#keepsOld = keepsOld;
  }

  static async in(folder: string, keepsOld: boolean): Promise<GitSync> {
    const sync = new GitSync(folder, keepsOld);
    await mkdir(join(sync.#upstream, 'webhooks'), { recursive: true });
    await git(sync.#upstream, 'init', '--quiet', '--initial-branch=main');
    await git(folder, 'init', '--quiet', sync.#root);
    return sync;
  }

  /** Commits version `n` upstream, fetches it, and swaps the link. Gives the commit's id. */
  async publish(n: number): Promise<string> {
    const text = `- { title: Orders, url: "https://hooks.example.com/${n}" }\n`;
    await writeFile(join(this.#upstream, 'webhooks', 'orders.yaml'), text);
    await git(this.#upstream, 'add', '.');
    await git(this.#upstream, 'commit', '--quiet', '--message', `Version ${n}`);
    const id = await git(this.#upstream, 'rev-parse', 'HEAD');
    await git(this.#root, 'fetch', '--quiet', '--depth=1', this.#upstream, 'main');
    const worktree = join(this.#root, '.worktrees', id);
    await git(this.#root, 'worktree', 'add', '--quiet', '--detach', worktree, id);
    const fresh = `${this.link}.new`;
    await symlink(worktree, fresh);
    await rename(fresh, this.link);
    if (this.#current !== undefined && !this.#keepsOld) {
      await rm(this.#current, { recursive: true });
      await git(this.#root, 'worktree', 'prune');
    }
    this.#current = worktree;
    return id;
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const { stdout } = await run('git', ['-C', folder, ...identity, ...args]);
  return stdout.trim();
}
