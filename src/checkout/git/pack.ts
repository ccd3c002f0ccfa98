/** One object out of a packfile, found by its index: gitformat-pack(5). Versions: index 2, pack 2 and 3. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate as inflateCallback, type InputType } from 'node:zlib';
import { openFile, readAt } from './files.ts';

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

/** Throws a RangeError for a delta that is none, or comes to more than is read of an object. */
function applyDelta(base: Buffer, delta: Buffer, budget: Budget): Buffer {
  let at = 0;
  const size = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = delta.readUInt8(at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (!(byte & 0x80)) return value;
    }
  };
  /** Only those bytes are written whose bit is set. */
  const sparse = (bits: number, count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++)
      if (bits & (1 << index)) value += delta.readUInt8(at++) * 2 ** (8 * index);
    return value;
  };
  if (size() !== base.length) throw new RangeError('a delta against another object');
  const length = size();
  if (!(length <= MAX_OBJECT_BYTES)) throw new RangeError('a delta that comes to more than is read of an object');
  budget.bytes(length);
  // What a few bytes of instructions come to is theirs to say: it is put where there is room for it, and nowhere else.
  const whole = Buffer.alloc(length);
  let filled = 0;
  const append = (source: Buffer, from: number, count: number): void => {
    if (from + count > source.length || filled + count > length)
      throw new RangeError('a delta that does not come to its length');
    source.copy(whole, filled, from, from + count);
    filled += count;
  };
  while (at < delta.length) {
    const instruction = delta.readUInt8(at++);
    if (instruction & 0x80) {
      const from = sparse(instruction, 4);
      append(base, from, sparse(instruction >> 4, 3) || 0x10000);
    } else if (instruction === 0) {
      throw new RangeError('a delta with an instruction that means nothing yet');
    } else {
      append(delta, at, instruction);
      at += instruction;
    }
  }
  if (filled !== length) throw new RangeError('a delta that does not come to its length');
  return whole;
}

/** What git stores, inflated. */
export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly content: Buffer;
}

/** Enough for a folder of a hundred thousand names; of blobs a mebibyte is of use. What is larger is not read. */
export const MAX_OBJECT_BYTES = 4 * 1_048_576;

const inflateWhole = promisify<InputType, { maxOutputLength: number }, Buffer>(inflateCallback);

/** What stands behind the deflated bytes is ignored. Throws a RangeError for what comes to more than `maxBytes`. */
export async function inflate(deflated: Uint8Array, maxBytes: number): Promise<Buffer> {
  return inflateWhole(deflated, { maxOutputLength: Math.max(1, maxBytes) });
}

/** `digits`: 40 of SHA-1, 64 of SHA-256. */
export function objectId(type: GitObject['type'], content: Uint8Array, digits: number): string {
  return createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`${type} ${content.length}\0`)
    .update(content)
    .digest('hex');
}

/**
 * How much may be done to read one object. Whoever may write to a repository's volume decides what its files claim, how
 * often they are repeated and what they name; so what is read, inflated or put together is paid for before it is.
 */
const MAX_BYTES = 48 * 1_048_576;
/** What a look into a file, or at a name or an entry in one, costs beside its bytes: it takes its time. */
const FILE_COST = 32_768;
const ENTRY_COST = 4_096;

export class Budget {
  #left = MAX_BYTES;

  /** Throws a RangeError when there is nothing left, as do the others. */
  bytes(count: number): void {
    this.#left -= count;
    if (!(this.#left >= 0)) throw new RangeError('reading this object takes more than an object is worth');
  }

  file(): void {
    this.bytes(FILE_COST);
  }

  entry(): void {
    this.bytes(ENTRY_COST);
  }
}
