/** Finds the YAML files of a checkout, reports those that must not be read, and says how much a checkout may hold. */
import type { Dirent } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import { Problems } from '../document/problems.ts';
import { followWay, isInside, type Location } from './location.ts';
import { asNotReadable, NotReadableError } from './not-readable.ts';
import { Elsewhere, listReal } from './open-real.ts';

export interface FoundFile {
  /** Relative to the watched path, with `/`. */
  readonly name: string;
  /** The real path, links followed. */
  readonly real: string;
}

export interface Found {
  /** By name, in code unit order. Each real file is listed once, however many links lead to it. */
  readonly files: readonly FoundFile[];
  /** What was left out although the author may have meant it to be read. */
  readonly problems: Problems;
}

/** Dot-files and dot-folders are left out, unless a link leads to them (Kubernetes' `..data`). */
export async function findFiles(location: Location): Promise<Found> {
  if (location.isFile)
    return { files: [{ name: basename(location.path), real: location.real }], problems: new Problems() };
  const walk = new Walk(location);
  await walk.folder(location.real, '');
  return { files: walk.files.sort((a, b) => (a.name < b.name ? -1 : 1)), problems: walk.problems };
}

class Walk {
  readonly files: FoundFile[] = [];
  readonly problems = new Problems();
  readonly #seen = new Set<string>();
  readonly #location: Location;
  #names = 0;
  #folders = 0;
  #yaml = 0;
  #characters = 0;

  constructor(location: Location) {
    this.#location = location;
  }

  /** Walks sequentially and in order of names, so that it is not chance which of two links to the same file counts. */
  async folder(real: string, prefix: string): Promise<void> {
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    let entries: Dirent[];
    try {
      entries = await this.#list(real, prefix);
    } catch (error) {
      if (error instanceof NotReadableError) throw error;
      if (isGone(error) || error instanceof Elsewhere) throw this.#moved(error);
      if (prefix === '') throw asNotReadable(this.#location.path, error);
      this.#unreadable(prefix.slice(0, -1), 'folder');
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
      await this.#entry(entry, join(real, entry.name), prefix + entry.name);
  }

  /** Reads a folder in pieces and keeps only the names that matter: there may be millions of others. */
  async #list(real: string, prefix: string): Promise<Dirent[]> {
    const kept: Dirent[] = [];
    for await (const entry of listReal(real)) {
      if (++this.#names > MAX_NAMES) this.#tooMany(`more than ${MAX_NAMES} names`);
      if (!matters(entry)) continue;
      kept.push(entry);
      if (leadsOn(entry)) this.#folders += 1;
      else this.#yaml += 1;
      this.#characters += prefix.length + entry.name.length;
      if (this.#folders > MAX_FOLDERS) this.#tooMany(`more than ${MAX_FOLDERS} folders and links`);
      if (this.#yaml > MAX_FILES) this.#tooMany(`more than ${MAX_FILES} YAML files`);
      if (this.#characters > MAX_PATH_CHARACTERS)
        this.#tooMany(`paths of more than ${MAX_PATH_CHARACTERS} characters in all`);
    }
    return kept;
  }

  async #entry(entry: Dirent, path: string, name: string): Promise<void> {
    if (entry.name.includes('\ufffd')) {
      // The decoded name does not lead back to the file, but the file may hold subscriptions.
      if (!entry.isFile() || isYaml(name)) this.#refuse(name, 'file-name', 'this name is not UTF-8: rename it');
    } else if (entry.isSymbolicLink()) {
      await this.#link(path, name);
    } else if (entry.isDirectory()) {
      await this.folder(path, `${name}/`);
    } else if (isYaml(name)) {
      if (entry.isFile()) this.#file(path, name);
      else await this.#unknownKind(path, name);
    } else if (isYaml(name.toLowerCase())) {
      // A file renamed like this must not have all its subscriptions deleted.
      this.#refuse(name, 'file-name', 'only .yaml and .yml are read, in small letters: rename it');
    }
  }

  async #link(path: string, name: string): Promise<void> {
    try {
      const real = await realpath(path);
      const stats = await stat(real);
      if (!stats.isDirectory() && !isYaml(name)) return;
      if (!isInside(this.#location.root, real)) {
        this.#refuseOutside(name);
      } else if (stats.isDirectory()) await this.folder(real, `${name}/`);
      else if (stats.isFile()) this.#file(real, name);
      else this.#refuse(name, 'not-a-file', 'this link leads to a pipe, socket or device, not to a file: remove it');
    } catch (error) {
      if (error instanceof NotReadableError) throw error;
      // For a link that leads outside, the problem must not reveal whether its target exists.
      if (!isInside(this.#location.root, (await followWay(path)).end)) this.#refuseOutside(name);
      // Whatever its name, the link may have led to a folder of subscriptions, which must not look deleted.
      else if (isGone(error)) this.#refuse(name, 'broken-link', 'this link leads nowhere: fix or remove it');
      else this.#unreadable(name, 'link');
    }
  }

  /**
   * Names only the link's own place, which is enough to find it: a reader of the problem must not learn where it leads.
   */
  #refuseOutside(name: string): void {
    this.#refuse(name, 'link-outside', 'this link leads out of the checkout: replace it by the file itself');
  }

  /** Some file systems do not report in a listing whether a name is a file, folder or link. */
  async #unknownKind(path: string, name: string): Promise<void> {
    const stats = await lstat(path).catch((error: unknown) => {
      throw this.#moved(error);
    });
    if (stats.isFile()) this.#file(path, name);
    else if (stats.isSymbolicLink()) await this.#link(path, name);
    else if (stats.isDirectory()) await this.folder(path, `${name}/`);
    else this.#refuse(name, 'not-a-file', 'this is a pipe, socket or device, not a file: remove it');
  }

  #file(real: string, name: string): void {
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    this.files.push({ name, real });
  }

  /** Reported as an error, because subscriptions that cannot be read must not look deleted. */
  #unreadable(name: string, what: 'folder' | 'link'): void {
    this.#refuse(name, 'unreadable', `this ${what} cannot be read: let the user this runs as read it`);
  }

  #refuse(file: string, rule: string, message: string): void {
    this.problems.add({ severity: 'error', file, line: 1, column: 1, field: '', message, rule });
  }

  #tooMany(what: string): never {
    throw new NotReadableError(
      'refused',
      `${this.#location.path} holds ${what}: set source.path to the folder of the subscriptions`,
    );
  }

  #moved(cause: unknown): NotReadableError {
    return new NotReadableError('moving', `${this.#location.path} changed while it was read: it is read again`, {
      cause,
    });
  }
}

/** Whether the error says that nothing is there; after any other error something is there that may not be read. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '');
}

/** Whether an entry may be, or lead to, a file of subscriptions. Dot-names never do, unless a link leads to them. */
function matters(entry: Dirent): boolean {
  return !entry.name.startsWith('.') && (leadsOn(entry) || isYaml(entry.name.toLowerCase()));
}

function leadsOn(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink();
}

/** Decided by the name alone: other files of a checkout are not read. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** How much a checkout may hold (README.md, "What is in the checkout"). */
export const MAX_FILE_BYTES = 1_048_576;
export const MAX_TOTAL_BYTES = 10 * MAX_FILE_BYTES;
export const MAX_FILES = 10_000;
/** Entries in all, tombstones and those with errors included: each takes about a kilobyte of memory. */
export const MAX_ENTRIES = 20_000;
/**
 * Ids in `reconcile.beside` of all entries: a YAML alias repeats a hundred in two letters, and each may cause a
 * warning.
 */
export const MAX_BESIDE = 20_000;
/** Names seen on the way, YAML or not: if `source.path` is `/` in error, the walk must not go on to its end. */
const MAX_NAMES = 200_000;
/** Folders and links, dot-folders left out: each is listed or followed again for every snapshot. */
const MAX_FOLDERS = 5_000;
/** Characters in all paths below the watched folder: a few thousand paths may have 4096 each. */
const MAX_PATH_CHARACTERS = 2_000_000;
/** Files opened or examined at a time. */
export const CONCURRENCY = 16;
