/** A temporary folder that is gone after the test, and git in it. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Real path of a new folder. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'checkout-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Name → content; folders are made as needed. */
export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** One subscription as YAML. */
export function subscription(title: string): string {
  return `title: ${title}\nurl: https://tenant.tld/${encodeURIComponent(title)}\n`;
}

const COMMIT_TIME = '2026-11-20T10:00:00+01:00';

/** Runs git without the configuration of the user or the machine, and returns what it printed. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada Ä. Lovelace',
      GIT_AUTHOR_EMAIL: 'ada@tenant.tld',
      GIT_COMMITTER_NAME: 'CI',
      GIT_COMMITTER_EMAIL: 'ci@tenant.tld',
      GIT_AUTHOR_DATE: '2026-11-19T10:00:00+01:00',
      GIT_COMMITTER_DATE: COMMIT_TIME,
    },
  }).trim();
}

/** Path → content, or undefined for a folder. In memory, so that nothing is left to be removed. */
type Template = ReadonlyMap<string, Uint8Array | undefined>;
const templates = new Map<string, Template>();

/** A repository with these files committed. It is made once and copied, because each start of git takes time. */
export function repository(files: Readonly<Record<string, string>>, ...initArgs: readonly string[]): string {
  const key = JSON.stringify([files, initArgs]);
  const template = templates.get(key) ?? makeTemplate(files, initArgs);
  templates.set(key, template);
  const folder = temporaryFolder();
  for (const [name, content] of template) {
    if (content) writeFileSync(join(folder, name), content);
    else mkdirSync(join(folder, name));
  }
  return folder;
}

function makeTemplate(files: Readonly<Record<string, string>>, initArgs: readonly string[]): Template {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'repository-')));
  try {
    git(folder, 'init', '--quiet', '--template=', '--initial-branch=main', ...initArgs);
    commit(folder, files, 'Add webhooks\nof users\n\nSince they are needed.');
    // By name, which puts a folder before what is in it.
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
    const contentOf = (path: string) => (statSync(path).isDirectory() ? undefined : readFileSync(path));
    return new Map(names.map((name) => [name, contentOf(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The new commit's id. */
export function commit(folder: string, files: Readonly<Record<string, string>>, message: string): string {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}
