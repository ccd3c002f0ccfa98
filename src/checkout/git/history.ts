/** Reads past commits, and what each of them changed of the watched files, within a budget. */
import { pauses } from '../../base/async.ts';
import { isYaml, MAX_FILE_BYTES, MAX_FILES } from '../find-files.ts';
import { type Commit, readCommit } from './commit.ts';
import { readObject } from './objects.ts';
import { DeltaBases } from './pack.ts';
import { EMPTY_TREES, readTree, type TreeEntry } from './tree.ts';

export interface PastCommit extends Omit<Commit, 'tree'> {
  readonly id: string;
  /** The watched folder or file as this commit has it; undefined where it has none, or a link leads to it. */
  readonly watched: TreeEntry | undefined;
}

/** A file that one of two commits has and the other has not, or has otherwise. */
export interface FileChange {
  /** Relative to the watched folder; empty where a file is watched. */
  readonly path: string;
  readonly before?: TreeEntry;
  readonly after?: TreeEntry;
}

export interface HistoryOptions {
  /** The folder of the repository that holds the objects. */
  readonly commonDir: string;
  /** The way from the top of the worktree to the watched folder or file. */
  readonly steps: readonly string[];
}

/** Folders, and names in them, read for one walk. */
const MAX_TREES = 50_000;
const MAX_NAMES = 2_000_000;
/** Names of folders kept: consecutive commits have nearly all of them in common. */
const MAX_KEPT_NAMES = 40_000;
/** Bytes of files read for one walk. */
const MAX_BYTES = 256 * 1_048_576;
/** A merge of more is not made by people. */
const MAX_PARENTS = 16;

/** Serves one walk. Methods throw a RangeError where the budget is spent, and an Error for a folder that is missing. */
export class History {
  readonly #options: HistoryOptions;
  readonly #folders = new Map<string, ReadonlyMap<string, TreeEntry>>();
  readonly #bases = new DeltaBases();
  readonly #yield = pauses();
  #mostMs = Number.POSITIVE_INFINITY;
  #workedMs = 0;
  #resumedAt = performance.now();
  #keptNames = 0;
  #treesLeft = MAX_TREES;
  #namesLeft = MAX_NAMES;
  #bytesLeft = MAX_BYTES;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** From now on so many milliseconds of work may be done; what other work takes when it is its turn does not count. */
  limitWork(mostMs: number): void {
    this.#mostMs = mostMs;
    this.#workedMs = 0;
    this.#resumedAt = performance.now();
  }

  async #pause(): Promise<void> {
    this.#workedMs += performance.now() - this.#resumedAt;
    await this.#yield();
    this.#resumedAt = performance.now();
    if (this.#workedMs > this.#mostMs) throw spent();
  }

  /** Undefined if the commit or its way to the watched folder is not in the repository (a shallow or partial clone). */
  async commit(id: string): Promise<PastCommit | undefined> {
    await this.#pause();
    const commit = await readCommit(this.#options.commonDir, id, this.#bases);
    if (commit === undefined) return undefined;
    const { tree, parents, ...facts } = commit;
    try {
      return { id, parents: parents.slice(0, MAX_PARENTS), ...facts, watched: await this.#watchedIn(tree) };
    } catch (error) {
      if (error instanceof RangeError) throw error;
      return undefined;
    }
  }

  /** Whether the object is in the repository. */
  async has(id: string): Promise<boolean> {
    return (await readObject(this.#options.commonDir, id)) !== undefined;
  }

  /** Undefined for a link, and for a file that is larger than one of a checkout may be. */
  async content(file: TreeEntry): Promise<Uint8Array | 'missing' | undefined> {
    if (file.kind !== 'file') return undefined;
    await this.#pause();
    const object = await readObject(this.#options.commonDir, file.id, this.#bases);
    if (object === undefined) return 'missing';
    if (object.type !== 'blob' || object.content.length > MAX_FILE_BYTES) return undefined;
    this.#bytesLeft -= object.content.length;
    if (this.#bytesLeft < 0) throw spent();
    return object.content;
  }

  /** The YAML files and links named like them that differ between two commits, dot-names left out. */
  async changes(before: PastCommit | undefined, after: PastCommit): Promise<readonly FileChange[]> {
    const changes: FileChange[] = [];
    const waiting = [{ path: '', before: before?.watched, after: after.watched }];
    for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
      await this.#pause();
      if (isSame(pair.before, pair.after)) continue;
      const change: FileChange = {
        path: pair.path,
        ...(isFile(pair.before) && { before: pair.before }),
        ...(isFile(pair.after) && { after: pair.after }),
      };
      if ((change.before ?? change.after) !== undefined && (pair.path === '' || isYaml(pair.path))) {
        changes.push(change);
        if (changes.length > MAX_FILES) throw spent();
      }
      const [old, fresh] = [await this.#folder(pair.before), await this.#folder(pair.after)];
      for (const name of new Set([...old.keys(), ...fresh.keys()])) {
        if (name.startsWith('.')) continue;
        const path = pair.path === '' ? name : `${pair.path}/${name}`;
        const [was, is] = [old.get(name), fresh.get(name)];
        if (!isSame(was, is) && path.length <= MAX_PATH) waiting.push({ path, before: was, after: is });
      }
    }
    return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async #watchedIn(tree: string): Promise<TreeEntry | undefined> {
    let entry: TreeEntry | undefined = { name: '', kind: 'folder', id: tree };
    for (const step of this.#options.steps) entry = (await this.#folder(entry)).get(step);
    return entry?.kind === 'folder' || entry?.kind === 'file' ? entry : undefined;
  }

  /** Empty for what is not a folder. */
  async #folder(entry: TreeEntry | undefined): Promise<ReadonlyMap<string, TreeEntry>> {
    if (entry?.kind !== 'folder' || EMPTY_TREES.has(entry.id)) return NOTHING;
    const known = this.#folders.get(entry.id);
    if (known !== undefined) return known;
    if (--this.#treesLeft < 0) throw spent();
    const folder = await readTree(
      this.#options.commonDir,
      entry.id,
      () => {
        if (--this.#namesLeft < 0) throw spent();
      },
      this.#bases,
    );
    if (folder === undefined) throw new Error(`the folder ${entry.id} is not in the repository`);
    if (this.#keptNames + folder.size > MAX_KEPT_NAMES) {
      this.#folders.clear();
      this.#keptNames = 0;
    }
    this.#folders.set(entry.id, folder);
    this.#keptNames += folder.size;
    return folder;
  }
}

const NOTHING: ReadonlyMap<string, TreeEntry> = new Map();
/** PATH_MAX of Linux: a file with a longer path cannot be checked out. */
const MAX_PATH = 4_096;

function isSame(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  return one?.id === other?.id && one?.kind === other?.kind;
}

function isFile(entry: TreeEntry | undefined): entry is TreeEntry {
  return entry?.kind === 'file' || entry?.kind === 'link';
}

function spent(): RangeError {
  return new RangeError('the history is larger than is read of one');
}
