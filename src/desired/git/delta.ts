/** git's deltas: an object as copies out of another and bytes of its own. gitformat-pack(5), "Deltified representation". */
export function applyDelta(base: Buffer, delta: Buffer): Buffer {
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
  const parts: Buffer[] = [];
  while (at < delta.length) {
    const instruction = delta.readUInt8(at++);
    if (instruction & 0x80) {
      const from = sparse(instruction, 4);
      const count = sparse(instruction >> 4, 3) || 0x10000;
      parts.push(base.subarray(from, from + count));
    } else {
      parts.push(delta.subarray(at, at + instruction));
      at += instruction;
    }
  }
  const whole = Buffer.concat(parts);
  if (whole.length !== length) throw new RangeError('a delta that does not come to its length');
  return whole;
}
