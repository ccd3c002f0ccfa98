/**
 * The bytes of an answer in one buffer. The chunks are not kept: a server that sends single bytes would make millions
 * of objects out of an answer of permitted length.
 */
export class Gathered {
  #room = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#room.length));
      this.bytes().copy(larger);
      this.#room = larger;
    }
    chunk.copy(this.#room, this.#length);
    this.#length = needed;
  }

  bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }
}
