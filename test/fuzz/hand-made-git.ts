/** A repository made byte by byte, as git never makes one: gitformat-pack(5). */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

const ADA = 'Ada <ada@tenant.tld> 1763629200 +0000';
const FILE = 'title: A\nurl: https://a.tld/\n';
/** Whatever has no object of its own. */
export const CLAIMED = 'c'.repeat(40);
export const MIB = 1_048_576;

/** A worktree with one committed file, and a `.git` that no git has touched. */
export class HandMade implements Disposable {
  readonly folder: string;
  readonly head: string;

  constructor(folder: string) {
    this.folder = folder;
    writeFileSync(join(folder, 'a.yaml'), FILE);
    const blob = this.object('blob', Buffer.from(FILE));
    const tree = this.object('tree', Buffer.concat([Buffer.from('100644 a.yaml\0'), Buffer.from(blob, 'hex')]));
    this.head = this.object('commit', commitOf(tree));
    this.write('HEAD', 'ref: refs/heads/main\n');
    this.write('index', '');
    this.pointAt(this.head);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  /** `path`: in `.git`. */
  write(path: string, content: string | Uint8Array): void {
    const file = join(this.folder, '.git', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** A file of this size that takes up no room. */
  sparse(path: string, megabytes: number, begin: string | Uint8Array = ''): void {
    this.write(path, begin);
    truncateSync(join(this.folder, '.git', path), megabytes * MIB);
  }

  pointAt(commit: string): void {
    this.write('refs/heads/main', `${commit}\n`);
  }

  /** Loose, at once the commit of the branch where it is one; `id`: what it only claims to be. */
  object(type: string, content: Uint8Array, id = idOf(type, content)): string {
    const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    this.write(loose(id), deflateSync(whole));
    return id;
  }

  /** A commit whose folder is this. */
  commitTree(content: Uint8Array): void {
    this.pointAt(this.object('commit', commitOf(this.object('tree', content))));
  }

  /** The branch's commit is the last of the entries. */
  pack(entries: readonly Entry[], name = 'pack-1'): void {
    const parts: Buffer[] = [];
    let offset = 0;
    const offsets = entries.map((entry) => {
      const at = offset;
      const part = Buffer.concat([header(entry), entry.deflated ?? deflateSync(entry.content)]);
      parts.push(part);
      offset += part.length;
      return at;
    });
    this.write(`objects/pack/${name}.pack`, Buffer.concat(parts));
    this.write(`objects/pack/${name}.idx`, indexOf(CLAIMED, offsets.at(-1) ?? 0));
    this.pointAt(CLAIMED);
  }
}

/** In a new folder, which is gone with it. */
export function handMade(): HandMade {
  return new HandMade(mkdtempSync(join(tmpdir(), 'hostile-git-')));
}

export interface Entry {
  /** 1 a commit, 6 a delta against what stands `base` bytes before, 7 a delta against `CLAIMED`. */
  readonly kind: 1 | 6 | 7;
  readonly content: Uint8Array;
  readonly base?: number;
  /** What its header says, where that is not true. */
  readonly size?: number;
  readonly deflated?: Buffer;
}

export function commitOf(tree: string, message = 'Add A'): Buffer {
  return Buffer.from(`tree ${tree}\nauthor ${ADA}\ncommitter ${ADA}\n\n${message}\n`);
}

function idOf(type: string, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

export function loose(id: string): string {
  return `objects/${id.slice(0, 2)}/${id.slice(2)}`;
}

export function header({ kind, content, base, size = content.length }: Entry): Buffer {
  const bytes = [(kind << 4) | (size % 16)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest % 128);
  }
  if (kind === 7) bytes.push(...Buffer.from(CLAIMED, 'hex'));
  if (kind === 6) {
    const distance = [(base ?? 0) & 0x7f];
    for (let rest = (base ?? 0) >> 7; rest > 0; rest >>= 7) distance.unshift(0x80 | (--rest & 0x7f));
    bytes.push(...distance);
  }
  return Buffer.from(bytes);
}

/** Of one name; `count`: how many it claims to have. */
export function indexOf(id: string, offset: number, count = 1): Buffer {
  const name = Buffer.from(id, 'hex');
  const index = Buffer.alloc(8 + 1024 + 20 + 4 + 4 + 40);
  index.writeUInt32BE(0xff744f63, 0);
  index.writeUInt32BE(2, 4);
  for (let byte = name.readUInt8(0); byte < 256; byte++) index.writeUInt32BE(count, 8 + byte * 4);
  name.copy(index, 1032);
  index.writeUInt32BE(offset, 1056);
  return index;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest >= 128 ? (rest % 128) | 0x80 : rest);
    if (rest < 128) return Buffer.from(bytes);
  }
}

/** `instructions` again and again. */
export function delta(base: number, result: number, instructions: readonly number[], count: number): Buffer {
  return Buffer.concat([
    varint(base),
    varint(result),
    Buffer.alloc(instructions.length * count, Buffer.from(instructions)),
  ]);
}
