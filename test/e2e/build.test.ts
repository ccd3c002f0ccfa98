/** `npm run build` beside everything else that uses `dist`: `npm install` of a clone builds it wherever it is used. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Needs nothing but what the Dockerfile copies for it. */
const SOURCES = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts', 'schemas', 'src'];

/** What nothing builds, as a build of another version may have left it. */
const STALE = ['old.js', 'types/gone/old.d.ts'];

let clone: string;
let before: readonly string[];
const outcomes = new Set<string>();
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'webhook-reconciler-build-'));
  await Promise.all(
    [...SOURCES, 'dist'].map(async (name) => cp(join(root, name), join(clone, name), { recursive: true })),
  );
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  before = await built();
  for (const stale of STALE) {
    await mkdir(dirname(join(clone, 'dist', stale)), { recursive: true });
    await writeFile(join(clone, 'dist', stale), '');
  }
  const over = new AbortController();
  const builds = Promise.all([build(), build()]).finally(() => over.abort());
  while (!over.signal.aborted) {
    const start = run(process.execPath, [join(clone, 'dist/webhook-reconciler.js'), 'schema']);
    outcomes.add(await start.then(({ stderr }) => stderr, String));
  }
  await builds;
});
afterAll(async () => rm(clone, { recursive: true }));

async function build(): Promise<void> {
  await run(process.execPath, [join(clone, 'scripts/build.ts')]);
}

/** The files in `dist`. */
async function built(): Promise<string[]> {
  const entries = await readdir(join(clone, 'dist'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(clone, join(entry.parentPath, entry.name)))
    .sort();
}

describe('a build', () => {
  it('never leaves a moment in which the command cannot be started, even where two run at once', () => {
    expect([...outcomes]).toEqual(['']);
  });

  it('removes what is not built any more, and leaves nothing of its own beside it', async () => {
    expect(await built()).toEqual(before);
    expect((await readdir(clone)).sort()).toEqual([...SOURCES, 'dist', 'node_modules'].sort());
  });

  it('that fails leaves what there was', async () => {
    const entry = join(clone, 'src/index.ts');
    await writeFile(entry, "export * from './no-such-file.ts';");
    await expect(build()).rejects.toThrow('no-such-file.ts');
    await cp(join(root, 'src/index.ts'), entry);
    expect(await built()).toEqual(before);
    expect((await readdir(clone)).sort()).toEqual([...SOURCES, 'dist', 'node_modules'].sort());
  });
});
