/** One object out of a packfile, found by its index: gitformat-pack(5). Versions: index 2, pack 2 and 3. */
import type { FileHandle } from 'node:fs/promises';
import { applyDelta } from './delta.ts';
import { type GitObject, inflate } from './git-object.ts';
import { openFile } from './open-file.ts';

const INDEX_MAGIC = 0xff744f63;
const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;
const TYPES: Readonly<Record<number, GitObject['type']>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const ID_DELTA = 7;
/** git makes chains of at most 50 by itself. */
const MAX_CHAIN = 200;

/** The object's offset in the pack that belongs to the index; undefined if it is not in there. */
export async function findInPack(indexPath: string, id: string): Promise<number | undefined> {
  await using index = await openFile(indexPath);
  const wanted = Buffer.from(id, 'hex');
  const header = await read(index, 0, NAMES_AT);
  if (header.readUInt32BE(0) !== INDEX_MAGIC || header.readUInt32BE(4) !== 2) return undefined;
  const upTo = (byte: number): number => (byte < 0 ? 0 : header.readUInt32BE(FANOUT_AT + byte * 4));
  const first = wanted.readUInt8(0);
  const start = upTo(first - 1);
  const names = await read(index, NAMES_AT + start * wanted.length, (upTo(first) - start) * wanted.length);
  const position = search(names, wanted);
  if (position === undefined) return undefined;

  const count = upTo(255);
  // After the names: a checksum of four bytes each, then offsets of four bytes each, then those that need eight.
  const offsetsAt = NAMES_AT + count * (wanted.length + 4);
  const offset = (await read(index, offsetsAt + (start + position) * 4, 4)).readUInt32BE(0);
  if (offset < 0x80000000) return offset;
  const large = await read(index, offsetsAt + count * 4 + (offset - 0x80000000) * 8, 8);
  return Number(large.readBigUInt64BE(0));
}

/** `readBase`: for the rare delta against an object that is named by its id. */
export async function readPacked(
  packPath: string,
  offset: number,
  idLength: number,
  readBase: (id: string) => Promise<GitObject | undefined>,
): Promise<GitObject | undefined> {
  await using pack = await openFile(packPath);
  const { size: end } = await pack.stat();
  const deltas: Buffer[] = [];
  let at = offset;
  while (deltas.length <= MAX_CHAIN) {
    const entry = await readEntry(pack, at, end, idLength);
    const type = TYPES[entry.kind];
    if (type !== undefined) return rebuilt({ type, content: entry.content }, deltas);
    deltas.push(entry.content);
    if (entry.base === undefined) return undefined;
    if (typeof entry.base === 'string') {
      const base = await readBase(entry.base);
      return base && rebuilt(base, deltas);
    }
    at -= entry.base;
  }
  return undefined;
}

function rebuilt({ type, content }: GitObject, deltas: readonly Buffer[]): GitObject {
  return { type, content: deltas.reduceRight(applyDelta, content) };
}

interface PackEntry {
  readonly kind: number;
  readonly content: Buffer;
  /** Of a delta: how far before this one its base stands, or the base's id. */
  readonly base?: number | string;
}

async function readEntry(pack: FileHandle, at: number, end: number, idLength: number): Promise<PackEntry> {
  const header = await read(pack, at, Math.min(64 + idLength, end - at));
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
  // How long the deflated bytes are is not written; they are hardly ever more than what they come to.
  const deflated = await read(pack, at + used, Math.min(size + size / 1000 + 64, end - at - used));
  return { kind, content: await inflate(deflated), ...(base !== undefined && { base }) };
}

/** Shorter at the end of the file. */
async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.ceil(length)), 0, Math.ceil(length), position);
  return buffer.subarray(0, bytesRead);
}

function search(names: Buffer, wanted: Buffer): number | undefined {
  let low = 0;
  let high = names.length / wanted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = wanted.compare(names, middle * wanted.length, (middle + 1) * wanted.length);
    if (order === 0) return middle;
    if (order < 0) high = middle - 1;
    else low = middle + 1;
  }
  return undefined;
}
