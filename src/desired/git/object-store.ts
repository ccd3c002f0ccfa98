/** Objects of a repository by their id: loose ones, packed ones, and those of repositories it borrows from. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type GitObject, inflate } from './git-object.ts';
import { readWhole } from './open-file.ts';
import { findInPack, readPacked } from './pack.ts';

/** As in git: of repositories that borrow from one another; also of deltas against objects named by their id. */
const MAX_DEPTH = 5;

/** Undefined where the object is not there (a partial clone) or cannot be read. */
export async function readObject(commonDir: string, id: string): Promise<GitObject | undefined> {
  const read = async () => readIn(join(commonDir, 'objects'), id, 0).catch(() => undefined);
  // Twice, as git itself: between the looks for packs and into them a repack may have put others in their place.
  return (await read()) ?? (await read());
}

async function readIn(objects: string, id: string, depth: number): Promise<GitObject | undefined> {
  const found = (await readLoose(objects, id)) ?? (await readFromPacks(objects, id, depth));
  if (found !== undefined || depth >= MAX_DEPTH) return found;
  const alternates = await readWhole(join(objects, 'info/alternates')).then(String, () => '');
  for (const line of alternates.split('\n')) {
    const borrowed =
      line === '' || line.startsWith('#') ? undefined : await readIn(resolve(objects, line), id, depth + 1);
    if (borrowed !== undefined) return borrowed;
  }
  return undefined;
}

async function readLoose(objects: string, id: string): Promise<GitObject | undefined> {
  const deflated = await readWhole(join(objects, id.slice(0, 2), id.slice(2))).catch(() => undefined);
  if (deflated === undefined) return undefined;
  const whole = await inflate(deflated);
  const end = whole.indexOf(0);
  const type = whole.toString('latin1', 0, whole.indexOf(' ')) as GitObject['type'];
  return { type, content: whole.subarray(end + 1) };
}

async function readFromPacks(objects: string, id: string, depth: number): Promise<GitObject | undefined> {
  const folder = join(objects, 'pack');
  const names = await readdir(folder).catch(() => []);
  const readBase = async (base: string) => (depth < MAX_DEPTH ? readIn(objects, base, depth + 1) : undefined);
  for (const name of names) {
    if (!name.endsWith('.idx')) continue;
    const found = await readFromPack(join(folder, name), id, readBase).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readFromPack(
  index: string,
  id: string,
  readBase: (id: string) => Promise<GitObject | undefined>,
): Promise<GitObject | undefined> {
  const offset = await findInPack(index, id);
  if (offset === undefined) return undefined;
  const pack = `${index.slice(0, -'.idx'.length)}.pack`;
  return readPacked(pack, offset, id.length / 2, readBase);
}
