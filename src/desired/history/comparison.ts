/** Compares the entries of a commit with those of a parent, as far as it matters to what is looked for. */
import type { FileChange, History, PastCommit } from '../../checkout/git/history.ts';
import { type EntryVersion, type Versions, versionsOf } from './versions.ts';

/** A commit to look at. Titles are normalised (`titleKey`). */
export interface Stop {
  readonly commit: PastCommit;
  /** Entries that the commit has, unless in doubt. */
  readonly present: Map<string, Pending>;
  /** Titles of which it has no entry. */
  readonly absent: Set<string>;
  /** Files of the commit that cannot be read, by path. */
  readonly unreadable: Map<string, Unreadable>;
}

export interface Pending {
  /** What the entry means. */
  readonly key: string;
  /** Present where it is unknown whether the commit has the entry with this key. */
  readonly doubt?: Doubt;
}

interface Doubt {
  /** The last commit that is known to have it. */
  readonly since: PastCommit;
  /** The file that may hold it. */
  readonly path: string;
  /** The file is not in the repository, rather than in error. */
  readonly isMissing: boolean;
}

export interface Unreadable {
  readonly path: string;
  readonly isMissing: boolean;
  /** The next commit that has the file in a form that can be read; undefined if there is none. */
  readonly readableIn: PastCommit | undefined;
}

/** Where the parent has an entry. */
export interface Place {
  readonly path: string;
  readonly version: EntryVersion;
  /** The next commit whose files are known not to have the entry in this place. */
  readonly goneIn: PastCommit | undefined;
}

/** Throws as `History` does. */
export async function compare(
  { commit, present, absent, unreadable }: Stop,
  parent: PastCommit,
  { history, versions }: { readonly history: History; readonly versions: Versions },
): Promise<Comparison> {
  const changes = await history.changes(parent, commit);
  const affected = present.size === 0 ? new Set<string>() : await entriesIn(changes, present, versions);
  const places = new Map<string, Place[]>();
  const still = new Map(unreadable);
  if (affected.size + absent.size > 0)
    for (const { path, before, after } of changes) {
      const isReadable = (await versions.of(after)) !== undefined;
      const goneIn = isReadable ? commit : unreadable.get(path)?.readableIn;
      const file = await versions.of(before);
      still.delete(path);
      if (before !== undefined && file === undefined)
        still.set(path, { path, isMissing: versions.missing.has(before.id), readableIn: goneIn });
      for (const title of file?.keys() ?? []) {
        if (!affected.has(title) && !absent.has(title)) continue;
        const found = places.get(title) ?? [];
        for (const version of versionsOf(file, title)) found.push({ path, version, goneIn });
        places.set(title, found);
      }
    }
  const changed = new Set(changes.map(({ path }) => path));
  return new Comparison({ parent, affected, places, unreadable: still, changed });
}

/** Those that stand in files which the commit changed, and those in doubt, which may stand in any. */
async function entriesIn(
  changes: readonly FileChange[],
  present: ReadonlyMap<string, Pending>,
  versions: Versions,
): Promise<ReadonlySet<string>> {
  const affected = new Set<string>();
  for (const { after } of changes) {
    const file = await versions.of(after);
    for (const title of file?.keys() ?? []) {
      const pending = present.get(title);
      if (pending === undefined) continue;
      for (const { key } of versionsOf(file, title)) if (key === pending.key) affected.add(title);
    }
  }
  if (changes.length > 0) for (const [title, { doubt }] of present) if (doubt !== undefined) affected.add(title);
  return affected;
}

interface Compared {
  readonly parent: PastCommit;
  /** Entries of the commit that stand in files which it changed, or may do so. */
  readonly affected: ReadonlySet<string>;
  readonly places: ReadonlyMap<string, readonly Place[]>;
  /** Files of the parent that cannot be read. */
  readonly unreadable: ReadonlyMap<string, Unreadable>;
  /** Paths of the files that differ. */
  readonly changed: ReadonlySet<string>;
}

export class Comparison {
  readonly parent: PastCommit;
  readonly affected: ReadonlySet<string>;
  readonly unreadable: ReadonlyMap<string, Unreadable>;
  readonly #places: ReadonlyMap<string, readonly Place[]>;
  readonly #changed: ReadonlySet<string>;
  /** A changed file that may hold what is not found. */
  readonly #inQuestion: Unreadable | undefined;

  constructor({ parent, affected, places, unreadable, changed }: Compared) {
    this.parent = parent;
    this.affected = affected;
    this.unreadable = unreadable;
    this.#places = places;
    this.#changed = changed;
    this.#inQuestion = unreadable.values().find(({ path }) => changed.has(path));
  }

  /** An affected entry of the commit as the parent has it, or may have it; undefined if it has it otherwise or not. */
  entryOf(title: string, { key, doubt }: Pending, commit: PastCommit): Pending | undefined {
    const places = this.#places.get(title) ?? [];
    if (places.some(({ version }) => version.key === key)) return { key };
    const since = doubt?.since ?? commit;
    const inError = places.find(({ version }) => version.key === undefined);
    if (inError !== undefined) return { key, doubt: { since, path: inError.path, isMissing: false } };
    if (places.length > 0) return undefined;
    if (doubt !== undefined && !this.#changed.has(doubt.path)) return { key, doubt };
    if (this.#inQuestion === undefined) return undefined;
    const { path, isMissing } = this.#inQuestion;
    return { key, doubt: { since, path, isMissing: isMissing || doubt?.isMissing === true } };
  }

  /** Where the parent has an entry, other than a tombstone, of a title that is absent from the commit. */
  placeOf(title: string): Place | undefined {
    return this.#places.get(title)?.find(({ version }) => !version.isTombstone);
  }
}
