/** Finds the commit a worktree is at, and the branch that names it. */
import { type FileHandle, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { openRealFile, readAll, readAt } from '../open-real.ts';
import { readObject } from './objects.ts';

export interface Head {
  /** 40 hexadecimal digits, or 64 in a SHA-256 repository. */
  readonly id: string;
  /** Absent where HEAD is detached. */
  readonly ref?: string;
}

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Git's own limit: more symbolic refs in a row than this are a loop. */
const MAX_LINKS = 5;
/** The file holds one ref name, which is a path of 4 KiB at most. */
const MAX_REF_BYTES = 8_192;
/** Enough for a million branches and tags. */
const MAX_PACKED_REFS_BYTES = 64 * 1_048_576;
const PIECE_BYTES = 1_048_576;

/**
 * Undefined if there is no commit yet, if branches are kept in a form this cannot read (reftable), or if a file that
 * should hold a ref is larger than any ref.
 */
export async function readHead(gitDir: string, commonDir: string): Promise<Head | undefined> {
  const names = new Names(gitDir, commonDir);
  const head = await names.head();
  if (head === undefined || !names.ledOut) return head;
  // A link may have led to any file, and a secret may look like an id. An id of a commit in this repository is not a
  // secret.
  return (await readObject(commonDir, head.id))?.type === 'commit' ? head : undefined;
}

/** Reads the files that map refs to commits. */
class Names {
  /** Whether one of the files was reached by a link that leads out of the repository. */
  ledOut = false;
  readonly #gitDir: string;
  readonly #commonDir: string;

  constructor(gitDir: string, commonDir: string) {
    this.#gitDir = gitDir;
    this.#commonDir = commonDir;
  }

  async head(): Promise<Head | undefined> {
    const head = await this.#line(join(this.#gitDir, 'HEAD'));
    const ref = target(head);
    if (ref === undefined) return head !== undefined && ID.test(head) ? { id: head } : undefined;
    const id = await this.#resolve(ref);
    return id === undefined ? undefined : { id, ref };
  }

  async #resolve(first: string): Promise<string | undefined> {
    let ref = first;
    for (let link = 0; link < MAX_LINKS; link++) {
      if (!isRefName(ref)) return undefined;
      // The loose file is read again, because git may have moved the branch between it and packed-refs meanwhile.
      const value =
        (await this.#loose(ref)) ?? (await this.#packed(ref).catch(() => undefined)) ?? (await this.#loose(ref));
      if (value === undefined) return undefined;
      if (ID.test(value)) return value;
      const next = target(value);
      if (next === undefined) return undefined;
      ref = next;
    }
    return undefined;
  }

  async #loose(ref: string): Promise<string | undefined> {
    const own = /^refs\/(?:bisect|worktree|rewritten)\//.test(ref);
    return this.#line(join(own ? this.#gitDir : this.#commonDir, ref));
  }

  /** Reads packed-refs in pieces, because it may hold a million refs. */
  async #packed(ref: string): Promise<string | undefined> {
    await using packed = await this.#open(join(this.#commonDir, 'packed-refs'));
    const { size } = await packed.stat();
    if (size > MAX_PACKED_REFS_BYTES) return undefined;
    const wanted = Buffer.from(` ${ref}\n`);
    // Each piece overlaps its neighbours, so that a ref that begins in it is whole, with the id and the line end before
    // it.
    const before = 65;
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const from = Math.max(0, at - before);
      const piece = await readAt(packed, from, at - from + PIECE_BYTES + wanted.length);
      const found = piece.indexOf(wanted, at - from);
      if (found !== -1)
        return piece
          .toString('latin1', Math.max(0, found - before), found)
          .split('\n')
          .at(-1);
    }
    return undefined;
  }

  async #line(path: string): Promise<string | undefined> {
    const read = async (): Promise<string> => {
      await using file = await this.#open(path);
      return String(await readAll(file, path, MAX_REF_BYTES)).trim();
    };
    // A failed read is tried again once, because git may replace the file while it is being opened.
    return read()
      .catch(read)
      .catch(() => undefined);
  }

  /** Opens the file by its real path, which decides whether it belongs to the repository. */
  async #open(path: string): Promise<FileHandle> {
    const real = await realpath(path);
    if (!(await this.#isOwn(real))) this.ledOut = true;
    return openRealFile(real);
  }

  async #isOwn(real: string): Promise<boolean> {
    for (const folder of [this.#gitDir, this.#commonDir])
      if (real.startsWith(`${await realpath(folder)}${sep}`)) return true;
    return false;
  }
}

function target(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^ref:\s*(\S+)$/.exec(text)?.[1];
}

/** A ref name is used as a path, so it must stay below `refs`. */
function isRefName(ref: string): boolean {
  return ref.startsWith('refs/') && !ref.split('/').some((step) => step === '' || step === '.' || step === '..');
}
