/** Files of git's, opened without waiting: a pipe put in the place of one would keep a thread for ever. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Throws where there is none, or no regular one. */
export async function openFile(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw new Error(`${path} is no file`);
}

/** Throws as `openFile` does. */
export async function readWhole(path: string): Promise<Buffer> {
  await using handle = await openFile(path);
  return await handle.readFile();
}
