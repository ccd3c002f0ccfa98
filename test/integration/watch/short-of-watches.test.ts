import { EventEmitter } from 'node:events';
import fs, { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { contentOf } from './files.ts';
import { temporaryFolder, times, Witness } from './witness.ts';

/** Stands in for the operating system while the test runs; chokidar stays the real one. */
function whereWatching(watch: typeof fs.watch): void {
  const real = fs.watch;
  fs.watch = watch;
  syncBuiltinESMExports();
  onTestFinished(() => {
    fs.watch = real;
    syncBuiltinESMExports();
  });
}

/** A network file system: watching it succeeds, and never causes an event. */
const isSilent = () =>
  Object.assign(new EventEmitter(), { close() {}, ref() {}, unref() {} }) as unknown as fs.FSWatcher;

/** A user who has no inotify watch left. */
const isExhausted = (): never => {
  throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
};

it('where the watcher is blind, the poll catches every change, once', async () => {
  whereWatching(isSilent);
  const hook = join(temporaryFolder(), 'hook.yaml');
  const witness = await Witness.of({ path: hook, pollMs: 10, fingerprint: async () => contentOf(hook) ?? 'none' });

  for (const n of times(10)) {
    await witness.sees(
      `change ${n}`,
      () => writeFileSync(hook, `${n}`),
      () => contentOf(hook) === `${n}`,
    );
  }
  expect(new Set(witness.calls)).toEqual(new Set(['poll']));
  expect(witness.warnings).toEqual([]);
});

it('where inotify is exhausted, the files are polled, and a warning says so and what to do', async () => {
  whereWatching(isExhausted);
  const folder = temporaryFolder();
  const hook = join(folder, 'hook.yaml');
  const witness = await Witness.of({ path: folder, pollMs: 20 });

  for (const n of times(10)) {
    await witness.sees(
      `change ${n}`,
      () => writeFileSync(hook, `change ${n}`),
      () => contentOf(hook) === `change ${n}`,
    );
  }
  expect(new Set(witness.calls)).toEqual(new Set(['watch']));
  expect(witness.warnings).toEqual([expect.stringMatching(/ENOSPC.* polled every 0.02 s.*max_user_watches/)]);
});

it('where there are very many folders, the checkout is polled, one warning says so, and they are watched once it is smaller', async () => {
  const folder = temporaryFolder();
  for (const n of times(1_000)) mkdirSync(join(folder, `many/${n}`), { recursive: true });
  const hook = join(folder, 'hook.yaml');
  const open = watches();
  const witness = await Witness.of({ path: folder, pollMs: 10, fingerprint: async () => contentOf(hook) ?? 'none' });
  for (const n of times(3)) {
    await witness.sees(
      `change ${n}`,
      () => writeFileSync(hook, `${n}`),
      () => contentOf(hook) === `${n}`,
    );
  }
  expect(new Set(witness.calls)).toEqual(new Set(['poll']));
  expect(witness.warnings).toEqual([
    expect.stringMatching(/^The checkout is polled every 0.01 s and not watched: more than 1000 folders/),
  ]);
  await vi.waitFor(() => expect(open()).toBeLessThan(10));

  rmSync(join(folder, 'many'), { recursive: true });
  await witness.sees(
    'the smaller one',
    () => writeFileSync(hook, 'smaller'),
    () => contentOf(hook) === 'smaller',
  );
  expect(open()).toBeGreaterThan(0);
});

it('folders that come while others are watched do not take a watch each without end', async () => {
  const folder = temporaryFolder();
  const open = watches();
  const witness = await Witness.of({ path: folder });
  const warned = witness.next('too many folders', () => witness.warnings.length > 0);
  for (const n of times(1_500)) mkdirSync(join(folder, `${n}`));
  await warned;
  await vi.waitFor(() => expect(open()).toBeLessThan(10));
});

it('a folder of which one file is watched may hold names without number', async () => {
  const folder = temporaryFolder();
  const hook = join(folder, '0');
  writeFileSync(hook, '');
  for (const n of times(20_000)) linkSync(hook, join(folder, `${n}`));
  const witness = await Witness.of({ path: hook, pollMs: 10, fingerprint: async () => contentOf(hook) ?? 'none' });
  await witness.sees(
    'the change',
    () => writeFileSync(hook, 'changed'),
    () => contentOf(hook) === 'changed',
  );
  expect(witness.warnings).toEqual([expect.stringContaining('not watched')]);
});

/** Counts the watches of the operating system that are open from now on. */
function watches(): () => number {
  const real = fs.watch;
  let open = 0;
  whereWatching(((...args: Parameters<typeof fs.watch>) => {
    const watcher = real(...args);
    open += 1;
    watcher.once('close', () => (open -= 1));
    return watcher;
  }) as typeof fs.watch);
  return () => open;
}

it('where many folders cannot be watched, one warning says so', async () => {
  whereWatching(() => {
    throw Object.assign(new Error('EIO: i/o error, watch'), { code: 'EIO' });
  });
  const folder = temporaryFolder();
  for (const n of times(20)) mkdirSync(join(folder, `${n}`));
  const witness = await Witness.of({ path: folder });
  expect(witness.warnings).toEqual([expect.stringContaining('polling catches what it misses')]);
});

it('the poll does not report again what the watcher has reported', async () => {
  const hook = join(temporaryFolder(), 'hook.yaml');
  const { promise: polledTwice, resolve } = Promise.withResolvers<void>();
  let looksAfter = 0;
  const witness: Witness = await Witness.of({
    path: hook,
    pollMs: 500,
    fingerprint: async () => {
      if (contentOf(hook) === 'here' && (looksAfter += 1) === 3) resolve();
      return contentOf(hook) ?? 'none';
    },
  });

  await witness.sees(
    'the change',
    () => writeFileSync(hook, 'here'),
    () => contentOf(hook) === 'here',
  );
  await polledTwice;
  expect(witness.calls).toEqual(['watch']);
});

it('a checkout that can no longer be read counts as changed, and a warning says why, once', async () => {
  let isLost = false;
  const witness = await Witness.of({
    path: temporaryFolder(),
    pollMs: 10,
    fingerprint: () => (isLost ? Promise.reject(new Error('EIO: i/o error')) : Promise.resolve('fine')),
  });

  await witness.sees(
    'the loss',
    () => (isLost = true),
    () => witness.calls.length === 1,
  );
  await witness.sees(
    'the return',
    () => (isLost = false),
    () => witness.calls.length === 2,
  );
  expect(witness.warnings).toEqual(['The checkout cannot be read']);
});
