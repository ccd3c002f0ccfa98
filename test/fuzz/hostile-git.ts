/** Repositories as whoever may write to their volume could make them: small on the disk, large once they are read. */
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import type { Fed } from './fed.ts';
import {
  CLAIMED,
  commitOf,
  delta,
  type Entry,
  type HandMade,
  handMade,
  header,
  indexOf,
  loose,
  MIB,
} from './hand-made-git.ts';

/** What may still be said of it: all, the commit's id and name alone, all but whether it is dirty, or the content's hash. */
export type Said = 'all' | 'id' | 'not dirty' | 'hash';

export interface HostileGit {
  /** `times`: how much larger than what a test has time for. */
  readonly make: (repository: HandMade, times: number) => void;
  readonly said: Said;
}

/** Copies 64 KiB from the beginning of the base. */
const COPY = [0x80];
const BASE = {
  kind: 1,
  content: Buffer.concat([commitOf('a'.repeat(40)), Buffer.alloc(65_536)]).subarray(0, 65_536),
} as const;
const lengthOf = (entry: Entry): number => header(entry).length + deflateSync(entry.content).length;

/** By name: where the file is, and how much it is as large as. */
const sparseFile = (path: string | ((made: HandMade) => string), said: Said, begin = ''): HostileGit => ({
  make: (made, times) => made.sparse(typeof path === 'string' ? path : path(made), 200 * times, begin),
  said,
});

export const HOSTILE_GIT: Readonly<Record<string, HostileGit>> = {
  'nothing wrong': { make: () => {}, said: 'all' },
  'a HEAD of many megabytes': sparseFile('HEAD', 'hash', 'ref: refs/heads/main\n'),
  'a branch of many megabytes': sparseFile('refs/heads/main', 'hash'),
  'packed branches of many megabytes': {
    make: (made, times) => {
      made.write('HEAD', 'ref: refs/heads/other\n');
      made.sparse('packed-refs', 200 * times, `${made.head} refs/heads/main\n`);
    },
    said: 'hash',
  },
  'a commondir of many megabytes': sparseFile('commondir', 'hash', '.\n'),
  'alternates of many megabytes': {
    make: (made, times) => {
      made.sparse('objects/info/alternates', 200 * times);
      made.pointAt(CLAIMED);
    },
    said: 'id',
  },
  'a loose object of many megabytes': sparseFile(({ head }) => loose(head), 'id'),
  'a configuration of many megabytes': sparseFile('config', 'not dirty'),
  'a commit that inflates without end': {
    make: (made, times) => made.pointAt(made.object('commit', Buffer.alloc(24 * MIB * times))),
    said: 'id',
  },
  'a folder that inflates without end': {
    make: (made, times) => made.commitTree(Buffer.alloc(24 * MIB * times)),
    said: 'not dirty',
  },
  'an index that claims names without end': {
    make: (made, times) => {
      made.sparse('objects/pack/pack-1.idx', 200 * times, indexOf(CLAIMED, 0, 9_000_000 * times));
      made.pointAt(CLAIMED);
    },
    said: 'id',
  },
  'a packed object that claims to be of many megabytes': {
    make: (made, times) => {
      made.pack([{ ...BASE, size: 200 * MIB * times }]);
      truncateSync(join(made.folder, '.git/objects/pack/pack-1.pack'), 200 * MIB * times);
    },
    said: 'id',
  },
  'a delta of copies': {
    make: (made, times) => {
      const count = 3_200 * times;
      const content = delta(65_536, 65_536 * count, COPY, count);
      made.pack([BASE, { kind: 6, base: lengthOf(BASE), content }]);
    },
    said: 'id',
  },
  'a delta of a million instructions': {
    make: (made) => {
      const content = delta(65_536, MIB, [1, 0x61], MIB);
      made.pack([BASE, { kind: 6, base: lengthOf(BASE), content }]);
    },
    said: 'id',
  },
  'a delta that copies what is not there': {
    make: (made) =>
      made.pack([BASE, { kind: 6, base: lengthOf(BASE), content: delta(65_536, 65_536, [0xb1, 0xff, 0xff], 1) }]),
    said: 'id',
  },
  'a chain of large deltas': {
    make: (made, times) => {
      const entry = { kind: 6, content: Buffer.alloc(Math.min(16, times) * MIB) } as const;
      const deflated = deflateSync(entry.content);
      const length = header({ ...entry, base: 10_000 }).length + deflated.length;
      const first = { ...entry, deflated, base: lengthOf(BASE) };
      made.pack([BASE, first, ...Array.from({ length: 150 }, () => ({ ...entry, deflated, base: length }))]);
    },
    said: 'id',
  },
  'a chain of deltas with large results': {
    make: (made) => {
      const grow = { kind: 6, base: lengthOf(BASE), content: delta(65_536, 3 * MIB, COPY, 48) } as const;
      // From the beginning as much as an instruction can copy, again and again.
      const same = { kind: 6, content: delta(3 * MIB, 3 * MIB, COPY, 48) } as const;
      let before = header(grow).length + deflateSync(grow.content).length;
      const chain = Array.from({ length: 190 }, () => {
        const entry = { ...same, base: before };
        before = header(entry).length + deflateSync(entry.content).length;
        return entry;
      });
      made.pack([BASE, grow, ...chain]);
    },
    said: 'id',
  },
  'a delta against itself': {
    make: (made) => made.pack([{ kind: 7, content: delta(65_536, 65_536, COPY, 1) }]),
    said: 'id',
  },
  'many packs whose deltas are against one another': {
    make: (made, times) => {
      const entry = { kind: 7, content: delta(65_536, 65_536, COPY, 1) } as const;
      for (let n = 0; n < 30 * times; n++) made.pack([entry], `pack-${n}`);
    },
    said: 'id',
  },
  'names without end beside the packs': {
    make: (made, times) => {
      for (let n = 0; n < 2_000 * times; n++) made.write(`objects/pack/${'x'.repeat(200)}${n}.idx`, '');
      made.pointAt(CLAIMED);
    },
    said: 'id',
  },
  'alternates that are repeated': {
    make: (made) => {
      made.write('objects/info/alternates', '../objects\n'.repeat(5_000));
      made.pointAt(CLAIMED);
    },
    said: 'id',
  },
  'alternates that name one another': {
    make: (made) => {
      const names = Array.from({ length: 40 }, (_, n) => `o${n}`);
      for (const folder of ['objects', ...names])
        made.write(`${folder}/info/alternates`, names.map((name) => `../${name}\n`).join(''));
      made.pointAt(CLAIMED);
    },
    said: 'id',
  },
  'a configuration that includes itself': {
    make: (made) => made.write('config', '[include]\n\tpath = config\n'.repeat(50)),
    said: 'not dirty',
  },
  'a configuration of blanks': {
    make: (made) => made.write('config', `[core${' '.repeat(500_000)}x`),
    said: 'all',
  },
  'a configuration of one value': {
    make: (made) => made.write('config', `[core]\nx = ${'\\n'.repeat(250_000)}`),
    said: 'all',
  },
  'a commit of lines': {
    make: (made) => made.pointAt(made.object('commit', commitOf('a'.repeat(40), 'a\n'.repeat(1_900_000)))),
    said: 'not dirty',
  },
  'a folder that is not one': {
    make: (made) => made.commitTree(Buffer.from('x'.repeat(100))),
    said: 'not dirty',
  },
  'a commit that is another': {
    make: (made) => made.pointAt(made.object('commit', commitOf('a'.repeat(40), 'Other'), CLAIMED)),
    said: 'id',
  },
};

/** Feeds one of the above; gives what is told of it, and how much of that there may be. */
export async function loadHostile(
  fed: Fed,
  name: string,
  times = 1,
): Promise<{ readonly told: unknown; readonly said: Said }> {
  const { make, said } = HOSTILE_GIT[name] ?? HOSTILE_GIT['nothing wrong']!;
  using made = handMade();
  make(made, times);
  const { result: told } = await fed.feed({ kind: 'git', path: made.folder });
  return { told, said };
}

/** As git would write them, to be damaged. */
const FILES: Readonly<Record<string, (made: HandMade) => Uint8Array>> = {
  HEAD: () => Buffer.from('ref: refs/heads/main\n'),
  commondir: () => Buffer.from('.\n'),
  'refs/heads/main': () => Buffer.from('ref: refs/heads/other\n'),
  'packed-refs': ({ head }) => Buffer.from(`# pack-refs with: peeled\n${head} refs/heads/main\n`),
  'objects/info/alternates': () => Buffer.from('../objects\n/nowhere\n'),
  config: () => Buffer.from('[core]\n\tbare = false\n[include "x"]\n\tpath = "config"\\\n # more\n'),
  'objects/pack/pack-1.idx': () => indexOf(CLAIMED, 0),
  'objects/pack/pack-1.pack': () => Buffer.concat([header(BASE), deflateSync(BASE.content)]),
};

interface Edit {
  /** As a share of the length. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.uint8Array({ maxLength: 12 }) });

function edited(content: Uint8Array, edits: readonly Edit[]): Uint8Array {
  return edits.reduce((before: Uint8Array, { at, bytes }) => {
    const from = Math.floor(at * before.length);
    return Buffer.concat([before.subarray(0, from), bytes, before.subarray(from + bytes.length)]);
  }, content);
}

/** Damages a file of the repository, or has it end early; or makes an object of anything. */
export const damage: fc.Arbitrary<(made: HandMade) => void> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...Object.keys(FILES)),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(1, 1, 0.5),
    )
    .map(([name, edits, end]) => (made: HandMade) => {
      const content = FILES[name]?.(made) ?? Buffer.of();
      if (name.includes('pack-1')) made.pack([BASE]);
      made.write(name, edited(content.subarray(0, content.length * end), edits));
    }),
  fc
    .tuple(fc.constantFrom('commit', 'tree'), fc.uint8Array({ maxLength: 300 }))
    .map(([type, content]) => (made: HandMade) => {
      if (type === 'tree') made.commitTree(content);
      else made.pointAt(made.object(type, content));
    }),
  fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 5 }).map((deltas) => (made: HandMade) => {
    const entries = deltas.map((content) => ({ kind: 7, content }) as const);
    made.pack([BASE, ...entries, { kind: 6, base: 30, content: delta(65_536, 100, [...(deltas[0] ?? [])], 3) }]);
  }),
);
