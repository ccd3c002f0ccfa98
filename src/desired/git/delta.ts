/** git's deltas: an object as copies out of another and bytes of its own. gitformat-pack(5), "Deltified representation". */
import type { Budget } from './budget.ts';
import { MAX_OBJECT_BYTES } from './git-object.ts';

/** Throws a RangeError for a delta that is none, or comes to more than is read of an object. */
export function applyDelta(base: Buffer, delta: Buffer, budget: Budget): Buffer {
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
