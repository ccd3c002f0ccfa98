/** Opens and reads git's files without blocking: a pipe put in the place of one would hold a thread for ever. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { openReal } from '../open-real.ts';

/** Throws if the file does not exist or is not a regular file. */
export async function openFile(path: string): Promise<FileHandle> {
  return regular(await open(path, constants.O_RDONLY | constants.O_NONBLOCK), path);
}

/** Opens the file at a real path. Throws as `openFile` does, and if another file has taken its place. */
export async function openRealFile(real: string): Promise<FileHandle> {
  const handle = await openReal(real);
  if (handle === undefined) throw new Error(`${real} was replaced while it was opened`);
  return regular(handle, real);
}

async function regular(handle: FileHandle, path: string): Promise<FileHandle> {
  try {
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new Error(`${path} is not a file`);
}

/** Throws as `openFile` does, and a RangeError if the file holds more than `maxBytes`, or more than its size says. */
export async function readWhole(path: string, maxBytes: number): Promise<Buffer> {
  await using handle = await openFile(path);
  return await readAll(handle, path, maxBytes);
}

/** Reads an open file; errors name it by `path`. Throws as `readWhole` does. */
export async function readAll(handle: FileHandle, path: string, maxBytes: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size > maxBytes) throw new RangeError(`${path} is larger than ${maxBytes} bytes`);
  const whole = await readAt(handle, 0, size + 1);
  if (whole.length > size) throw new RangeError(`${path} holds more than its size says`);
  return whole;
}

/** The result is shorter at the end of the file. `length` is allocated at once, so the caller must bound it. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  let bytesRead: number;
  // A network file system may return less than was asked for.
  do {
    ({ bytesRead } = await handle.read(buffer, filled, length - filled, position + filled));
    filled += bytesRead;
  } while (bytesRead > 0 && filled < length);
  return buffer.subarray(0, filled);
}
