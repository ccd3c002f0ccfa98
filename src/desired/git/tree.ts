/** The folders of a commit. */
import { readObject } from './object-store.ts';

export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'submodule';
  readonly id: string;
}

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '40000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
};

const MODE = /^[0-7]{5,6}$/;

/** Undefined where the object is not there, or is no folder. `take` is called for each entry, and may throw. */
export async function readTree(
  commonDir: string,
  id: string,
  take: () => void,
): Promise<ReadonlyMap<string, TreeEntry> | undefined> {
  const object = await readObject(commonDir, id);
  if (object?.type !== 'tree') return undefined;
  return entriesOf(object.content, id.length / 2, take);
}

function entriesOf(content: Buffer, idLength: number, take: () => void): ReadonlyMap<string, TreeEntry> | undefined {
  const entries = new Map<string, TreeEntry>();
  for (let at = 0; at < content.length; ) {
    take();
    const space = content.indexOf(0x20, at);
    const nul = content.indexOf(0, at);
    const end = nul + 1 + idLength;
    const mode = content.toString('latin1', at, space);
    // What is no entry has no end either.
    if (space === -1 || nul < space || end > content.length || !MODE.test(mode)) return undefined;
    const name = content.toString('utf8', space + 1, nul);
    entries.set(name, { kind: KINDS[mode] ?? 'file', name, id: content.toString('hex', nul + 1, end) });
    at = end;
  }
  return entries;
}
