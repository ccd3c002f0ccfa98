import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { contentOf, pointLink, saveByRename } from './files.ts';
import { temporaryFolder, times, Witness } from './witness.ts';

it('a path of which several levels are missing is seen as soon as it is there, and whenever it comes back', async () => {
  const folder = temporaryFolder();
  const hook = join(folder, 'a/b/c/webhooks/hook.yaml');
  const witness = await Witness.of({ path: dirname(hook) });

  for (const n of times(10)) {
    await witness.sees(
      `appearance ${n}`,
      () => {
        mkdirSync(dirname(hook), { recursive: true });
        writeFileSync(hook, `${n}`);
      },
      () => contentOf(hook) === `${n}`,
    );
    await witness.sees(
      `edit ${n}`,
      () => writeFileSync(hook, `${n} edited`),
      () => contentOf(hook) === `${n} edited`,
    );
    await witness.sees(
      `removal ${n}`,
      () => rmSync(join(folder, n % 2 === 0 ? 'a' : 'a/b/c/webhooks'), { recursive: true }),
      () => contentOf(hook) === undefined,
    );
  }
  expect(witness.warnings).toEqual([]);
});

it('a path that appears level by level is seen', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a/b/webhooks');
  const hook = join(path, 'hook.yaml');
  const witness = await Witness.of({ path });

  for (const part of ['a', 'a/b', 'a/b/webhooks']) {
    await witness.sees(
      part,
      () => mkdirSync(join(folder, part)),
      () => true,
    );
  }
  await witness.sees(
    'the file',
    () => writeFileSync(hook, 'here'),
    () => contentOf(hook) === 'here',
  );
});

it('a folder that is removed and made again at once is seen, and so are the edits in the new one', async () => {
  const path = join(temporaryFolder(), 'webhooks');
  const hook = join(path, 'hook.yaml');
  mkdirSync(path);
  const witness = await Witness.of({ path });

  for (const n of times(10)) {
    await witness.sees(
      `re-creation ${n}`,
      () => {
        rmSync(path, { recursive: true });
        mkdirSync(path);
        writeFileSync(hook, `${n}`);
      },
      () => contentOf(hook) === `${n}`,
    );
    await witness.sees(
      `edit ${n}`,
      () => writeFileSync(hook, `${n} edited`),
      () => contentOf(hook) === `${n} edited`,
    );
  }
});

it('a folder that is swapped for another by rename is seen, and so are the edits in it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'webhooks');
  const hook = join(path, 'hook.yaml');
  mkdirSync(path);
  const witness = await Witness.of({ path });

  for (const n of times(10)) {
    await witness.sees(
      `swap ${n}`,
      () => {
        mkdirSync(join(folder, `new-${n}`));
        writeFileSync(join(folder, `new-${n}`, 'hook.yaml'), `${n}`);
        renameSync(path, join(folder, `old-${n}`));
        renameSync(join(folder, `new-${n}`), path);
      },
      () => contentOf(hook) === `${n}`,
    );
    await witness.sees(
      `edit ${n}`,
      () => writeFileSync(hook, `${n} edited`),
      () => contentOf(hook) === `${n} edited`,
    );
  }
});

it('links that lead in a circle count as a missing path, and the way is found once they are fixed', async () => {
  const folder = temporaryFolder();
  symlinkSync('b', join(folder, 'a'));
  symlinkSync('a', join(folder, 'b'));
  mkdirSync(join(folder, 'there'));
  writeFileSync(join(folder, 'there/hook.yaml'), 'found');
  const hook = join(folder, 'a/hook.yaml');
  const witness = await Witness.of({ path: join(folder, 'a') });

  await witness.sees(
    'the fix',
    () => pointLink(join(folder, 'b'), 'there'),
    () => contentOf(hook) === 'found',
  );
  await witness.sees(
    'an edit',
    () => saveByRename(hook, 'edited'),
    () => contentOf(hook) === 'edited',
  );
});
