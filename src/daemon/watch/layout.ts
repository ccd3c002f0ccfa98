/** Finds how a path leads to the files: which links it crosses, where it ends, and what is missing on the way. */
import type { BigIntStats } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { followWay, isHidden } from '../../checkout/location.ts';

export interface Layout {
  /** The real path of the file or folder; null while something on the way to it is missing. */
  readonly root: string | null;
  /** There are too many names below `root`, or beside a turn, for watchers. */
  readonly isLarge: boolean;
  /**
   * The paths that decide where the path leads: every link on the way, and its end or the first name missing. Those in
   * folders that Node's permission model hides are left out, because they cannot be watched, and those in very large
   * folders too.
   */
  readonly turns: readonly string[];
  /** Differs between two layouts if the watchers of one would watch the wrong things in the other. */
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

/**
 * Differs for a folder made later under the same name. The birth time is included because ext4 reuses inodes at once.
 */
async function identify(place: string): Promise<string> {
  const found: BigIntStats | null = await stat(place, { bigint: true }).catch(() => null);
  return found === null ? 'missing' : `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

/** Each folder takes an inotify watch, and all processes of a user share some ten thousand. */
export const MAX_WATCHED_FOLDERS = 1_000;
/** Names in all folders together: a watcher lists each folder, stats each name and keeps it. */
export const MAX_WATCHED_NAMES = 20_000;

/** Stops at the limits above. Files and folders that cannot be read count as empty. */
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
      // The folder is gone again, or may not be read: the watcher reports that where it matters.
    }
  }
  return false;
}

/** Whether a folder that is watched alone, without those in it, is too large for that. */
async function hasTooManyNames(folder: string): Promise<boolean> {
  let names = 0;
  try {
    for await (const _ of await opendir(folder, { bufferSize: 512 })) if (++names > MAX_WATCHED_NAMES) return true;
  } catch {
    // As in `isTooLarge`.
  }
  return false;
}

/** Git's own folder is not watched. */
export function isOfGit(name: string): boolean {
  return name === '.git';
}
