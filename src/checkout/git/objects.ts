/** Objects of a repository by their id: loose ones, packed ones, and those of repositories it borrows from. */
import { opendir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readWhole } from './files.ts';
import { Budget, findInPack, type GitObject, inflate, MAX_OBJECT_BYTES, objectId, readPacked } from './pack.ts';

/** Of folders of objects, its own among them. Forges have one to borrow from. */
const MAX_FOLDERS = 32;
const MAX_ALTERNATES_BYTES = 65_536;
const HEADER = /^(commit|tree|blob|tag) (?:0|[1-9]\d*)$/;

/**
 * Undefined where the object is not there (a partial clone), is not what its id says, or is more than is read of one:
 * what it holds cannot be told then.
 */
export async function readObject(commonDir: string, id: string): Promise<GitObject | undefined> {
  const read = async () => readIn(join(commonDir, 'objects'), id, new Budget()).catch(() => undefined);
  // Twice, as git itself: between the looks for packs and into them a repack may have put others in their place.
  return (await read()) ?? (await read());
}

async function readIn(objects: string, id: string, budget: Budget): Promise<GitObject | undefined> {
  for await (const folder of foldersOf(objects)) {
    for await (const read of places(folder, id, budget)) {
      // One that is damaged may be whole in another place.
      const found = await read().catch(() => undefined);
      if (found !== undefined && objectId(found.type, found.content, id.length) === id) return found;
    }
  }
  return undefined;
}

/** Its own and those it borrows from, each once however often it is named; nearest first. */
async function* foldersOf(objects: string): AsyncGenerator<string> {
  const folders = new Set([objects]);
  // A set gives as well what is added on the way.
  for (const folder of folders) {
    yield folder;
    const alternates = await readWhole(join(folder, 'info/alternates'), MAX_ALTERNATES_BYTES).then(String, () => '');
    for (const line of alternates.split('\n')) {
      if (folders.size < MAX_FOLDERS && line !== '' && !line.startsWith('#')) folders.add(resolve(folder, line));
    }
  }
}

type Read = () => Promise<GitObject | undefined>;

/** Where in a folder the object may be. Throws when there are more places than an object is worth. */
async function* places(folder: string, id: string, budget: Budget): AsyncGenerator<Read> {
  budget.file();
  yield async () => readLoose(join(folder, id.slice(0, 2), id.slice(2)), budget);
  const packs = join(folder, 'pack');
  const names = await opendir(packs).catch(() => []);
  for await (const { name } of names) {
    budget.entry();
    if (name.endsWith('.idx')) yield async () => readFromPack(join(packs, name), id, budget);
  }
}

async function readLoose(path: string, budget: Budget): Promise<GitObject | undefined> {
  const deflated = await readWhole(path, MAX_OBJECT_BYTES);
  budget.bytes(MAX_OBJECT_BYTES);
  const whole = await inflate(deflated, MAX_OBJECT_BYTES);
  const end = whole.indexOf(0);
  const [, type] = HEADER.exec(whole.toString('latin1', 0, Math.min(end, 32))) ?? [];
  return type === undefined ? undefined : { type: type as GitObject['type'], content: whole.subarray(end + 1) };
}

async function readFromPack(index: string, id: string, budget: Budget): Promise<GitObject | undefined> {
  const pack = `${index.slice(0, -'.idx'.length)}.pack`;
  const find = async (wanted: string) => {
    budget.file();
    return findInPack(index, wanted);
  };
  return readPacked(pack, id, find, budget);
}

/** Where git turns line ends on the way into the worktree, the commit has the plain ones. */
export function isBlob(content: Uint8Array, id: string): boolean {
  if (objectId('blob', content, id.length) === id) return true;
  const text = Buffer.from(content).toString('latin1');
  return (
    text.includes('\r\n') && objectId('blob', Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1'), id.length) === id
  );
}
