/** Walks back through history to the commits that made entries what they are, and to those that removed entries. */
import type { History, PastCommit } from '../../checkout/git/history.ts';
import { type EntryCommit, formatPosition, type SourcePosition } from '../../subscription/subscription.ts';
import { compare, type Comparison, type Pending, type Place, type Stop, type Unreadable } from './comparison.ts';
import type { Versions } from './versions.ts';

export interface Answer {
  readonly commit: EntryCommit;
  /** False: there may be a better one once objects that are missing are in the repository. */
  readonly isFinal: boolean;
}

/** What was found at an earlier head, by title (`titleKey`). */
export interface Known {
  readonly head: string;
  readonly present: ReadonlyMap<string, KnownEntry>;
  /** Titles without an entry, with the answer if one was found. */
  readonly absent: ReadonlyMap<string, Answer | undefined>;
}

export interface KnownEntry extends Answer {
  readonly key: string;
  /** Absent for a tombstone. */
  readonly source?: SourcePosition;
}

export interface WalkOptions {
  readonly history: History;
  readonly versions: Versions;
  readonly known: Known | undefined;
  /** What a file is called where sources name it. */
  readonly nameOf: (path: string) => string;
  readonly signal?: AbortSignal | undefined;
  /** Work of one walk. */
  readonly mostMs?: number | undefined;
}

/** Commits of one walk. */
const MAX_COMMITS = 2_000;
/** Commits may be of any size, and take as long as that. */
const MOST_MS = 10_000;

/**
 * An entry is as it is for the first commit, looking back, of which no parent has it with the same key. What a merge
 * took over from a parent is followed into that parent; of several that have it, into one with the same files, else
 * the first. Commits whose file or entry is in error are passed over. An entry that is copied to another file, and
 * removed from the first by a later commit, is the first commit's doing.
 */
export class Walk {
  readonly present = new Map<string, Answer>();
  /** Without those that were not found; undefined where an error in a file hides when the entry was removed. */
  readonly absent = new Map<string, Answer | undefined>();
  /** Ids of commits that are not in the repository. */
  readonly missing = new Set<string>();
  readonly #options: WalkOptions;
  readonly #waiting = new Map<string, Stop>();
  /** Commits that were looked at for absent titles, which are followed into every parent without them. */
  readonly #seen = new Set<string>();
  readonly #commits = new Map<string, EntryCommit>();

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** `present`: entries that `head` has, by title, with their key; `absent`: titles of which it has none. Throws on abort. */
  async from(head: PastCommit, present: ReadonlyMap<string, string>, absent: Iterable<string>): Promise<void> {
    this.#hand(head, new Map([...present].map(([title, key]) => [title, { key }])), new Set(absent));
    this.#options.history.limitWork(this.#options.mostMs ?? MOST_MS);
    let [steps, lookedFor] = [0, Infinity];
    for (let stop = this.#next(); stop !== undefined; stop = this.#next()) {
      this.#recall(stop);
      const open = stop.present.size + stop.absent.size;
      if (open === 0) continue;
      // Where all that is left is at this stop, files that hold nothing of it need not be parsed any more.
      if (this.#waiting.size === 0 && open <= lookedFor / 2) {
        this.#options.versions.lookFor([...stop.present.keys(), ...stop.absent]);
        lookedFor = open;
      }
      this.#options.signal?.throwIfAborted();
      if (++steps > MAX_COMMITS || !(await this.#step(stop))) this.#end(stop, stop.present, true);
    }
  }

  /** The newest, so that lines of history that part are complete where they meet. */
  #next(): Stop | undefined {
    let next: Stop | undefined;
    for (const stop of this.#waiting.values())
      if (next === undefined || (stop.commit.time ?? '') > (next.commit.time ?? '')) next = stop;
    if (next === undefined) return undefined;
    this.#waiting.delete(next.commit.id);
    const isSeen = this.#seen.has(next.commit.id);
    for (const title of next.absent) if (isSeen || this.absent.has(title)) next.absent.delete(title);
    if (next.absent.size > 0) this.#seen.add(next.commit.id);
    return next;
  }

  /** At the head of an earlier walk, what that found holds. */
  #recall({ commit, present, absent }: Stop): void {
    const { known } = this.#options;
    if (commit.id !== known?.head) return;
    for (const [title, { key, doubt }] of present) {
      const entry = known.present.get(title);
      if (entry?.key !== key || doubt !== undefined) continue;
      this.present.set(title, entry);
      present.delete(title);
    }
    for (const title of absent) {
      if (!known.absent.has(title)) continue;
      absent.delete(title);
      const answer = known.absent.get(title);
      if (answer !== undefined) this.absent.set(title, answer);
    }
  }

  /** False if the budget of the history is spent; nothing has been handed on then. */
  async #step(stop: Stop): Promise<boolean> {
    const parents: PastCommit[] = [];
    const comparisons: Comparison[] = [];
    const missing: string[] = [];
    let same: PastCommit | undefined;
    try {
      for (const id of stop.commit.parents) {
        const parent = await this.#options.history.commit(id);
        if (parent === undefined) missing.push(id);
        else parents.push(parent);
      }
      same = parents.find(({ watched }) => watched?.id === stop.commit.watched?.id);
      const others = same === undefined ? stop : { ...stop, present: new Map<string, Pending>() };
      for (const parent of parents) {
        if (parent === same || others.present.size + others.absent.size === 0) continue;
        comparisons.push(await compare(others, parent, this.#options));
      }
    } catch (error) {
      if (error instanceof RangeError) return false;
      // A folder is not in the repository.
      missing.push(...parents.splice(0).map(({ id }) => id));
      [comparisons.length, same] = [0, undefined];
    }
    for (const id of missing) this.missing.add(id);
    const absent = new Set(stop.absent);
    let left = stop.present;
    if (same !== undefined) {
      this.#hand(same, left, absent, stop.unreadable);
      left = new Map();
    }
    left = this.#follow(stop, left, comparisons);
    if (missing.length > 0) this.#end(stop, left, false);
    else for (const [title, pending] of left) this.#settle(title, pending, stop.commit);
    if (same === undefined) this.#settleRemoved(absent, comparisons);
    return true;
  }

  /** Hands on what each parent has of `left` as the commit has it, and what it does not have either. */
  #follow(stop: Stop, left: Map<string, Pending>, comparisons: readonly Comparison[]): Map<string, Pending> {
    const doubtful = new Map<string, readonly [PastCommit, Pending]>();
    let waiting = left;
    for (const comparison of comparisons) {
      const { parent, affected, unreadable } = comparison;
      const others = new Map<string, Pending>();
      for (const title of affected) {
        const pending = waiting.get(title);
        if (pending === undefined) continue;
        const before = comparison.entryOf(title, pending, stop.commit);
        if (before !== undefined && before.doubt === undefined) {
          waiting.set(title, before);
          continue;
        }
        waiting.delete(title);
        others.set(title, pending);
        if (before !== undefined && !doubtful.has(title)) doubtful.set(title, [parent, before]);
      }
      const absent = [...stop.absent].filter((title) => comparison.placeOf(title) === undefined);
      this.#hand(parent, waiting, new Set(absent), unreadable);
      waiting = others;
    }
    for (const [title, [parent, pending]] of doubtful)
      if (waiting.delete(title)) this.#hand(parent, new Map([[title, pending]]));
    return waiting;
  }

  #hand(
    commit: PastCommit,
    present: Map<string, Pending>,
    absent = new Set<string>(),
    unreadable: ReadonlyMap<string, Unreadable> = new Map(),
  ): void {
    if (present.size + absent.size === 0) return;
    const there = this.#waiting.get(commit.id);
    if (there === undefined) {
      this.#waiting.set(commit.id, { commit, present, absent, unreadable: new Map(unreadable) });
      return;
    }
    for (const [title, pending] of present) there.present.set(title, pending);
    for (const title of absent) there.absent.add(title);
    for (const [path, one] of unreadable) if (!there.unreadable.has(path)) there.unreadable.set(path, one);
  }

  #settle(title: string, { doubt }: Pending, commit: PastCommit): void {
    const isFinal = doubt?.isMissing !== true;
    this.present.set(title, { commit: this.#answer(doubt?.since ?? commit, !isFinal), isFinal });
  }

  /** Titles that all parents have, in places of which the file can be read from some commit on. */
  #settleRemoved(absent: ReadonlySet<string>, comparisons: readonly Comparison[]): void {
    const [first] = comparisons;
    if (first === undefined) return;
    for (const title of absent) {
      const place = first.placeOf(title);
      if (place === undefined || comparisons.some((other) => other.placeOf(title) === undefined)) continue;
      this.absent.set(title, this.#removal(place, first.parent.id));
    }
  }

  #removal({ path, version: { line, column }, goneIn }: Place, lastIn: string): Answer | undefined {
    if (goneIn === undefined) return undefined;
    const source = formatPosition({ file: this.#options.nameOf(path), line, column });
    return { commit: { ...this.#answer(goneIn, false), removed: { source, lastIn } }, isFinal: true };
  }

  /** The history that can be read ends at this commit. `left`: what the parents that can be read do not have. */
  #end({ commit, absent }: Stop, left: ReadonlyMap<string, Pending>, isFinal: boolean): void {
    const { known } = this.#options;
    // A shallow fetch may have replaced the head of the earlier walk, which is remembered all the same.
    const isBehindKnown = known !== undefined && commit.parents.length === 1 && commit.parents[0] === known.head;
    for (const [title, { key, doubt }] of left) {
      const entry = known?.present.get(title);
      const since = doubt?.since ?? commit;
      if (entry?.key === key && isBehindKnown) this.present.set(title, entry);
      else if (entry?.key === key)
        this.present.set(title, { commit: { ...entry.commit, isOldestKnown: true }, isFinal });
      else {
        const isKnown = isBehindKnown && entry !== undefined && doubt === undefined;
        this.present.set(title, { commit: this.#answer(since, !isKnown), isFinal: isKnown || isFinal });
      }
    }
    if (!isBehindKnown) return;
    for (const title of absent) {
      const answer = known.absent.get(title);
      const source = known.present.get(title)?.source;
      if (answer !== undefined) this.absent.set(title, answer);
      else if (source !== undefined) {
        const removed = { source: formatPosition(source), lastIn: known.head };
        this.absent.set(title, { commit: { ...this.#answer(commit, false), removed }, isFinal: true });
      }
    }
  }

  /** One object for all entries of a commit. */
  #answer({ watched: _watched, parents: _parents, ...facts }: PastCommit, isOldestKnown: boolean): EntryCommit {
    const key = `${facts.id} ${isOldestKnown}`;
    const known = this.#commits.get(key);
    if (known !== undefined) return known;
    const commit = { ...facts, ...(isOldestKnown && { isOldestKnown }) };
    this.#commits.set(key, commit);
    return commit;
  }
}
