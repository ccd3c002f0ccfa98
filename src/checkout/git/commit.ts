/** Reads a worktree's commit and its folders, within a budget, so that the worktree can be compared with it. */
import { pauses } from '../../base/async.ts';
import { printable } from '../../base/text.ts';
import { type Head, readHead } from './head.ts';
import { readObject } from './objects.ts';
import type { DeltaBases } from './pack.ts';
import { EMPTY_TREES, readTree, type TreeEntry } from './tree.ts';
import type { Repository } from './worktree.ts';

export interface Committed {
  readonly repository: Repository & { readonly gitDir: string; readonly commonDir: string };
  readonly head: Head;
  readonly commit: Commit;
  readonly files: CommittedFiles;
}

/** Undefined if there is no repository or it is not mounted, and if there is no commit or it cannot be read. */
export async function readCommitted(
  repository: Repository | undefined,
  knownHead?: Head,
  budget = new TreeBudget(),
): Promise<Committed | undefined> {
  if (repository === undefined) return undefined;
  const { gitDir, commonDir } = repository;
  if (gitDir === undefined || commonDir === undefined) return undefined;
  const head = knownHead ?? (await readHead(gitDir, commonDir));
  const commit = head && (await readCommit(commonDir, head.id));
  if (head === undefined || commit === undefined) return undefined;
  const files = new CommittedFiles(commonDir, commit.tree, budget);
  return { repository: { ...repository, gitDir, commonDir }, head, commit, files };
}

/** The facts in a commit object. */
export interface Commit {
  /** Id of the top folder. */
  readonly tree: string;
  /** Ids. A shallow clone has the commit without its parents. */
  readonly parents: readonly string[];
  readonly author?: string;
  /** When it was committed, ISO 8601, UTC. */
  readonly time?: string;
  /** The first paragraph of the message on one line, as `git log --format=%s`. */
  readonly subject?: string;
}

/** Of a commit that are looked at: what is asked for stands at its beginning, and its message may be of any length. */
const MAX_COMMIT_BYTES = 65_536;
const MAX_TEXT = 200;
/** Characters of the message that are read for its first paragraph, which may be of any length. */
const MAX_PARAGRAPH = 4_096;

/** Undefined if the object is missing or is not a commit. */
export async function readCommit(commonDir: string, id: string, bases?: DeltaBases): Promise<Commit | undefined> {
  const object = await readObject(commonDir, id, bases);
  return object?.type === 'commit' ? parseCommit(object.content.subarray(0, MAX_COMMIT_BYTES)) : undefined;
}

function parseCommit(content: Buffer): Commit | undefined {
  const encoding = /^encoding (\S+)$/m.exec(content.toString('latin1').split('\n\n', 1)[0] ?? '')?.[1];
  const text = decode(content, encoding);
  const end = text.indexOf('\n\n');
  const header = end === -1 ? text : text.slice(0, end);
  const tree = /^tree ([0-9a-f]+)$/m.exec(header)?.[1];
  if (tree === undefined) return undefined;
  const author = bounded(/^author (.*?) ?</m.exec(header)?.[1] ?? '');
  const seconds = Number(/^committer .*> (-?\d+) [+-]\d+$/m.exec(header)?.[1]);
  const paragraph =
    end === -1
      ? ''
      : text
          .slice(end + 2)
          .trimStart()
          .slice(0, MAX_PARAGRAPH)
          .trim()
          .split(/\n\s*\n/, 1)[0];
  const subject = bounded(
    (paragraph ?? '')
      .split('\n')
      .map((line) => line.trim())
      .join(' '),
  );
  return {
    tree,
    parents: [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent]) => parent ?? ''),
    ...(author === '' ? {} : { author }),
    ...(Math.abs(seconds) < 8.64e12 ? { time: new Date(seconds * 1000).toISOString() } : {}),
    ...(subject === '' ? {} : { subject }),
  };
}

function decode(content: Buffer, encoding = 'utf-8'): string {
  try {
    return new TextDecoder(encoding).decode(content);
  } catch {
    return content.toString('utf8');
  }
}

function bounded(text: string): string {
  return printable(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
}

const NOTHING: ReadonlyMap<string, TreeEntry> = new Map();

class CommittedFiles {
  /** Shared by all commits that one reading of a checkout reads. */
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

  /**
   * A link or submodule on the way ends the search, because this commit does not say what is behind it. Throws for a
   * folder that cannot be read.
   */
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

  /** Files, links and submodules below a folder, without dot-names; `path` is relative to that folder. */
  async *below(steps: readonly string[]): AsyncGenerator<{ readonly path: string; readonly entry: TreeEntry }> {
    const pause = pauses();
    const start = await this.find(steps);
    const waiting = start?.kind === 'folder' ? [{ prefix: '', id: start.id }] : [];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const entry of (await this.#read(folder.id)).values()) {
        const path = folder.prefix + entry.name;
        this.budget.takeVisit(path);
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

/** Folders read: as many as a checkout may have on disk. */
export const MAX_TREES = 5_000;
/** Entries of the folders read, which stay in memory at some 250 bytes each. */
export const MAX_TREE_ENTRIES = 100_000;
/** Entries visited: equal folders are read once, but visited in each place. */
const MAX_VISITS = 200_000;
/** PATH_MAX of Linux: a file with a longer path cannot be checked out. */
const MAX_PATH = 4_096;

export class TreeBudget {
  #trees = 0;
  #entries = 0;
  #visits = 0;
  #isSpent = false;

  /** Whether something was left unread, so that it cannot be determined whether a checkout differs from its commit. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Throws if the budget is spent, as the other methods do. */
  takeTree(): void {
    this.#hold(++this.#trees <= MAX_TREES);
  }

  takeEntry(): void {
    this.#hold(++this.#entries <= MAX_TREE_ENTRIES);
  }

  takeVisit(path: string): void {
    this.#hold(++this.#visits <= MAX_VISITS && path.length <= MAX_PATH);
  }

  #hold(isWithin: boolean): void {
    // Once spent, the budget refuses everything, so that the largest folders are not read again in vain.
    if (isWithin && !this.#isSpent) return;
    this.#isSpent = true;
    throw new RangeError('the commit has more folders and files than are compared');
  }
}
