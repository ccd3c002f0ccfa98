/** What git-sync v4 does on disk: a worktree for each commit, and a link that is replaced by rename. */
import { execFile } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export class GitSync {
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

  /** `keepsOld`: worktrees that are no longer linked to stay where they are. */
  static async in(folder: string, keepsOld: boolean): Promise<GitSync> {
    const sync = new GitSync(folder, keepsOld);
    await mkdir(join(sync.#upstream, 'webhooks'), { recursive: true });
    await git(sync.#upstream, 'init', '--quiet', '--initial-branch=main');
    await git(folder, 'init', '--quiet', sync.#root);
    return sync;
  }

  /** Commits files below `webhooks` upstream, fetches them, and swaps the link. Gives the commit's id. */
  async publish(message: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.#upstream, 'webhooks', name), text);
    await git(this.#upstream, 'add', '.');
    await git(this.#upstream, 'commit', '--quiet', '--message', message);
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
