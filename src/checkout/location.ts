/** What `source.path` names right now, every link followed that may be. */
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { findRepository, type Repository, repositoryAt } from './git/worktree.ts';
import { asNotReadable, NotReadableError } from './not-readable.ts';

export interface Location {
  /** As given. */
  readonly path: string;
  readonly real: string;
  readonly isFile: boolean;
  readonly repository?: Repository;
  /** What links inside must not lead out of: the worktree, or the folder itself where there is no git. */
  readonly root: string;
}

/** Throws NotReadableError: missing, or refused for what it is, for where it leads, or by the system. */
export async function locate(path: string): Promise<Location> {
  try {
    const real = await realpath(resolve(path));
    await refuseWayOut(path, real);
    const stats = await stat(real);
    if (!stats.isFile() && !stats.isDirectory()) {
      throw new NotReadableError('refused', `${path} is neither a folder nor a file: set source.path to one`);
    }
    const isFile = stats.isFile();
    const folder = isFile ? dirname(real) : real;
    const repository = await findRepository(folder);
    return { path, real, isFile, ...(repository && { repository }), root: repository?.root ?? folder };
  } catch (error) {
    throw asNotReadable(path, error);
  }
}

/** Whether a real path lies below a folder, and not in what git keeps there for itself: that may hold credentials. */
export function isInside(folder: string, real: string): boolean {
  const steps = relative(folder, real).split(sep);
  return steps[0] !== '..' && !steps.includes('.git');
}

/**
 * Whoever may push can put a link in the place of the folder or file that is named. A link that lies in a worktree
 * leads out of it for nobody; git-sync's lies above the worktree. Without git nobody knows which of the links were
 * pushed: what is named itself then lies in the folder it is named in, or is a worktree that git-sync has linked to.
 */
async function refuseWayOut(path: string, real: string): Promise<void> {
  const way = await followWay(path);
  let isInGit = false;
  for (const link of way.links) {
    const root = (await findRepository(dirname(link)))?.root;
    if (root === undefined) continue;
    isInGit = true;
    await refuseOutside(root, path, real);
  }
  if (!isInGit && (await isLink(path, way.links)) && !(await isLinkedWorktree(real)))
    await refuseOutside(dirname(resolve(path)), path, real);
  // Somebody changed a link between our two looks: what was checked is not what would be read.
  const isSame = way.hidden === '' ? real === way.end : real.endsWith(way.end.slice(way.hidden.length));
  if (!isSame) throw new NotReadableError('moving', `${path} changed while it was read: it is read again`);
}

async function isLink(path: string, links: readonly string[]): Promise<boolean> {
  const named = resolve(path);
  const folder = await withoutLinks(dirname(named));
  return links.some((link) => basename(link) === basename(named) && [folder, dirname(named)].includes(dirname(link)));
}

async function isLinkedWorktree(real: string): Promise<boolean> {
  return (await repositoryAt(real))?.worktreeName !== undefined;
}

async function refuseOutside(folder: string, path: string, real: string): Promise<void> {
  const root = await withoutLinks(folder);
  if (isInside(root, real)) return;
  throw new NotReadableError(
    'refused',
    `${path} is a link that leads out of ${root}: replace it by the folder or file itself, or set source.path to where it leads`,
  );
}

/** As it is given where Node's permission model hides it. */
async function withoutLinks(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}

/** How a path leads to what it names: which links it crosses, and where it ends. */
interface Way {
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
