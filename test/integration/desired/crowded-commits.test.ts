/** Commits of a few kilobytes with very many folders, none of which is on disk. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validatePaths } from '../../../src/desired/validate.ts';
import { git, repository, subscription } from './folder.ts';
import { load } from './load.ts';

const EMPTY = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Writes a tree of `count` folders that are all `id`. */
function manyOf(folder: string, id: string, count: number): string {
  const entry = (n: number) => [Buffer.from(`40000 ${String(n).padStart(6, '0')}\0`), Buffer.from(id, 'hex')];
  const input = Buffer.concat(Array.from({ length: count }, (_, n) => entry(n)).flat());
  return execFileSync('git', ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], { cwd: folder, input })
    .toString()
    .trim();
}

/** A repository whose commit has these trees below `webhooks` beside a subscription. */
function withTrees(trees: (folder: string) => Readonly<Record<string, string>>): string {
  const folder = repository({ 'webhooks/a.yaml': subscription('A') });
  const made = Object.entries(trees(folder)).map(([name, id]) => `040000 tree ${id}\t${name}\n`);
  const blob = git(folder, 'rev-parse', 'HEAD:webhooks/a.yaml');
  const makeTree = (input: string) => execFileSync('git', ['mktree', '--missing'], { cwd: folder, input });
  const webhooks = String(makeTree(`${made.join('')}100644 blob ${blob}\ta.yaml\n`)).trim();
  const top = String(makeTree(`040000 tree ${webhooks}\twebhooks\n`)).trim();
  writeFileSync(join(folder, '.git/refs/heads/main'), `${git(folder, 'commit-tree', '-m', 'Trees', top)}\n`);
  return folder;
}

const NOT_COMPARED = [
  { severity: 'warning', file: '.', rule: 'too-large', message: expect.stringContaining('cannot be determined') },
];

describe('a commit with', () => {
  it('empty folders differs from no checkout', async () => {
    const folder = withTrees((at) => ({ t0: manyOf(at, EMPTY, 3), t1: EMPTY }));
    const { revision, problems } = await load(join(folder, 'webhooks'));
    expect([revision.dirty, problems]).toEqual([false, []]);
  });

  it('more folders than are compared is read, and whether it differs is reported as unknown', async () => {
    const folder = withTrees((at) => ({ t: manyOf(at, EMPTY, 100_001) }));
    const { desired, errors, revision, problems } = await load(join(folder, 'webhooks'));
    expect([desired.length, errors, revision.dirty, revision.subject]).toEqual([1, 0, undefined, 'Trees']);
    expect(problems).toEqual([expect.objectContaining(NOT_COMPARED[0])]);
    const validated = await validatePaths([join(folder, 'webhooks')], { substitute: {} });
    expect([validated.errors, validated.warnings]).toEqual([0, 1]);
  });

  it('a folder that holds itself over and over is read in bounded time', async () => {
    const folder = withTrees((at) => {
      let id = EMPTY;
      for (let level = 0; level < 6; level++) id = manyOf(at, id, 75);
      return { t: id };
    });
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    const { revision, problems } = await load(join(folder, 'webhooks'));
    clearInterval(turning);
    expect(revision.dirty).toBeUndefined();
    expect(problems).toEqual([expect.objectContaining(NOT_COMPARED[0])]);
    expect(turns).toBeGreaterThan(1);
  });
});
