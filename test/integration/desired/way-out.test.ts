/** Links that lead out of the checkout: in the place of what is named, or put there while it is read. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findFiles } from '../../../src/checkout/find-files.ts';
import { locate } from '../../../src/checkout/location.ts';
import { readFiles } from '../../../src/checkout/read-files.ts';
import { validatePaths } from '../../../src/desired/validate.ts';
import { commit, git, repository, subscription, temporaryFolder, write } from './folder.ts';
import { refusal, titles } from './load.ts';

const SECRET = 'hunter2-hunter2';

/** A file with a secret, outside of everything, and its folder. */
function outside(): string {
  const folder = temporaryFolder();
  write(folder, { secret: SECRET, 'secret.yaml': `title: ${SECRET}\nurl: https://tenant.tld/\n` });
  return folder;
}

/** Replaces what is at `place` by a link. */
function lead(place: string, target: string): void {
  rmSync(place, { recursive: true, force: true });
  symlinkSync(target, place);
}

/** git-sync's root, and its link to a worktree. */
function gitSync(files: Readonly<Record<string, string>>): { readonly root: string; readonly link: string } {
  const root = repository(files);
  const id = git(root, 'rev-parse', 'HEAD');
  git(root, 'worktree', 'add', '--quiet', '--detach', join(root, '.worktrees', id));
  const link = join(root, 'current');
  symlinkSync(join('.worktrees', id), link);
  return { root, link };
}

const files = { 'webhooks/a.yaml': subscription('A'), 'other/b.yaml': subscription('B') };

describe('a link pushed in the place of source.path', () => {
  it.each(['secret', 'secret.yaml', '.'])('is refused where it leads out of the worktree, to %s', async (name) => {
    const { link } = gitSync(files);
    const target = join(outside(), name);
    lead(join(link, 'webhooks'), target);
    const why = await refusal(join(link, 'webhooks'));
    expect(why).toMatch(/^refused: .*webhooks is a link that leads out of .*: replace it by the folder or file itself/);
    expect(why).not.toContain(SECRET);
  });

  it('is refused on the way to it as well, by way of other links, in a clone, and for a named file', async () => {
    const clone = repository(files);
    const target = outside();
    lead(join(clone, 'webhooks'), 'other/hop');
    symlinkSync(target, join(clone, 'other/hop'));
    expect(await refusal(join(clone, 'webhooks'))).toMatch(/^refused: .*leads out/);
    expect(await refusal(join(clone, 'webhooks/secret.yaml'))).toMatch(/^refused: .*leads out/);
    lead(join(clone, 'other/b.yaml'), join(target, 'secret.yaml'));
    expect(await refusal(join(clone, 'other/b.yaml'))).toMatch(/^refused: .*leads out/);
  });

  it('is refused where it leads to another worktree, or to what git keeps for itself', async () => {
    const { root, link } = gitSync(files);
    lead(join(link, 'webhooks'), join(root, 'other'));
    expect(await refusal(join(link, 'webhooks'))).toMatch(/^refused: .*leads out/);
    lead(join(root, 'webhooks'), '.git/config');
    expect(await refusal(join(root, 'webhooks'))).toMatch(/^refused: .*leads out/);
  });

  it('is refused out of the folder it lies in, where there is no git', async () => {
    const folder = temporaryFolder();
    lead(join(folder, 'webhooks'), outside());
    lead(join(folder, 'a.yaml'), join(outside(), 'secret.yaml'));
    for (const name of ['webhooks', 'a.yaml'])
      expect(await refusal(join(folder, name))).toMatch(/^refused: .*leads out/);
  });

  it('may lead elsewhere in the worktree', async () => {
    const { link } = gitSync(files);
    lead(join(link, 'webhooks'), 'other');
    expect(await titles(join(link, 'webhooks'))).toEqual(['B']);
  });
});

describe('a link above the worktree', () => {
  it('may lead anywhere', async () => {
    const clone = repository(files);
    const elsewhere = temporaryFolder();
    symlinkSync(dirname(clone), join(elsewhere, 'above'));
    symlinkSync(clone, join(elsewhere, 'clone'));
    expect(await titles(join(elsewhere, 'above', clone.slice(dirname(clone).length), 'webhooks'))).toEqual(['A']);
    expect(await titles(join(elsewhere, 'clone/webhooks'))).toEqual(['A']);
  });

  it("may be git-sync's, and lie elsewhere than its worktrees; without git beside it, it leads nowhere else", async () => {
    const { root, link } = gitSync(files);
    const elsewhere = temporaryFolder();
    symlinkSync(realpathSync(link), join(elsewhere, 'current'));
    symlinkSync(root, join(elsewhere, 'clone'));
    expect(await titles(join(elsewhere, 'current'))).toEqual(['B', 'A']);
    expect(await refusal(join(elsewhere, 'clone'))).toMatch(/^refused: .*leads out/);
  });

  it("is git-sync's own: the worktree, and a folder in it", async () => {
    const { link } = gitSync(files);
    expect(await titles(link)).toEqual(['B', 'A']);
    expect(await titles(join(link, 'webhooks'))).toEqual(['A']);
  });
});

it('validate refuses what a load refuses', async () => {
  const clone = repository(files);
  commit(clone, { 'more/c.yaml': subscription('C') }, 'More');
  const target = outside();
  lead(join(clone, 'webhooks'), target);
  lead(join(clone, 'more/c.yaml'), join(target, 'secret'));
  const { problems, files: read } = await validatePaths(
    ['webhooks', 'more/c.yaml'].map((name) => join(clone, name)),
    { substitute: {} },
  );
  expect(problems.map(({ rule }) => rule)).toEqual(['refused', 'refused']);
  expect(JSON.stringify(problems)).not.toContain(SECRET);
  expect(read).toBe(0);
});

it('a folder swapped for a link out after it was found lets no file of that other folder in', async () => {
  const clone = repository({ 'webhooks/in/secret.yaml': subscription('A') });
  const location = await locate(join(clone, 'webhooks'));
  const { files: found } = await findFiles(location);
  renameSync(join(clone, 'webhooks/in'), join(clone, 'aside'));
  symlinkSync(outside(), join(clone, 'webhooks/in'));
  await expect(readFiles(location.path, found)).rejects.toThrow('changed while it was read');
});

it('folders swapped for links without end, while they are read, let no other file in either', async () => {
  const [folder, other] = [temporaryFolder(), temporaryFolder()];
  write(folder, { 'in/a.yaml': subscription('A') });
  write(other, { 'in/a.yaml': subscription(SECRET) });
  const swapper = spawn(process.execPath, ['--eval', SWAP, join(folder, 'in'), join(other, 'in')]);
  onTestFinished(() => void swapper.kill('SIGKILL'));
  await once(swapper.stdout, 'data');

  const outcomes = new Set<string>();
  for (let pass = 0; pass < 300; pass++) outcomes.add(await textIn(folder).catch(String));
  expect(outcomes).toContain(subscription('A'));
  expect([...outcomes].filter((outcome) => outcome.includes(SECRET))).toEqual([]);
});

async function textIn(folder: string): Promise<string> {
  const { files: found } = await findFiles(await locate(folder));
  const { files: read } = await readFiles(folder, found);
  return read.map(({ content }) => String(content)).join('');
}

/** A program: the folder, a link in its place, and back. */
const SWAP = `
  const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
  const [place, other] = process.argv.slice(1);
  for (let n = 0; ; n++) {
    renameSync(place, place + '.aside.d');
    symlinkSync(other, place);
    if (n === 0) process.stdout.write('.');
    unlinkSync(place);
    renameSync(place + '.aside.d', place);
  }
`;
