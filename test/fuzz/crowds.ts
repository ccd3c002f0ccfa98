/** Checkouts that a push of some kilobytes, or a few megabytes, makes: what is in them, whole or as a part of it. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the path to load; `part`: of the whole, from 0 to 1. */
type Crowd = (folder: string, part: number) => string;

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const SUBSCRIPTION = 'title: A\nurl: https://hooks.example.com/a\n';
/** Less than ext4 lets one file have. */
const LINKS = 30_000;

export const CROWDS: Readonly<Record<string, Crowd>> = {
  '60 000 small folders': (folder, part) => {
    for (let n = 0; n < 60 * part; n++)
      for (let m = 0; m < 1_000; m++) mkdirSync(join(folder, `${n}/${m}`), { recursive: true });
    return folder;
  },
  '4 900 folders, each with a file': (folder, part) => {
    for (let n = 0; n < 4_900 * part; n++) {
      mkdirSync(join(folder, `f${n}`));
      writeFileSync(join(folder, `f${n}/a.yaml`), SUBSCRIPTION.replaceAll(/\ba\b/gi, `a${n}`));
    }
    return folder;
  },
  '195 000 files that are not YAML': (folder, part) => {
    names(folder, 195_000 * part, '.txt');
    return folder;
  },
  '400 000 files beside the folder': (folder, part) => {
    const webhooks = join(folder, 'webhooks');
    mkdirSync(webhooks);
    writeFileSync(join(webhooks, 'a.yaml'), SUBSCRIPTION);
    names(folder, 400_000 * part, '.txt');
    return webhooks;
  },
  '10 000 YAML files with paths of 195 characters': (folder, part) => {
    const deep = join(folder, 'x'.repeat(94));
    mkdirSync(deep);
    for (let n = 0; n < 9_999 * part; n++)
      writeFileSync(join(deep, `${'y'.repeat(90)}${n}.yaml`), SUBSCRIPTION.replaceAll(/\ba\b/gi, `a${n}`));
    return folder;
  },
  '4 999 links out, with names of 190 characters': (folder, part) => {
    for (let n = 0; n < 4_999 * part; n++) symlinkSync('/etc', join(folder, `${n}`.padStart(190, 'z')));
    return folder;
  },
  'a thousand folders in each other': (folder, part) => {
    let deep = folder;
    for (let n = 0; n < 1_000 * part; n++) deep = join(deep, 'd');
    mkdirSync(deep, { recursive: true });
    for (let n = 0; n < 400 * part; n++) writeFileSync(join(deep, `${n}.yaml`), '# nothing');
    return committed(folder);
  },
  '190 000 files, committed': (folder, part) => {
    names(folder, 190_000 * part, '.txt');
    return committed(folder);
  },
  'six trees of 450 000 empty folders in the commit': (folder, part) =>
    withTrees(folder, (at) => Array.from({ length: 6 }, (_, n) => manyOf(at, EMPTY_TREE, 450_000 * part - n))),
  'an empty tree 75 to the power of 4 times': (folder) =>
    withTrees(folder, (at) => {
      // One that holds the empty tree alone, and is not known by its id.
      let id = manyOf(at, EMPTY_TREE, 1);
      for (let level = 0; level < 4; level++) id = manyOf(at, id, 75);
      return [id];
    }),
  'a tree in itself 50 000 levels deep': (folder, part) =>
    withTrees(folder, (at) => {
      const input = chain(50_000 * part);
      execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: at, input });
      return [String(execFileSync('git', ['rev-parse', 'deep:'], { cwd: at })).trim()];
    }),
};

/** In a temporary folder of its own, which is for the caller to remove. */
export function crowd(name: string, part: number): { readonly folder: string; readonly path: string } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'crowd-')));
  return { folder, path: CROWDS[name]?.(folder, part) ?? folder };
}

function names(folder: string, count: number, extension: string): void {
  for (let n = 0; n < count; n++) {
    const first = join(folder, `${n - (n % LINKS)}${extension}`);
    if (n % LINKS === 0) writeFileSync(first, '');
    else linkSync(first, join(folder, `${n}${extension}`));
  }
}

function git(folder: string, args: readonly string[], input: Uint8Array | string = ''): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return String(execFileSync('git', [...identity, ...args], { cwd: folder, input, maxBuffer: 2 ** 28 })).trim();
}

function committed(folder: string): string {
  git(folder, ['init', '--quiet', '--initial-branch=main']);
  git(folder, ['add', '--all']);
  git(folder, ['commit', '--quiet', '--message', 'Crowd']);
  return folder;
}

/** A commit with trees beside a subscription that are not on disk, as git leaves empty folders out. */
function withTrees(folder: string, trees: (folder: string) => readonly string[]): string {
  writeFileSync(join(folder, 'a.yaml'), SUBSCRIPTION);
  committed(folder);
  git(folder, ['hash-object', '-w', '-t', 'tree', '--stdin']);
  const made = trees(folder).map((id, n) => `040000 tree ${id}\tt${n}\n`);
  const blob = git(folder, ['rev-parse', 'HEAD:a.yaml']);
  const top = git(folder, ['mktree', '--missing'], `${made.join('')}100644 blob ${blob}\ta.yaml\n`);
  const commit = git(folder, ['commit-tree', '-m', 'Trees', top]);
  writeFileSync(join(folder, '.git/refs/heads/main'), `${commit}\n`);
  return folder;
}

function manyOf(folder: string, id: string, count: number): string {
  const bytes = Buffer.from(id, 'hex');
  const entry = (n: number): Buffer => Buffer.concat([Buffer.from(`40000 ${String(n).padStart(6, '0')}\0`), bytes]);
  const tree = Buffer.concat(Array.from({ length: count }, (_, n) => entry(n)));
  return git(folder, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], tree);
}

/** For fast-import: a file that many levels deep. */
function chain(levels: number): string {
  const path = `${'d/'.repeat(levels)}a.yaml`;
  return `commit refs/heads/deep\ncommitter A <a@example.com> 1795500000 +0000\ndata 0\nM 100644 inline ${path}\ndata 0\n`;
}
