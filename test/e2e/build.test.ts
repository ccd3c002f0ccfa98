/** `npm run build` beside everything else that uses `dist`: `npm install` of a clone builds it wherever it is used. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Needs nothing but what the Dockerfile copies for it. */
const SOURCES = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts', 'schemas', 'src'];

let clone: string;
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'webhook-reconciler-build-'));
  await Promise.all(SOURCES.map(async (name) => cp(join(root, name), join(clone, name), { recursive: true })));
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  await build();
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
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

describe('a build', () => {
  it('never leaves a moment in which the command cannot be started, even where two run at once', async () => {
    const before = await built();
    const over = new AbortController();
    const builds = Promise.all([build(), build()]).finally(() => over.abort());
    const outcomes = new Set<string>();
    while (!over.signal.aborted) {
      const start = run(process.execPath, [join(clone, 'dist/webhook-reconciler.js'), 'schema']);
      outcomes.add(await start.then(({ stderr }) => stderr, String));
    }
    await builds;
    expect([...outcomes]).toEqual(['']);
    expect(await built()).toEqual(before);
  });

  it('removes what is not built any more, and leaves nothing of its own beside it', async () => {
    const before = await built();
    for (const stale of ['old.js', 'types/gone/old.d.ts']) {
      await mkdir(dirname(join(clone, 'dist', stale)), { recursive: true });
      await writeFile(join(clone, 'dist', stale), '');
    }
    await build();
    expect(await built()).toEqual(before);
    expect((await readdir(clone)).sort()).toEqual([...SOURCES, 'dist', 'node_modules'].sort());
  });

  it('that fails leaves what there was', async () => {
    const before = await built();
    const entry = join(clone, 'src/index.ts');
    await writeFile(entry, "export * from './no-such-file.ts';");
    await expect(build()).rejects.toThrow('no-such-file.ts');
    await cp(join(root, 'src/index.ts'), entry);
    expect(await built()).toEqual(before);
    expect((await readdir(clone)).sort()).toEqual([...SOURCES, 'dist', 'node_modules'].sort());
  });
});
