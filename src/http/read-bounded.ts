import type { FileHandle } from 'node:fs/promises';

/** All of a file, or undefined where it holds more: whatever its size is said to be, a device's for one. */
export async function readBounded(file: FileHandle, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for (let left = maxBytes + 1; left > 0; ) {
    const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return undefined;
}

const CHUNK_BYTES = 64 * 1024;
