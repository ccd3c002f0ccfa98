/** Makes a folder and those above it. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Not `recursive` of Node, which loops for ever, beyond the reach of signals, where a file system such as /proc answers
 * ENOENT although the folder above exists.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  const make = async () =>
    mkdir(path, mode).catch((error: NodeJS.ErrnoException) => {
      // Where it is a file, what is then written into it fails and says so.
      if (error.code !== 'EEXIST') throw error;
    });
  try {
    await make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path), mode);
    await make();
  }
}
