/**
 * Opens files by their real path and checks the result, because a folder on the way may have become a link meanwhile.
 * Never blocks: a pipe put in the place of one of git's files would hold a thread for ever.
 */
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, opendir, readlink, realpath } from 'node:fs/promises';
import { ReconcilerError } from '../base/errors.ts';

const LISTING = { bufferSize: 512 };

/** Undefined if what was opened does not lie at `real`; throws as `open` does. */
export async function openReal(real: string): Promise<FileHandle | undefined> {
  // The flags guard against a pipe put there meanwhile, which would block, and a link, which might lead out.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (await isAt(handle, real)) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

/** The names in a folder. Throws `Elsewhere` if the folder that was opened does not lie at `real`. */
export async function* listReal(real: string): AsyncGenerator<Dirent> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  await using handle = await open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const opened = `/proc/self/fd/${handle.fd}`;
  if (!(await isAt(handle, real))) throw new Elsewhere();
  // Through the handle, the very folder that was opened is listed, whatever lies at its path by now. Checking its path
  // again would be slow deep down.
  const byHandle = await opendir(opened, LISTING).catch(() => undefined);
  yield* byHandle ?? (await opendir(real, LISTING));
  if (byHandle === undefined && !(await isAt(handle, real))) throw new Elsewhere();
}

/** Something else lies at the path by now. */
export class Elsewhere extends ReconcilerError {
  override readonly name = 'Elsewhere';
  override readonly code = 'moved';
}

/** Asks the kernel for the path of the open handle; where it gives none, compares the file with what lies at `real`. */
async function isAt(handle: FileHandle, real: string): Promise<boolean> {
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
  if (opened !== undefined) return opened === real;
  const [ours, theirs] = [await handle.stat({ bigint: true }), await lstat(real, { bigint: true })];
  return ours.dev === theirs.dev && ours.ino === theirs.ino && (await realpath(real)) === real;
}

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
