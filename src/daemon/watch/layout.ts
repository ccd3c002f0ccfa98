/** How a path leads to the files: which links it crosses, where it ends, and what is missing on the way. */
import type { BigIntStats } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { followWay, isHidden } from '../../checkout/location.ts';

export interface Layout {
  /** The real path of the file or folder; null while something on the way to it is missing. */
  readonly root: string | null;
  /** There is too much below `root`, or beside a turn, to be watched. */
  readonly isLarge: boolean;
  /**
   * The names that decide where the path leads: every link on the way, and the end of it or the first one missing. Not
   * those in folders that Node's permission model hides: they cannot be seen to turn. Nor those in very large folders.
   */
  readonly turns: readonly string[];
  /** Differs as soon as watchers opened for one layout would watch the wrong thing in another. */
  readonly key: string;
}

/** Follows `path` one name at a time. Never rejects: what cannot be read counts as missing. */
export async function readLayout(path: string): Promise<Layout> {
  const { links, end, isThere } = await followWay(path);
  const root = isThere ? end : null;
  const seen = [...new Set([...links, end])].filter((turn) => !isHidden(dirname(turn)));
  const large = await largeFolders(seen);
  const turns = seen.filter((turn) => !large.has(dirname(turn)));
  const way = { root, turns, isLarge: large.size > 0 || (root !== null && (await isTooLarge(root))) };
  const folders = new Set(way.turns.map((turn) => dirname(turn)));
  const identities = await Promise.all([...folders, ...(way.root === null ? [] : [way.root])].map(identify));
  return { ...way, key: JSON.stringify([way, identities]) };
}

async function largeFolders(turns: readonly string[]): Promise<ReadonlySet<string>> {
  const large = new Set<string>();
  for (const folder of new Set(turns.map((turn) => dirname(turn))))
    if (await hasTooManyNames(folder)) large.add(folder);
  return large;
}

/** Tells a folder from another one made later under the same name. The time of birth is there because ext4 reuses inodes at once. */
async function identify(place: string): Promise<string> {
  const found: BigIntStats | null = await stat(place, { bigint: true }).catch(() => null);
  return found === null ? 'missing' : `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

/** Each is a watch of the kernel's, of which all that a user runs share some ten thousand. */
export const MAX_WATCHED_FOLDERS = 1_000;
/** Names in all the folders: what is watched is listed and looked at, and every name kept. */
export const MAX_WATCHED_NAMES = 20_000;

/** Looks at no more than that. Folders that cannot be read hold nothing, and neither do files. */
async function isTooLarge(root: string): Promise<boolean> {
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
async function hasTooManyNames(folder: string): Promise<boolean> {
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
