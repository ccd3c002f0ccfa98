/** Reads one object from a packfile by its index (gitformat-pack(5); index version 2, pack versions 2 and 3). */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate as inflateCallback, type InputType } from 'node:zlib';
import { openFile, readAt } from '../open-real.ts';

const INDEX_MAGIC = 0xff744f63;
const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;
const TYPES: Readonly<Record<number, GitObject['type']>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const ID_DELTA = 7;
/** Deltas in a chain; git by default makes chains of at most 50. */
const MAX_CHAIN = 200;
/** A range of at most this many names of an index is read at once; a larger one is bisected first. */
const NAMES_AT_ONCE = 512;

/** The object's offset in the pack that belongs to the index; undefined if the pack does not hold it. */
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
  // After the names come checksums of four bytes each, then offsets of four bytes each, then offsets that need eight.
  const offsetsAt = NAMES_AT + count * (wanted.length + 4);
  const offset = (await readAt(index, offsetsAt + position * 4, 4)).readUInt32BE(0);
  if (offset < 0x80000000) return offset;
  const large = await readAt(index, offsetsAt + count * 4 + (offset - 0x80000000) * 8, 8);
  return Number(large.readBigUInt64BE(0));
}

/** The position of the name among those from `start` to `end`, which are sorted. */
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

/** `find`: the offset of an object in this pack, since a delta may name its base by id. */
export async function readPacked(
  packPath: string,
  id: string,
  find: (id: string) => Promise<number | undefined>,
  budget: Budget,
  bases?: DeltaBases,
): Promise<GitObject | undefined> {
  let at = await find(id);
  if (at === undefined) return undefined;
  await using pack = await openFile(packPath);
  const deltas: Delta[] = [];
  let deltaBytes = 0;
  while (deltas.length <= MAX_CHAIN) {
    const place = `${packPath}:${at}`;
    const known = bases?.get(place);
    // Awaited here: while the pack is closed nobody would handle its failure, which then ends the process.
    if (known !== undefined) return await rebuilt(known, deltas, budget, bases);
    const { kind, content, base } = await readEntry(pack, at, id.length / 2, budget);
    const type = TYPES[kind];
    if (type !== undefined) {
      bases?.keep(place, { type, content });
      return await rebuilt({ type, content }, deltas, budget, bases);
    }
    deltas.push({ place, content });
    // All deltas are kept in memory until the end of the chain, so their sum is bounded.
    deltaBytes += content.length;
    if (deltaBytes > MAX_OBJECT_BYTES || base === undefined) return undefined;
    const next: number | undefined = typeof base === 'string' ? await find(base) : at - base;
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}

interface Delta {
  readonly place: string;
  readonly content: Buffer;
}

/** Yields to the event loop after each delta, because a long chain takes time. */
async function rebuilt(
  { type, content: base }: GitObject,
  deltas: readonly Delta[],
  budget: Budget,
  bases: DeltaBases | undefined,
): Promise<GitObject> {
  let content = base;
  let superseded: ArrayBuffer | undefined;
  for (const delta of deltas.toReversed()) {
    const result = applyDelta(content, delta.content, budget);
    // Given back at once: results of megabytes are made faster than a busy machine collects garbage.
    superseded?.transfer(0);
    content = result;
    if (bases) bases.keep(delta.place, { type, content });
    else superseded = result.buffer;
    await new Promise(setImmediate);
  }
  return { type, content };
}

const MAX_KEPT_BYTES = 8 * 1_048_576;

/** Objects that others in the same pack are deltas of, so that a history is not put together from its start each time. */
export class DeltaBases {
  readonly #kept = new Map<string, GitObject>();
  #bytes = 0;

  get(place: string): GitObject | undefined {
    return this.#kept.get(place);
  }

  keep(place: string, object: GitObject): void {
    if (this.#bytes + object.content.length > MAX_KEPT_BYTES) {
      this.#kept.clear();
      this.#bytes = 0;
    }
    this.#kept.set(place, object);
    this.#bytes += object.content.length + ENTRY_COST / 16;
  }
}

interface PackEntry {
  readonly kind: number;
  readonly content: Buffer;
  /** For a delta: how many bytes before this entry its base is, or the base's id. */
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
  // The pack does not store the deflated length, which hardly ever exceeds the inflated one.
  const deflated = await readAt(pack, at + used, Math.ceil(size + size / 1000 + 64));
  const content = await inflate(deflated, size);
  if (content.length !== size) throw new RangeError('an object that does not come to its length');
  return { kind, content, ...(base !== undefined && { base }) };
}

/** In memory of its own. Throws a RangeError for a malformed delta, or one whose result exceeds `MAX_OBJECT_BYTES`. */
function applyDelta(base: Buffer, delta: Buffer, budget: Budget): Buffer<ArrayBuffer> {
  let at = 0;
  const size = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = delta.readUInt8(at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (!(byte & 0x80)) return value;
    }
  };
  /** Reads a number of which the delta stores only the bytes whose bit is set. */
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
  // A few bytes of instructions may produce any amount: the result is written into a buffer of the declared, bounded
  // size.
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

/** An object as git stores it, inflated. */
export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly content: Buffer;
}

/** Enough for a folder of a hundred thousand names; blobs matter up to a mebibyte. Larger objects are not read. */
export const MAX_OBJECT_BYTES = 4 * 1_048_576;

const inflateWhole = promisify<InputType, { maxOutputLength: number }, Buffer>(inflateCallback);

/** Ignores bytes after the deflated stream. Throws a RangeError if the result exceeds `maxBytes`. */
export async function inflate(deflated: Uint8Array, maxBytes: number): Promise<Buffer> {
  return inflateWhole(deflated, { maxOutputLength: Math.max(1, maxBytes) });
}

/** `digits`: 40 for SHA-1, 64 for SHA-256. */
export function objectId(type: GitObject['type'], content: Uint8Array, digits: number): string {
  return createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`${type} ${content.length}\0`)
    .update(content)
    .digest('hex');
}

/** Bytes that may be read, inflated or put together to read one object. */
const MAX_BYTES = 48 * 1_048_576;
/** What opening a file, or visiting a name or an entry, costs beside its bytes, because it takes time. */
const FILE_COST = 32_768;
const ENTRY_COST = 4_096;

/**
 * Bounds the work to read one object. An attacker who can write to a repository's volume decides what its files claim,
 * repeat and refer to, so every step is charged before it is done.
 */
export class Budget {
  #left = MAX_BYTES;

  /** Throws a RangeError if the budget is spent, as the other methods do. */
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
