/** Real repositories, made with the git command, untouched by whatever the machine's user has configured. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };

/** Runs git in `folder` and gives its output, trimmed. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await execFileAsync('git', args, { cwd: folder, env });
  return stdout.trim();
}

/** A remote whose `webhooks/hook.yaml` says `0`, and `1`, `2` … in the commits to come. */
export class Remote {
  readonly folder: string;
  readonly #commits: readonly string[];

  private constructor(folder: string, commits: readonly string[]) {
    this.folder = folder;
    this.#commits = commits;
  }

  /** All commits are made at once, which is quicker than one by one; `main` is at the first. */
  static async in(folder: string, name = 'remote'): Promise<Remote> {
    await git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', name);
    const remote = join(folder, name);
    const importing = execFileAsync('git', ['fast-import', '--quiet'], { cwd: remote, env });
    importing.child.stdin?.end(Array.from({ length: 21 }, (_, n) => commit(`${n}`)).join(''));
    await importing;
    const commits = await git(remote, 'rev-list', '--reverse', 'main');
    return new Remote(remote, commits.split('\n')).push(0);
  }

  /** Pushes the commit that says `n`. */
  push(n: number): this {
    writeFileSync(join(this.folder, 'refs/heads/main'), `${this.commit(n)}\n`);
    return this;
  }

  /** The id of the commit that says `n`. */
  commit(n: number): string {
    return this.#commits[n]!;
  }
}

/** One commit in the words of git fast-import. */
function commit(content: string): string {
  return [
    'commit refs/heads/main',
    'committer Ada <ada@tenant.tld> 1795500000 +0000',
    `data ${content.length}`,
    content,
    'M 100644 inline webhooks/hook.yaml',
    `data ${content.length}`,
    content,
    '',
  ].join('\n');
}
