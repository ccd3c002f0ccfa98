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

/** Undefined where the object is not there. */
export async function readTree(commonDir: string, id: string): Promise<readonly TreeEntry[] | undefined> {
  const object = await readObject(commonDir, id);
  if (object?.type !== 'tree') return undefined;
  const { content } = object;
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const nul = content.indexOf(0, space);
    const end = nul + 1 + id.length / 2;
    entries.push({
      kind: KINDS[content.toString('latin1', at, space)] ?? 'file',
      name: content.toString('utf8', space + 1, nul),
      id: content.toString('hex', nul + 1, end),
    });
    at = end;
  }
  return entries;
}
