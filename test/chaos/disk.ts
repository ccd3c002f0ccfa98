/** A checkout on disk, behind a link as git-sync has it, that changes under whoever reads it. */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import fsPromises, { mkdir, realpath } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import type { Absent, Wanted } from './world.ts';

/**
 * `replaced`: every file by another, one rename each. `swapped`: the link leads elsewhere. `gone`: it leads nowhere.
 * `emptied`: the file about to be read is cut to nothing, to be written again. `growing`: it is longer at each look.
 * `half-written`: half of its text stands there. `EACCES` and `EIO`: what opening it comes to.
 */
export const DISK_FAULTS = [
  'replaced',
  'swapped',
  'gone',
  'emptied',
  'growing',
  'half-written',
  'EACCES',
  'EIO',
] as const;

export interface DiskFault {
  readonly kind: (typeof DISK_FAULTS)[number];
  /** It strikes as the nth file is opened. */
  readonly nth: number;
  /** What `replaced` and `swapped` put in its place, for good. */
  readonly next: readonly Wanted[];
}

const FILES = ['a.yaml', 'b.yaml', 'c.yaml'] as const;
const TOMBSTONES = 'tombstones.yaml';
const BROKEN = 'broken.yaml';

export class Disk implements Disposable {
  /** Of the checkout: what the program is told. */
  readonly path: string;
  /** All that has stood there since it last rested. */
  readonly stood: (readonly Wanted[])[] = [];
  /** Beside whatever stands there. */
  tombstones: readonly Absent[] = [];
  readonly #folder: string;
  #version = 0;
  #isBroken = false;
  #fault: DiskFault | undefined;
  #opened = 0;
  #undo: (() => void) | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'current');
    disks.set(folder, this);
  }

  static async in(folder: string): Promise<Disk> {
    const own = join(folder, 'checkouts');
    await mkdir(own);
    return new Disk(await realpath(own));
  }

  /** Puts a checkout there, whole and at once. `isBroken`: with a file that nobody can read. */
  rest(checkout: readonly Wanted[], isBroken: boolean, tombstones: readonly Absent[] = []): void {
    this.heal();
    this.#isBroken = isBroken;
    this.tombstones = tombstones;
    this.stood.length = 0;
    this.push(checkout);
  }

  /** Makes ready what happens as the checkout is read next, until it is healed. */
  prepare(fault: DiskFault): void {
    this.#fault = fault;
    this.#opened = 0;
    const file = this.#file(FILES[fault.nth - 1] ?? FILES[0], 0);
    if (fault.kind === 'half-written') this.#cut(file, 0.5);
  }

  /** Does at once what `prepare` does in the course of a read: for readers in another process. */
  strike(fault: DiskFault): void {
    const name = FILES[fault.nth - 1] ?? FILES[0];
    const file = this.#file(name, 0);
    if (fault.kind === 'EACCES' || fault.kind === 'EIO') {
      chmodSync(file, 0o000);
      this.#undo = () => chmodSync(file, 0o600);
    } else {
      this.#fault = { ...fault, nth: 1 };
      this.#opened = 0;
      this.opening(file);
      if (fault.kind === 'half-written') this.#cut(file, 0.5);
    }
  }

  /** Whole again; what was put there for good stays. */
  heal(): void {
    this.#undo?.();
    this.#undo = undefined;
    this.#fault = undefined;
  }

  /** Somebody pushes. */
  push(next: readonly Wanted[]): void {
    this.stood.push(next);
    this.#put(next);
    this.#swap();
  }

  /** Called before a file below the folder is opened. */
  opening(path: string): void {
    if (!this.#fault || !path.endsWith('.yaml')) return;
    this.#opened += 1;
    const { kind, nth, next } = this.#fault;
    if (kind === 'growing') appendFileSync(path, ' ');
    if (this.#opened !== nth) return;
    if (kind === 'EACCES' || kind === 'EIO') throw Object.assign(new Error(`${kind}: open '${path}'`), { code: kind });
    if (kind === 'swapped') this.push(next);
    if (kind === 'replaced') {
      this.stood.push(next);
      this.#put(next);
      for (const name of FILES) renameSync(this.#file(name, 1), this.#file(name, 0));
    }
    if (kind === 'gone') {
      rmSync(this.path);
      this.#undo = () => symlinkSync(String(this.#version), this.path);
    }
    if (kind === 'emptied') this.#cut(path, 0);
  }

  [Symbol.dispose](): void {
    disks.delete(this.#folder);
  }

  #cut(file: string, share: number): void {
    const text = readFileSync(file, 'utf8');
    truncateSync(file, Math.floor(text.trimEnd().length * share));
    this.#undo = () => writeFileSync(file, text);
  }

  /** Into the version to come. */
  #put(checkout: readonly Wanted[]): void {
    const folder = join(this.#folder, String(this.#version + 1));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [at, name] of FILES.entries()) {
      const entries = checkout.filter((_, index) => index % FILES.length === at);
      writeFileSync(this.#file(name, 1), `${JSON.stringify(entries, null, 1)}\n`);
    }
    writeFileSync(this.#file(TOMBSTONES, 1), `${JSON.stringify(this.tombstones)}\n`);
    if (this.#isBroken) writeFileSync(this.#file(BROKEN, 1), '- title: [');
  }

  #swap(): void {
    this.#version += 1;
    const fresh = `${this.path}.new`;
    symlinkSync(String(this.#version), fresh);
    renameSync(fresh, this.path);
  }

  #file(name: string, ahead: 0 | 1): string {
    return join(this.#folder, String(this.#version + ahead), name);
  }
}

const disks = new Map<string, Disk>();
const realOpen = fsPromises.open;
fsPromises.open = async (path, ...rest) => {
  for (const [folder, disk] of disks) if (String(path).startsWith(folder)) disk.opening(String(path));
  return realOpen(path, ...rest);
};
syncBuiltinESMExports();
