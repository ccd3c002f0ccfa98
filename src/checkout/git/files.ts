/** Files of git's, opened without waiting: a pipe put in the place of one would keep a thread for ever. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { openReal } from '../open-real.ts';

/** Throws where there is none, or no regular one. */
export async function openFile(path: string): Promise<FileHandle> {
  return regular(await open(path, constants.O_RDONLY | constants.O_NONBLOCK), path);
}

/** The file at a real path and no other. Throws as `openFile` does, and where another one has taken its place. */
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
  throw new Error(`${path} is no file`);
}

/** Throws as `openFile` does, and a RangeError for a file that holds more than `maxBytes`, or more than its size says. */
export async function readWhole(path: string, maxBytes: number): Promise<Buffer> {
  await using handle = await openFile(path);
  return await readAll(handle, path, maxBytes);
}

/** What an open file holds; `path` is what errors call it. Throws as `readWhole` does. */
export async function readAll(handle: FileHandle, path: string, maxBytes: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size > maxBytes) throw new RangeError(`${path} is larger than ${maxBytes} bytes`);
  const whole = await readAt(handle, 0, size + 1);
  if (whole.length > size) throw new RangeError(`${path} holds more than its size says`);
  return whole;
}

/** Shorter at the end of the file. `length` is allocated at once: it has to have a bound. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  let bytesRead: number;
  // A network file system may give less at a time than there is.
  do {
    ({ bytesRead } = await handle.read(buffer, filled, length - filled, position + filled));
    filled += bytesRead;
  } while (bytesRead > 0 && filled < length);
  return buffer.subarray(0, filled);
}
