/** How a path leads to what it names: which links it crosses, and where it ends. */
import { lstat, readlink } from 'node:fs/promises';
import { isAbsolute, join, parse, resolve, sep } from 'node:path';

export interface Way {
  /** Every link on the way, by its place without links. */
  readonly links: readonly string[];
  /** Where the way ends, or the first name on it that is missing. */
  readonly end: string;
  readonly isThere: boolean;
  /** The part of `end` that Node's permission model hides, so that links in it are not seen; empty where it hides none. */
  readonly hidden: string;
}

/** The kernel's own limit: longer chains answer ELOOP. */
const MAX_LINKS = 40;

/** Follows `path` one name at a time. Never rejects: what cannot be read counts as missing. */
export async function followWay(path: string): Promise<Way> {
  const whole = resolve(path);
  const links: string[] = [];
  const names = whole.split(sep);
  let reached = parse(whole).root;
  let hidden = '';
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = join(reached, name);
    if (isHidden(next)) {
      reached = hidden = next;
      continue;
    }
    const found = await lstat(next).catch(() => undefined);
    if (found === undefined) return { links, end: next, isThere: false, hidden };
    if (!found.isSymbolicLink()) {
      reached = next;
      continue;
    }
    links.push(next);
    const target = await readlink(next).catch(() => undefined);
    if (target === undefined || links.length > MAX_LINKS) return { links, end: next, isThere: false, hidden };
    if (isAbsolute(target)) {
      reached = parse(target).root;
      hidden = '';
    }
    names.unshift(...target.split(sep));
  }
  return { links, end: reached, isThere: true, hidden };
}

/** `node --permission` that allows the checkout does not allow to look at the folders it lies in. */
export function isHidden(path: string): boolean {
  const { permission }: { permission?: NodeJS.Process['permission'] } = process;
  return permission !== undefined && !permission.has('fs.read', path);
}
