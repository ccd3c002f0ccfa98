/** Reads a folder of a commit. */
import { readObject } from './objects.ts';
import type { DeltaBases } from './pack.ts';

/** An entry in a folder of a commit. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'submodule';
  readonly id: string;
}

/** Undefined if the object is missing or is not a folder. `take` is called for each entry, and may throw. */
export async function readTree(
  commonDir: string,
  id: string,
  take: () => void,
  bases?: DeltaBases,
): Promise<ReadonlyMap<string, TreeEntry> | undefined> {
  const object = await readObject(commonDir, id, bases);
  if (object?.type !== 'tree') return undefined;
  return entriesOf(object.content, id.length / 2, take);
}

/**
 * The ids of the empty folder, by SHA-1 and SHA-256. Git does not check it out, and a repository need not hold the
 * object although a commit refers to it.
 */
export const EMPTY_TREES: ReadonlySet<string> = new Set([
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
]);

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '40000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
};

const MODE = /^[0-7]{5,6}$/;

function entriesOf(content: Buffer, idLength: number, take: () => void): ReadonlyMap<string, TreeEntry> | undefined {
  const entries = new Map<string, TreeEntry>();
  for (let at = 0; at < content.length; ) {
    take();
    const space = content.indexOf(0x20, at);
    const nul = content.indexOf(0, at);
    const end = nul + 1 + idLength;
    const mode = content.toString('latin1', at, space);
    // A malformed entry has no end from which to continue, so the whole folder is given up.
    if (space === -1 || nul < space || end > content.length || !MODE.test(mode)) return undefined;
    const name = content.toString('utf8', space + 1, nul);
    entries.set(name, { kind: KINDS[mode] ?? 'file', name, id: content.toString('hex', nul + 1, end) });
    at = end;
  }
  return entries;
}
