import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkoutLoader } from '../../../src/desired/load.ts';
import { commit, git, repository, subscription } from './folder.ts';

const files = { 'users.yaml': subscription('Users') };

/** A read from a pipe without a writer waits for ever, and holds a thread that name look-ups need. */
describe('a pipe in the place of', () => {
  it.each(['HEAD', 'refs/heads/main', 'packed-refs', 'commondir', 'index', 'index.lock', 'objects/info/alternates'])(
    "git's %s holds nothing up",
    async (name) => {
      const folder = repository(files);
      pipe(join(folder, '.git', name));
      await checkoutLoader({ path: folder, substitute: {} })();
    },
  );

  it('the object of a commit leaves out what the commit says', async () => {
    const folder = repository(files);
    const id = git(folder, 'rev-parse', 'HEAD');
    pipe(join(folder, '.git/objects', id.slice(0, 2), id.slice(2)));
    expect(await checkoutLoader({ path: folder, substitute: {} })()).toMatchObject({
      ok: true,
      checkout: { revision: { id } },
    });
  });

  it('a pack and its index does so as well', async () => {
    const folder = repository(files);
    const id = commit(folder, { 'more.yaml': subscription('More') }, 'More');
    git(folder, 'gc', '--quiet', '--prune=now');
    const packs = join(folder, '.git/objects/pack');
    for (const name of readdirSync(packs)) pipe(join(packs, name));
    expect(await checkoutLoader({ path: folder, substitute: {} })()).toMatchObject({
      ok: true,
      checkout: { revision: { id } },
    });
  });
});

function pipe(path: string): void {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
}
