/** A checkout of 10 000 files, read whole, and read while somebody swaps it for another. */
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint } from '../../src/checkout/snapshot.ts';
import { checkoutLoader } from '../../src/desired/load.ts';
import { Passes } from '../support/passes.ts';

const FILES = 10_000;
/** Every so many files there is an entry; the others say nothing. */
const ENTRY_EVERY = 1_000;

export async function* manyFiles(): AsyncGenerator<{ name: string; violations: readonly string[] }> {
  await using passes = await Passes.over();
  const path = join(passes.folder, 'current');
  await write(join(passes.folder, 'one'), 'one');
  await write(join(passes.folder, 'two'), 'two');
  await swap(path, 'one');
  const pass = async (whileRead: () => Promise<void>) => {
    const load = async () => {
      const [loaded] = await Promise.all([checkoutLoader({ path, substitute: {} })(), whileRead()]);
      return loaded;
    };
    return passes.pass([], { load, fingerprint: async () => fingerprint(path) });
  };

  const { report } = await pass(async () => undefined);
  yield { name: 'read whole', violations: wrong(report.result === 'converged', passes, 'one') };
  const torn = await pass(async () => swap(path, 'two'));
  const isOneOfTheTwo = torn.report.result === 'failed' ? 'one' : 'two';
  yield { name: 'swapped while read', violations: wrong(true, passes, isOneOfTheTwo) };
  const after = await pass(async () => undefined);
  yield { name: 'read again', violations: wrong(after.report.result === 'converged', passes, 'two') };
}

async function write(folder: string, what: string): Promise<void> {
  await mkdir(folder);
  for (let n = 0; n < FILES; n += 1) {
    const entry = { title: `${what} ${n}`, url: `https://hooks.example.com/${what}/${n}` };
    await writeFile(join(folder, `${n}.yaml`), n % ENTRY_EVERY === 0 ? JSON.stringify(entry) : '');
  }
}

async function swap(path: string, to: string): Promise<void> {
  await symlink(to, `${path}.new`);
  await rename(`${path}.new`, path);
}

function wrong(isRight: boolean, passes: Passes, what: string): readonly string[] {
  const titles = passes.titles();
  const isWhole = titles.length === FILES / ENTRY_EVERY && titles.every((title) => title.startsWith(`${what} `));
  return [...(isRight ? [] : ['the pass has not converged']), ...(isWhole ? [] : [`there are ${titles.join(', ')}`])];
}
