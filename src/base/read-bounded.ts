import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The whole file, or undefined where it has more than `maxBytes`. The reported size is not used: that of a device is
 * wrong. A pipe that was opened without blocking is waited for here, without holding a thread, until its writer begins.
 */
export async function readBounded(file: FileHandle, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let waits = 0;
  for (let left = maxBytes + 1; left > 0; ) {
    const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES));
    const bytesRead = await read(file, chunk);
    if (bytesRead === undefined) {
      if (++waits > MAX_WAITS) throw Object.assign(new Error('nothing is written into the pipe'), { code: 'EAGAIN' });
      await delay(WAIT_MS);
      continue;
    }
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return undefined;
}

const CHUNK_BYTES = 64 * 1024;
/** Ten seconds in all. A program that decrypts what it writes takes one second. */
const WAIT_MS = 20;
const MAX_WAITS = 500;

/** Undefined: the pipe has no bytes yet. */
async function read(file: FileHandle, into: Buffer): Promise<number | undefined> {
  try {
    return (await file.read(into, 0, into.length, null)).bytesRead;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}
