/** One object out of a packfile, found by its index: gitformat-pack(5). Versions: index 2, pack 2 and 3. */
import type { FileHandle } from 'node:fs/promises';
import type { Budget } from './budget.ts';
import { applyDelta } from './delta.ts';
import { type GitObject, inflate, MAX_OBJECT_BYTES } from './git-object.ts';
import { openFile, readAt } from './open-file.ts';

const INDEX_MAGIC = 0xff744f63;
const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;
const TYPES: Readonly<Record<number, GitObject['type']>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const ID_DELTA = 7;
/** git makes chains of at most 50 by itself. */
const MAX_CHAIN = 200;
/** So many names of an index are read at once; among more, the half they stand in is looked for first. */
const NAMES_AT_ONCE = 512;

/** The object's offset in the pack that belongs to the index; undefined if it is not in there. */
export async function findInPack(indexPath: string, id: string): Promise<number | undefined> {
  await using index = await openFile(indexPath);
  const wanted = Buffer.from(id, 'hex');
  const header = await readAt(index, 0, NAMES_AT);
  if (header.readUInt32BE(0) !== INDEX_MAGIC || header.readUInt32BE(4) !== 2) return undefined;
  const upTo = (byte: number): number => (byte < 0 ? 0 : header.readUInt32BE(FANOUT_AT + byte * 4));
  const first = wanted.readUInt8(0);
  const position = await search(index, wanted, upTo(first - 1), upTo(first));
  if (position === undefined) return undefined;

  const count = upTo(255);
  // After the names: a checksum of four bytes each, then offsets of four bytes each, then those that need eight.
  const offsetsAt = NAMES_AT + count * (wanted.length + 4);
  const offset = (await readAt(index, offsetsAt + position * 4, 4)).readUInt32BE(0);
  if (offset < 0x80000000) return offset;
  const large = await readAt(index, offsetsAt + count * 4 + (offset - 0x80000000) * 8, 8);
  return Number(large.readBigUInt64BE(0));
}

/** Where the name stands among those from `start` to `end`: they are in order. */
async function search(index: FileHandle, wanted: Buffer, start: number, end: number): Promise<number | undefined> {
  const read = async (from: number, count: number) =>
    readAt(index, NAMES_AT + from * wanted.length, count * wanted.length);
  let low = start;
  let high = end;
  while (high - low > NAMES_AT_ONCE) {
    const middle = Math.floor((low + high) / 2);
    if (wanted.compare(await read(middle, 1)) < 0) high = middle;
    else low = middle;
  }
  const names = await read(low, Math.max(0, high - low));
  for (let at = 0; at < names.length; at += wanted.length)
    if (wanted.equals(names.subarray(at, at + wanted.length))) return low + at / wanted.length;
  return undefined;
}

/** `find`: the offset of an object in this pack; a delta may be against one that is named by its id. */
export async function readPacked(
  packPath: string,
  id: string,
  find: (id: string) => Promise<number | undefined>,
  budget: Budget,
): Promise<GitObject | undefined> {
  let at = await find(id);
  if (at === undefined) return undefined;
  await using pack = await openFile(packPath);
  const deltas: Buffer[] = [];
  let deltaBytes = 0;
  while (deltas.length <= MAX_CHAIN) {
    const { kind, content, base } = await readEntry(pack, at, id.length / 2, budget);
    const type = TYPES[kind];
    if (type !== undefined) return { type, content: await rebuilt(content, deltas, budget) };
    deltas.push(content);
    // Until the chain's end they are kept.
    deltaBytes += content.length;
    if (deltaBytes > MAX_OBJECT_BYTES || base === undefined) return undefined;
    const next: number | undefined = typeof base === 'string' ? await find(base) : at - base;
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}

/** In steps: a chain may take its time, and others want their turn. */
async function rebuilt(base: Buffer, deltas: readonly Buffer[], budget: Budget): Promise<Buffer> {
  let content = base;
  for (const delta of deltas.toReversed()) {
    content = applyDelta(content, delta, budget);
    await new Promise(setImmediate);
  }
  return content;
}

interface PackEntry {
  readonly kind: number;
  readonly content: Buffer;
  /** Of a delta: how far before this one its base stands, or the base's id. */
  readonly base?: number | string;
}

async function readEntry(pack: FileHandle, at: number, idLength: number, budget: Budget): Promise<PackEntry> {
  budget.entry();
  const header = await readAt(pack, at, 64 + idLength);
  let used = 0;
  const next = (): number => header.readUInt8(used++);
  let byte = next();
  const kind = (byte >> 4) & 7;
  let size = byte & 15;
  for (let shift = 4; byte & 0x80; shift += 7) {
    byte = next();
    size += (byte & 0x7f) * 2 ** shift;
  }
  let base: number | string | undefined;
  if (kind === OFFSET_DELTA) {
    byte = next();
    base = byte & 0x7f;
    while (byte & 0x80) {
      byte = next();
      base = (base + 1) * 128 + (byte & 0x7f);
    }
  } else if (kind === ID_DELTA) {
    base = header.toString('hex', used, used + idLength);
    used += idLength;
  }
  if (!(size <= MAX_OBJECT_BYTES)) throw new RangeError('an object larger than is read of one');
  budget.bytes(size);
  // How long the deflated bytes are is not written; they are hardly ever more than what they come to.
  const deflated = await readAt(pack, at + used, Math.ceil(size + size / 1000 + 64));
  const content = await inflate(deflated, size);
  if (content.length !== size) throw new RangeError('an object that does not come to its length');
  return { kind, content, ...(base !== undefined && { base }) };
}
