/**
 * Reads objects of a repository by id: loose ones, packed ones, and those of repositories it borrows from (alternates).
 */
import { opendir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readWhole } from '../open-real.ts';
import {
  Budget,
  type DeltaBases,
  findInPack,
  type GitObject,
  inflate,
  MAX_OBJECT_BYTES,
  objectId,
  readPacked,
} from './pack.ts';

/** Folders of objects, the repository's own included. Forges usually have one alternate. */
const MAX_FOLDERS = 32;
const MAX_ALTERNATES_BYTES = 65_536;
const HEADER = /^(commit|tree|blob|tag) (?:0|[1-9]\d*)$/;

/**
 * Undefined if the object is missing (a partial clone), does not match its id, or is larger than the limits: its
 * content is unknown then. `bases` saves time where many objects are read.
 */
export async function readObject(commonDir: string, id: string, bases?: DeltaBases): Promise<GitObject | undefined> {
  const read = async (known?: DeltaBases) =>
    readIn(join(commonDir, 'objects'), id, new Budget(), known).catch(() => undefined);
  // Read twice, as git does: a repack may replace packs between listing and opening them.
  return (await read(bases)) ?? (await read());
}

async function readIn(
  objects: string,
  id: string,
  budget: Budget,
  bases: DeltaBases | undefined,
): Promise<GitObject | undefined> {
  for await (const folder of foldersOf(objects)) {
    for await (const read of places(folder, id, budget, bases)) {
      // An object that is damaged in one place may be whole in another.
      const found = await read().catch(() => undefined);
      if (found !== undefined && objectId(found.type, found.content, id.length) === id) return found;
    }
  }
  return undefined;
}

/** The repository's own folder and those it borrows from, nearest first, each once however often it is named. */
async function* foldersOf(objects: string): AsyncGenerator<string> {
  const folders = new Set([objects]);
  // Iterating over a set also visits what is added meanwhile.
  for (const folder of folders) {
    yield folder;
    const alternates = await readWhole(join(folder, 'info/alternates'), MAX_ALTERNATES_BYTES).then(String, () => '');
    for (const line of alternates.split('\n')) {
      if (folders.size < MAX_FOLDERS && line !== '' && !line.startsWith('#')) folders.add(resolve(folder, line));
    }
  }
}

type Read = () => Promise<GitObject | undefined>;

/** The places in a folder where the object may be. Throws if visiting them exceeds the budget. */
async function* places(
  folder: string,
  id: string,
  budget: Budget,
  bases: DeltaBases | undefined,
): AsyncGenerator<Read> {
  budget.file();
  yield async () => readLoose(join(folder, id.slice(0, 2), id.slice(2)), budget);
  const packs = join(folder, 'pack');
  const names = await opendir(packs).catch(() => []);
  for await (const { name } of names) {
    budget.entry();
    if (name.endsWith('.idx')) yield async () => readFromPack(join(packs, name), id, budget, bases);
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

async function readFromPack(
  index: string,
  id: string,
  budget: Budget,
  bases: DeltaBases | undefined,
): Promise<GitObject | undefined> {
  const pack = `${index.slice(0, -'.idx'.length)}.pack`;
  const find = async (wanted: string) => {
    budget.file();
    return findInPack(index, wanted);
  };
  return readPacked(pack, id, find, budget, bases);
}

/** Whether `content` is that of the blob; CRLF counts as LF, since git may convert line ends on checkout. */
export function isBlob(content: Uint8Array, id: string): boolean {
  if (objectId('blob', content, id.length) === id) return true;
  const text = Buffer.from(content).toString('latin1');
  return (
    text.includes('\r\n') && objectId('blob', Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1'), id.length) === id
  );
}
