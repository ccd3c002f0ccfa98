/** How a path leads to the files: which links it crosses, where it ends, and what is missing on the way. */
import type { BigIntStats } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';

export interface Layout {
  /** The real path of the file or folder; null while something on the way to it is missing. */
  readonly root: string | null;
  /**
   * The names that decide where the path leads: every link on the way, and the end of it or the first one missing. Not
   * those in folders that Node's permission model hides: they cannot be seen to turn.
   */
  readonly turns: readonly string[];
  /** Differs as soon as watchers opened for one layout would watch the wrong thing in another. */
  readonly key: string;
}

/** The kernel's own limit: longer chains answer ELOOP. */
const MAX_LINKS = 40;

/** Follows `path` one name at a time. Never rejects: what cannot be read counts as missing. */
export async function readLayout(path: string): Promise<Layout> {
  const { root, turns: all } = await follow(resolve(path));
  const way = { root, turns: all.filter((turn) => !isHidden(dirname(turn))) };
  const folders = new Set(way.turns.map((turn) => dirname(turn)));
  const identities = await Promise.all([...folders, ...(way.root === null ? [] : [way.root])].map(identify));
  return { ...way, key: JSON.stringify([way.root, way.turns, identities]) };
}

async function follow(path: string): Promise<Omit<Layout, 'key'>> {
  const turns: string[] = [];
  let reached = parse(path).root;
  let links = 0;
  const names = path.split(sep);
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = join(reached, name);
    if (isHidden(next)) {
      reached = next;
      continue;
    }
    const found = await lstat(next).catch(() => null);
    if (found === null) return { root: null, turns: [...turns, next] };
    if (!found.isSymbolicLink()) {
      reached = next;
      continue;
    }
    turns.push(next);
    const target = await readlink(next).catch(() => null);
    if (target === null || ++links > MAX_LINKS) return { root: null, turns };
    if (isAbsolute(target)) reached = parse(target).root;
    names.unshift(...target.split(sep));
  }
  return { root: reached, turns: [...turns, reached] };
}

/** `node --permission` that allows the checkout does not allow to look at the folders it lies in. */
function isHidden(path: string): boolean {
  const { permission }: { permission?: NodeJS.Process['permission'] } = process;
  return permission !== undefined && !permission.has('fs.read', path);
}

/** Tells a folder from another one made later under the same name. The time of birth is there because ext4 reuses inodes at once. */
async function identify(place: string): Promise<string> {
  const found: BigIntStats | null = await stat(place, { bigint: true }).catch(() => null);
  return found === null ? 'missing' : `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}
