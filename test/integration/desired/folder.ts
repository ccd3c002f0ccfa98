/** A temporary folder that is gone after the test, and git in it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

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

const templates = new Map<string, string>();
afterAll(() => {
  for (const template of templates.values()) rmSync(template, { recursive: true, force: true });
});

/** A repository with these files committed. It is made once and copied, because each start of git takes time. */
export function repository(files: Readonly<Record<string, string>>, ...initArgs: readonly string[]): string {
  const key = JSON.stringify([files, initArgs]);
  let template = templates.get(key);
  if (template === undefined) {
    template = realpathSync(mkdtempSync(join(tmpdir(), 'repository-')));
    templates.set(key, template);
    git(template, 'init', '--quiet', '--template=', '--initial-branch=main', ...initArgs);
    commit(template, files, 'Add webhooks\nof users\n\nSince they are needed.');
  }
  const folder = temporaryFolder();
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** The new commit's id. */
export function commit(folder: string, files: Readonly<Record<string, string>>, message: string): string {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}
