/** What is where in a commit. Folders are read when somebody asks for them, once. */
import { readTree, type TreeEntry } from './tree.ts';

export class CommittedFiles {
  readonly #folders = new Map<string, ReadonlyMap<string, TreeEntry>>();
  readonly #commonDir: string;
  readonly #top: TreeEntry;

  /** `tree`: id of the commit's top folder. */
  constructor(commonDir: string, tree: string) {
    this.#commonDir = commonDir;
    this.#top = { name: '', kind: 'folder', id: tree };
  }

  /** A link or submodule on the way ends the search: what is behind it the commit does not say. Throws for unread folders. */
  async find(steps: readonly string[]): Promise<TreeEntry | undefined> {
    let entry = this.#top;
    for (const step of steps) {
      if (entry.kind === 'link' || entry.kind === 'submodule') return entry;
      const next = entry.kind === 'folder' ? (await this.#read(entry.id)).get(step) : undefined;
      if (next === undefined) return undefined;
      entry = next;
    }
    return entry;
  }

  /** Files, links and submodules below a folder, its dot-folders left out; `path` from that folder on. */
  async *below(steps: readonly string[]): AsyncGenerator<{ readonly path: string; readonly entry: TreeEntry }> {
    const start = await this.find(steps);
    const waiting = start?.kind === 'folder' ? [{ prefix: '', id: start.id }] : [];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const entry of (await this.#read(folder.id)).values()) {
        if (entry.name.startsWith('.')) continue;
        const path = folder.prefix + entry.name;
        if (entry.kind === 'folder') waiting.push({ prefix: `${path}/`, id: entry.id });
        else yield { path, entry };
      }
    }
  }

  async #read(id: string): Promise<ReadonlyMap<string, TreeEntry>> {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    const entries = await readTree(this.#commonDir, id);
    if (entries === undefined) throw new Error(`the folder ${id} is not in the repository`);
    const folder = new Map(entries.map((entry) => [entry.name, entry]));
    this.#folders.set(id, folder);
    return folder;
  }
}
