/**
 * Finds what git has and the checkout lacks: submodules and files that are not checked out, files emptied without a
 * commit. Their subscriptions must not look deleted. Nothing is reported where git's files cannot be read here.
 */
import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { type Problem, Problems } from '../document/problems.ts';
import { isYaml } from './find-files.ts';
import { type Committed, MAX_TREE_ENTRIES, MAX_TREES, readCommitted, TreeBudget } from './git/commit.ts';
import type { WorktreeFile } from './git/dirty.ts';
import { isBlob, readObject } from './git/objects.ts';
import { isSparse } from './git/sparse.ts';
import type { TreeEntry } from './git/tree.ts';
import { exists, type Repository, repositoryAt } from './git/worktree.ts';
import { isInside, type Location } from './location.ts';

const ELSEWHERE = 'or point source.path elsewhere';
const NO_SUBMODULE = `git has a submodule here that is not checked out, and what it holds must not look deleted: check it out (git submodule update --init --recursive), ${ELSEWHERE}`;
const NO_FILE = `git has this file and the sparse checkout does not, so it must not look deleted: check it out (git sparse-checkout add, or disable), ${ELSEWHERE}`;
const EMPTIED = `the file holds no subscription and the commit has some in it, so they must not look deleted: check it out (git restore), commit it as it is if they are to go, ${ELSEWHERE}`;
const NOT_COMPARED = `the commit has more than ${MAX_TREES} folders, or ${MAX_TREE_ENTRIES} names in them, on the way and below: whether the checkout differs from it, and whether it lacks anything, cannot be determined. Remove what is not needed, or point source.path at the folder of the subscriptions in a smaller repository`;

/** PATH_MAX of Linux: a longer link target leads nowhere. */
const MAX_PATH_BYTES = 4_096;

/** Serves one reading of a checkout, and reads each of its commits once. */
export class Lacking {
  /** Submodules below the path that are checked out; filled by `notCheckedOut`. */
  readonly submodules: Repository[] = [];
  readonly #location: Location;
  /** What each repository has committed, by the root of its worktree. */
  readonly #repositories = new Map<string, Promise<Committed | undefined>>();
  readonly #byFolder = new Map<string, Promise<Repository | undefined>>();
  readonly #sparse = new Map<string, Promise<boolean | undefined>>();
  readonly #walked = new Set<string>();
  readonly #budget: TreeBudget;

  /** `committed`: the commit of the repository that the location lies in. */
  constructor(location: Location, committed: Committed | undefined) {
    this.#location = location;
    this.#budget = committed?.files.budget ?? new TreeBudget();
    if (location.repository) this.#repositories.set(location.repository.root, Promise.resolve(committed));
  }

  /** Submodules and files that are not checked out. `files`: those that are present. */
  async notCheckedOut(files: readonly { readonly real: string }[]): Promise<Problems> {
    const search = new Search(files);
    if (!this.#location.isFile) await this.#walk(this.#location.real, '', search);
    return search.problems;
  }

  /**
   * Files that are empty here and hold subscriptions in the commit. `files`: those without entries, named as problems
   * do.
   */
  async emptied(files: readonly WorktreeFile[], hasEntries: HasEntries): Promise<Problems> {
    const problems = new Problems();
    for (const { name, real, content } of files) {
      const committed = await this.#committedAt(dirname(real));
      const entry = await committed?.files.find(stepsTo(committed, real)).catch(() => undefined);
      if (committed === undefined || entry === undefined) continue;
      if (entry.kind !== 'link' && (entry.kind !== 'file' || isBlob(content, entry.id))) continue;
      if (entry.kind === 'link' || (await hasEntries(committed.repository.commonDir, entry.id)))
        problems.add(problem(name, 'emptied', EMPTIED));
    }
    return problems;
  }

  /** A warning if the commit was too large to be compared whole. Call it last, when the other answers are complete. */
  notCompared(): Problems {
    const problems = new Problems();
    if (this.#budget.isSpent) problems.add({ ...problem('.', 'too-large', NOT_COMPARED), severity: 'warning' });
    return problems;
  }

  async #walk(folder: string, prefix: string, search: Search): Promise<void> {
    if (this.#walked.has(folder)) return;
    this.#walked.add(folder);
    const committed = await this.#committedAt(folder);
    if (committed === undefined) return;
    const steps = stepsTo(committed, folder);
    const start = await committed.files.find(steps).catch(() => undefined);
    // A submodule that is checked out would have been found as a repository of its own.
    if (start?.kind === 'submodule') {
      search.report(folder, prefix.slice(0, -1) || '.', NO_SUBMODULE);
      return;
    }
    // If this cannot be determined, an error too many is better than a delete.
    const sparse = (await this.#isSparse(committed.repository)) ?? true;
    for await (const { path, entry } of toInspect(committed, steps, sparse)) {
      const place = join(folder, path);
      const name = prefix + path;
      if (entry.kind === 'submodule') await this.#submodule(place, name, search);
      else if (sparse && (await isLeftOut(committed, place, entry, search.present)))
        search.report(place, name, NO_FILE);
      else if (entry.kind === 'link') await this.#follow(place, name, search);
    }
  }

  /** Reads the configuration of each repository once: it may be large, and the folders many. */
  async #isSparse(repository: Repository): Promise<boolean | undefined> {
    let sparse = this.#sparse.get(repository.root);
    if (sparse === undefined) {
      sparse = isSparse(repository);
      this.#sparse.set(repository.root, sparse);
    }
    return sparse;
  }

  async #submodule(folder: string, name: string, search: Search): Promise<void> {
    const repository = await checkedOut(folder);
    if (repository === undefined) {
      search.report(folder, name, NO_SUBMODULE);
      return;
    }
    this.submodules.push(repository);
    await this.#walk(repository.root, `${name}/`, search);
  }

  /** Follows a link to a folder within the checkout, as `findFiles` does. */
  async #follow(link: string, name: string, search: Search): Promise<void> {
    const real = await realpath(link).catch(() => undefined);
    const isFolder = real !== undefined && (await stat(real).catch(() => undefined))?.isDirectory();
    if (real !== undefined && isFolder && isInside(this.#location.root, real))
      await this.#walk(real, `${name}/`, search);
  }

  /** Kept by folder, because most files share their folders, and those the folders above them. */
  async #repositoryOf(folder: string): Promise<Repository | undefined> {
    let found = this.#byFolder.get(folder);
    if (found === undefined) {
      const above = dirname(folder);
      found = repositoryAt(folder).then((own) => own ?? (above === folder ? undefined : this.#repositoryOf(above)));
      this.#byFolder.set(folder, found);
    }
    return found;
  }

  async #committedAt(folder: string): Promise<Committed | undefined> {
    const repository = await this.#repositoryOf(folder);
    if (repository === undefined) return undefined;
    let committed = this.#repositories.get(repository.root);
    if (committed === undefined) {
      committed = readCommitted(repository, undefined, this.#budget);
      this.#repositories.set(repository.root, committed);
    }
    return committed;
  }
}

class Search {
  readonly problems = new Problems();
  /** Real paths of the files in the checkout. */
  readonly present: ReadonlySet<string>;
  readonly #reported = new Set<string>();

  constructor(files: readonly { readonly real: string }[]) {
    this.present = new Set(files.map(({ real }) => real));
  }

  /** Reports each place once: links may lead to the same place several times. */
  report(place: string, name: string, message: string): void {
    if (this.#reported.has(place)) return;
    this.#reported.add(place);
    this.problems.add(problem(name, 'not-checked-out', message));
  }
}

function problem(file: string, rule: string, message: string): Problem {
  return { severity: 'error', file, line: 1, column: 1, field: '', message, rule };
}

function stepsTo({ repository }: Committed, path: string): readonly string[] {
  return relative(repository.root, path).split(sep).filter(Boolean);
}

/** Submodules and links, and in a sparse checkout YAML files too, as far as the commit's folders can be read. */
async function* toInspect(
  { files }: Committed,
  steps: readonly string[],
  sparse: boolean,
): AsyncGenerator<{ readonly path: string; readonly entry: TreeEntry }> {
  try {
    for await (const placed of files.below(steps)) {
      if (placed.entry.kind !== 'file' || (sparse && isYaml(placed.path))) yield placed;
    }
  } catch {
    // A folder is not in the repository, or there are too many: nothing can be said about what they hold.
  }
}

/**
 * The repository of a submodule that is checked out. While git clones a submodule it writes the index last, so one
 * without an index is not complete. Where its repository is not mounted, the `.git` file alone counts.
 */
async function checkedOut(folder: string): Promise<Repository | undefined> {
  const root = await realpath(folder).catch(() => undefined);
  const repository = root === undefined ? undefined : await repositoryAt(root).catch(() => undefined);
  if (repository?.gitDir === undefined) return repository;
  return (await exists(join(repository.gitDir, 'index'))) ? repository : undefined;
}

/**
 * Whether a file or link is missing that would be read: of links, one named as YAML, or one that may lead to a folder.
 */
async function isLeftOut(
  committed: Committed,
  place: string,
  entry: TreeEntry,
  present: ReadonlySet<string>,
): Promise<boolean> {
  if (present.has(place)) return false;
  const isThere = await lstat(place).then(
    () => true,
    () => false,
  );
  return !isThere && (entry.kind !== 'link' || isYaml(place) || (await leadsToFolder(committed, place, entry.id)));
}

async function leadsToFolder(committed: Committed, link: string, id: string): Promise<boolean> {
  const target = await readObject(committed.repository.commonDir, id);
  if (target === undefined || target.content.length > MAX_PATH_BYTES) return true;
  const steps = stepsTo(committed, join(dirname(link), target.content.toString()));
  const found = await committed.files.find(steps).catch(() => undefined);
  return found !== undefined && found.kind !== 'file';
}

/** Whether a blob holds entries; also true where that cannot be determined. */
export type HasEntries = (commonDir: string, blobId: string) => Promise<boolean>;
