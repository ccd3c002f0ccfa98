/** The YAML files of a checkout: which they are, and which must not be read. */
import type { Dirent } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import { Problems } from '../document/problems.ts';
import { MAX_FILES, MAX_FOLDERS, MAX_NAMES, MAX_PATH_CHARACTERS } from './limits.ts';
import { followWay, isInside, type Location } from './location.ts';
import { asNotReadable, NotReadableError } from './not-readable.ts';
import { Elsewhere, listReal } from './open-real.ts';

export interface FoundFile {
  /** Relative to the watched path, with `/`. */
  readonly name: string;
  /** Without links. */
  readonly real: string;
}

export interface Found {
  /** By name, in code unit order. Each real file once, however many links lead to it. */
  readonly files: readonly FoundFile[];
  /** What was left out that somebody may have meant. */
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

  /** One folder after the other, names in order: which of two links to the same thing counts must not be chance. */
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

  /** A piece at a time, and only the names that matter kept: there may be millions beside them. */
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
      // By the name we were given it cannot be found again; what it holds may be meant all the same.
      if (!entry.isFile() || isYaml(name)) this.#refuse(name, 'file-name', 'this name is not UTF-8: rename it');
    } else if (entry.isSymbolicLink()) {
      await this.#link(path, name);
    } else if (entry.isDirectory()) {
      await this.folder(path, `${name}/`);
    } else if (isYaml(name)) {
      if (entry.isFile()) this.#file(path, name);
      else await this.#unknownKind(path, name);
    } else if (isYaml(name.toLowerCase())) {
      // Whoever renames a file so does not mean to have everything in it deleted.
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
      // Of what lies outside nobody is told whether it is there.
      if (!isInside(this.#location.root, (await followWay(path)).end)) this.#refuseOutside(name);
      // Whatever it is called: it may be a folder of subscriptions that is missing there, and they must not look deleted.
      else if (isGone(error)) this.#refuse(name, 'broken-link', 'this link leads nowhere: mend or remove it');
      else this.#unreadable(name, 'link');
    }
  }

  /** The link's own place is enough to find it by; where it leads is not for everybody who reads this. */
  #refuseOutside(name: string): void {
    this.#refuse(name, 'link-outside', 'this link leads out of the checkout: replace it by the file itself');
  }

  /** Some file systems do not say in a listing what a name is. */
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

  /** What may lie behind it must not look deleted. */
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

/** Nothing is there, or nothing any more; anything else is there and withheld from us. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '');
}

/** Whatever is not read, and nobody can have meant to be, is left out by its name. */
function matters(entry: Dirent): boolean {
  return !entry.name.startsWith('.') && (leadsOn(entry) || isYaml(entry.name.toLowerCase()));
}

function leadsOn(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink();
}

/** By name alone: what else may be in a checkout is nobody's business here. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/.test(name);
}
