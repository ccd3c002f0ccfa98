import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contentOf, saveByRename } from './files.ts';
import { temporaryFolder, times, Witness } from './witness.ts';

it.each([
  ['the folder', ''],
  ['the file itself', 'hook.yaml'],
])('every save of an editor is seen, in place or by rename, watching %s', async (_, below) => {
  const folder = temporaryFolder();
  const hook = join(folder, 'hook.yaml');
  writeFileSync(hook, '0');
  const witness = await Witness.of({ path: join(folder, below) });

  for (const n of times(10)) {
    await witness.sees(
      `rename ${n}`,
      () => saveByRename(hook, `r${n}`),
      () => contentOf(hook) === `r${n}`,
    );
    await witness.sees(
      `write ${n}`,
      () => writeFileSync(hook, `w${n}`),
      () => contentOf(hook) === `w${n}`,
    );
  }
  expect(witness.warnings).toEqual([]);
});

it('a single file that is removed and made again is seen', async () => {
  const hook = join(temporaryFolder(), 'hook.yaml');
  writeFileSync(hook, '0');
  const witness = await Witness.of({ path: hook });

  for (const n of times(10)) {
    await witness.sees(
      `removal ${n}`,
      () => rmSync(hook),
      () => contentOf(hook) === undefined,
    );
    await witness.sees(
      `return ${n}`,
      () => writeFileSync(hook, `${n}`),
      () => contentOf(hook) === `${n}`,
    );
  }
});

it('500 files written at once come as a few reports, the last of which has them all', async () => {
  const folder = temporaryFolder();
  const last = join(folder, 'deep/500.yaml');
  const witness = await Witness.of({ path: folder, debounceMs: 100 });

  await witness.sees(
    '500 files',
    () => {
      mkdirSync(join(folder, 'deep'));
      for (const n of times(500)) writeFileSync(join(folder, 'deep', `${n}.yaml`), `${n}`);
    },
    () => contentOf(last) === '500',
  );
  expect(witness.calls.length).toBeLessThanOrEqual(3);
});

it('changes that never stop are reported all the same, after the longest wait', async () => {
  const folder = temporaryFolder();
  const hook = join(folder, 'hook.yaml');
  const witness = await Witness.of({ path: folder, debounceMs: 60_000, maxWaitMs: 100 });

  await witness.sees(
    'steady changes',
    () => writeFileSync(hook, 'busy'),
    () => contentOf(hook) === 'busy',
  );
});

it('changes of git to its own files are not reported', async () => {
  const folder = temporaryFolder();
  const hook = join(folder, 'hook.yaml');
  mkdirSync(join(folder, '.git/refs'), { recursive: true });
  const witness = await Witness.of({ path: folder });

  for (const n of times(10)) writeFileSync(join(folder, '.git', n % 2 === 0 ? 'index' : 'refs/main'), `${n}`);
  await witness.sees(
    'the change after them',
    () => writeFileSync(hook, 'here'),
    () => contentOf(hook) === 'here',
  );
  expect(witness.calls).toEqual(['watch']);
});
