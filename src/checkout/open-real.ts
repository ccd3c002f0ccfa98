/**
 * Opens files by their real path and checks the result, because a folder on the way may have become a link meanwhile.
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
