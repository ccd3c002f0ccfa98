/** Whether there is too much in a folder to be watched: a push of a few kilobytes can make a million folders of it. */
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Each is a watch of the kernel's, of which all that a user runs share some ten thousand. */
export const MAX_WATCHED_FOLDERS = 1_000;
/** Names in all the folders: what is watched is listed and looked at, and every name kept. */
export const MAX_WATCHED_NAMES = 20_000;

/** Looks at no more than that. Folders that cannot be read hold nothing, and neither do files. */
export async function isTooLarge(root: string): Promise<boolean> {
  const waiting = [root];
  let folders = 1;
  let names = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    try {
      for await (const entry of await opendir(folder, { bufferSize: 512 })) {
        names += 1;
        if (isOfGit(entry.name)) continue;
        if (entry.isDirectory()) {
          folders += 1;
          waiting.push(join(folder, entry.name));
        }
        if (folders > MAX_WATCHED_FOLDERS || names > MAX_WATCHED_NAMES) return true;
      }
    } catch {
      // Gone again, or not ours to read: the watcher says so where it matters.
    }
  }
  return false;
}

/** For a folder that is watched by itself. */
export async function hasTooManyNames(folder: string): Promise<boolean> {
  let names = 0;
  try {
    for await (const _ of await opendir(folder, { bufferSize: 512 })) if (++names > MAX_WATCHED_NAMES) return true;
  } catch {
    // As above.
  }
  return false;
}

/** What git keeps for itself is not watched. */
export function isOfGit(name: string): boolean {
  return name === '.git';
}
