/** Files opened by their real path, for sure: a folder on the way may have become a link since it was found. */
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, open, opendir, readlink, realpath } from 'node:fs/promises';
import { ReconcilerError } from '../base/errors.ts';

const LISTING = { bufferSize: 512 };

/** Undefined where something else was opened than lies at `real`; throws as `open` does. */
export async function openReal(real: string): Promise<FileHandle | undefined> {
  // Neither a pipe put there meanwhile, which would block, nor a link, which might lead out.
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

/** The names in a folder. Throws `Elsewhere` where it is another one by now than lies at `real`. */
export async function* listReal(real: string): AsyncGenerator<Dirent> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  await using handle = await open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const opened = `/proc/self/fd/${handle.fd}`;
  if (!(await isAt(handle, real))) throw new Elsewhere();
  // The very folder that was opened, whatever lies at its path meanwhile; asking for its path again takes long deep down.
  const byHandle = await opendir(opened, LISTING).catch(() => undefined);
  yield* byHandle ?? (await opendir(real, LISTING));
  if (byHandle === undefined && !(await isAt(handle, real))) throw new Elsewhere();
}

/** Something else lies where something was found. */
export class Elsewhere extends ReconcilerError {
  override readonly name = 'Elsewhere';
  override readonly code = 'moved';
}

/** By the kernel's word, which no later change of the way alters; where it gives none, by a second look at the way. */
async function isAt(handle: FileHandle, real: string): Promise<boolean> {
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
  if (opened !== undefined) return opened === real;
  const [ours, theirs] = [await handle.stat({ bigint: true }), await lstat(real, { bigint: true })];
  return ours.dev === theirs.dev && ours.ino === theirs.ino && (await realpath(real)) === real;
}
