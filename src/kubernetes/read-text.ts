import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { readBounded } from '../http/read-bounded.ts';
import { KubernetesAccessError } from './errors.ts';

/** A kubeconfig of hundreds of clusters is less. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The content of a file that somebody named, undefined where there is none. Throws KubernetesAccessError. */
export async function readText(path: string): Promise<Uint8Array | undefined> {
  try {
    // A pipe without a writer must not hold us; opened this way, it reads as empty.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const content = await readBounded(file, MAX_BYTES);
      if (content) return content;
      throw new KubernetesAccessError(`${path} is larger than ${MAX_BYTES / 1024 / 1024} MiB: that is no kubeconfig`);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof KubernetesAccessError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new KubernetesAccessError(`${path} cannot be read (${code})`, { cause: error });
  }
}
