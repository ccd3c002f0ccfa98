import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { watchCheckout } from '../../../src/daemon/watch/watch.ts';
import { contentOf } from './files.ts';
import { temporaryFolder, times, Witness } from './witness.ts';

it('a closed watcher lets its process end, also in the middle of starting and with a change pending', async () => {
  const folder = temporaryFolder();
  const program = `
    import { writeFileSync } from 'node:fs';
    import { watchCheckout } from ${JSON.stringify(join(import.meta.dirname, '../../../src/daemon/watch/watch.ts'))};
    const watch = (onChange) =>
      watchCheckout({ path: '.', debounceMs: 60_000, fingerprint: async () => '', onChange, onWarning: console.error });
    await watch(() => {}).close();
    const watcher = watch(() => {});
    await watcher.ready;
    writeFileSync('hook.yaml', 'changed');
    setImmediate(async () => {
      await watcher.close();
      console.log('closed');
    });
  `;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  expect(await run).toEqual({ stdout: 'closed\n', stderr: '' });
});

it('is ready and closed whatever happens in between', async () => {
  const folder = temporaryFolder();
  for (const n of times(20)) writeFileSync(join(folder, `${n}.yaml`), '');
  for (const path of [folder, join(folder, '1.yaml'), join(folder, 'missing/webhooks'), join(folder, '1.yaml/below')]) {
    const options = { path, debounceMs: 1, fingerprint: async () => '', onChange: () => {}, onWarning: () => {} };
    const watcher = watchCheckout(options);
    const closed = [watcher.close(), watcher.close()];
    await Promise.all([watcher.ready, ...closed, watcher.close()]);
  }
});

it('calls no callback once it is closing', async () => {
  const folder = temporaryFolder();
  const witness = await Witness.of({ path: folder, debounceMs: 1 });
  const closed = witness.watcher.close();
  writeFileSync(join(folder, 'hook.yaml'), 'late');
  await closed;
  expect(witness.calls).toEqual([]);
});

it('goes on after callbacks that throw', async () => {
  const folder = temporaryFolder();
  const hook = join(folder, 'hook.yaml');
  const witness = await Witness.of({
    path: folder,
    onChange: () => {
      throw new Error('no pass today');
    },
    onWarning: () => {
      throw new Error('nor a log');
    },
  });

  for (const n of times(3)) {
    await witness.sees(
      `change ${n}`,
      () => writeFileSync(hook, `${n}`),
      () => contentOf(hook) === `${n}`,
    );
  }
  expect(witness.warnings).toContain('The handler of a change of the checkout failed');
});
