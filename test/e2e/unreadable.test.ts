/** A checkout that belongs to somebody else, read by the built program as a user who may not. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../dist/webhook-reconciler.js');

/** Root may read everything, and in many a container the tests are root. */
const who = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const validate = (path: string) =>
  spawnSync(process.execPath, [PROGRAM, 'validate', '-o', 'json', path], { ...who, env: {}, encoding: 'utf8' });

/** Not in every container, nor where the program or temporary folders are for root alone. */
const isPossible = validate('/nowhere').stdout?.startsWith('{') && spawnSync('ls', [tmpdir()], who).status === 0;

/** What is said of a checkout with the file `name` beside another, while nobody may read `locked` in it. */
async function saidOf(name: string, locked: string, links: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  for (const [file, title] of [
    ['a.yaml', 'A'],
    [name, 'B'],
  ] as const) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `{ title: ${title}, url: https://hooks.example.com/${title} }`);
  }
  for (const [link, target] of Object.entries(links)) await symlink(target, join(folder, link));
  await chmod(join(folder, locked), 0);
  const { status, stdout } = validate(folder);
  await chmod(join(folder, locked), 0o755);
  const { problems } = JSON.parse(stdout.replaceAll(folder, '')) as { readonly problems: readonly object[] };
  return { status, problems };
}

describe.skipIf(!isPossible)('what the user we run as may not read', () => {
  it('is, where it is the folder itself, called that, not a folder that moves', async () => {
    const { problems } = await saidOf('b.yaml', '.');
    expect(problems).toMatchObject([
      { file: '', message: expect.stringMatching(/ may not be read: let the user this runs as read it$/) },
    ]);
  });

  it.each([
    ['a file', 'b.yaml', 'b.yaml'],
    ['a folder below', 'team/b.yaml', 'team'],
  ])('is an error where it is %s, since what is in it must not look deleted', async (_, name, locked) => {
    const { status, problems } = await saidOf(name, locked);
    expect(status).toBe(1);
    expect(problems).toMatchObject([{ file: `/${locked}`, rule: 'unreadable', severity: 'error' }]);
  });

  it('is an error where a link leads through it, whatever that would have come to', async () => {
    const { status, problems } = await saidOf('.store/team/b.yaml', '.store', { team: '.store/team' });
    expect(status).toBe(1);
    expect(problems).toMatchObject([{ file: '/team', severity: 'error' }]);
  });
});
