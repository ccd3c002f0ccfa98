/** What is where in a commit. Folders are read when somebody asks for them, once. */
import { pauses } from '../in-slices.ts';
import { readTree, type TreeEntry } from './tree.ts';
import type { TreeBudget } from './tree-budget.ts';

/** Of SHA-1 and SHA-256. git does not check it out, and commits refer to it without having it. */
const EMPTY_TREES: ReadonlySet<string> = new Set([
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
]);
const NOTHING: ReadonlyMap<string, TreeEntry> = new Map();

export class CommittedFiles {
  /** Shared by all that are read at one look. */
  readonly budget: TreeBudget;
  readonly #folders = new Map<string, ReadonlyMap<string, TreeEntry>>();
  readonly #commonDir: string;
  readonly #top: TreeEntry;

  /** `tree`: id of the commit's top folder. */
  constructor(commonDir: string, tree: string, budget: TreeBudget) {
    this.#commonDir = commonDir;
    this.budget = budget;
    this.#top = { name: '', kind: 'folder', id: tree };
  }

  /** A link or submodule on the way ends the search: what is behind it the commit does not say. Throws for folders not to be read. */
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
    const pause = pauses();
    const start = await this.find(steps);
    const waiting = start?.kind === 'folder' ? [{ prefix: '', id: start.id }] : [];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const entry of (await this.#read(folder.id)).values()) {
        const path = folder.prefix + entry.name;
        this.budget.takeLook(path);
        await pause();
        if (entry.name.startsWith('.') || EMPTY_TREES.has(entry.id)) continue;
        if (entry.kind === 'folder') waiting.push({ prefix: `${path}/`, id: entry.id });
        else yield { path, entry };
      }
    }
  }

  async #read(id: string): Promise<ReadonlyMap<string, TreeEntry>> {
    if (EMPTY_TREES.has(id)) return NOTHING;
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    this.budget.takeTree();
    const folder = await readTree(this.#commonDir, id, () => this.budget.takeEntry());
    if (folder === undefined) throw new Error(`the folder ${id} is not in the repository`);
    this.#folders.set(id, folder);
    return folder;
  }
}
