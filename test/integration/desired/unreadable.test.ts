import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { subscription, temporaryFolder, write } from './folder.ts';
import { load, refusal } from './load.ts';

const NOBODY = 65_534;

/** Runs `work` where nobody may read `path`. Root may read everything, and in many a container the tests are root. */
async function whileLocked<T>(path: string, work: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  chmodSync(path, 0);
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(path, 0o755);
  }
}

/** A folder that others may read too, and the file `a.yaml` in it. */
function folderWith(name: string): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  write(folder, { 'a.yaml': subscription('A'), [name]: subscription('B') });
  return folder;
}

describe('what the user we run as may not read', () => {
  it('is, where it is the folder itself, called that, not a folder that moves', async () => {
    const path = join(folderWith('webhooks/b.yaml'), 'webhooks');
    expect(await whileLocked(path, () => refusal(path))).toMatch(
      /^refused: .*webhooks may not be read: let the user this runs as read it/,
    );
  });

  it.each([
    ['a file', 'b.yaml'],
    ['a folder below', 'team'],
  ])('is an error where it is %s, since what is in it must not look deleted', async (_, name) => {
    const folder = folderWith(name === 'team' ? 'team/b.yaml' : name);
    const { problems } = await whileLocked(join(folder, name), () => load(folder));
    expect(problems).toMatchObject([{ file: name, rule: 'unreadable', severity: 'error' }]);
  });

  it('is an error where a link leads through it, whatever that would have come to', async () => {
    const folder = folderWith('.store/team/b.yaml');
    symlinkSync('.store/team', join(folder, 'team'));
    expect((await load(folder)).desired).toHaveLength(2);
    const { problems } = await whileLocked(join(folder, '.store'), () => load(folder));
    expect(problems).toMatchObject([{ file: 'team', rule: 'unreadable', severity: 'error' }]);
  });
});
