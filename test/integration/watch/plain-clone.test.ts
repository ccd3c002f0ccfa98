import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contentOf } from './files.ts';
import { git, Remote } from './git.ts';
import { allSee, temporaryFolder, times, Witness } from './witness.ts';

it('every git pull is seen, whether the clone, a folder in it or a single file is watched', async () => {
  const folder = temporaryFolder();
  const remote = await Remote.in(folder);
  await git(folder, 'clone', '--quiet', remote.folder, 'clone');
  const clone = join(folder, 'clone');
  const hook = join(clone, 'webhooks/hook.yaml');
  const witnesses = await Promise.all([clone, join(clone, 'webhooks'), hook].map((path) => Witness.of({ path })));

  for (const n of times(10)) {
    remote.push(n);
    await allSee(
      witnesses,
      `pull ${n}`,
      () => git(clone, 'pull', '--quiet'),
      () => contentOf(hook) === `${n}`,
    );
  }
  expect(witnesses.flatMap(({ warnings }) => warnings)).toEqual([]);
});
