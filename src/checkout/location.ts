/** Resolves `source.path` to what it names right now, and refuses links that must not be followed. */
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { findRepository, type Repository, repositoryAt } from './git/worktree.ts';
import { asNotReadable, NotReadableError } from './not-readable.ts';

export interface Location {
  /** `source.path` as given. */
  readonly path: string;
  readonly real: string;
  readonly isFile: boolean;
  readonly repository?: Repository;
  /** The folder that links inside must not lead out of: the worktree, or the folder itself where there is no git. */
  readonly root: string;
}

/** Throws NotReadableError if the path is missing or refused: for its kind, for where it leads, or by the system. */
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

/** Whether a real path lies below a folder and outside of `.git`, which may hold credentials. */
export function isInside(folder: string, real: string): boolean {
  const steps = relative(folder, real).split(sep);
  return steps[0] !== '..' && !steps.includes('.git');
}

/**
 * Anyone with push rights can replace the folder or file at `source.path` by a link. A link inside a worktree is
 * therefore never followed out of it; git-sync's own link lies above the worktree. Without git it is unknown which
 * links were pushed: the last name of the path must then lead to something in the same folder, or to a worktree of
 * git-sync.
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
  // A link changed between `realpath` and `followWay`: what was checked is not what would be read.
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

/** The real path, or the path as given where Node's permission model hides it. */
async function withoutLinks(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}

/** How a path leads to what it names: which links it crosses, and where it ends. */
interface Way {
  /** Every link on the way, by its path with the links before it followed. */
  readonly links: readonly string[];
  /** Where the way ends, or the first missing name on it. */
  readonly end: string;
  readonly isThere: boolean;
  /** The part of `end` that Node's permission model hides, in which links are not seen; empty if it hides none. */
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

/** `node --permission` allows the checkout, but not the folders above it. */
export function isHidden(path: string): boolean {
  const { permission }: { permission?: NodeJS.Process['permission'] } = process;
  return permission !== undefined && !permission.has('fs.read', path);
}
