/** Finds the commit that each entry is as it is for, and for titles that git no longer wants the one that removed them. */
import { basename, join, relative, sep } from 'node:path';
import { pauses } from '../../base/async.ts';
import { History } from '../../checkout/git/history.ts';
import { locate, type Location } from '../../checkout/location.ts';
import { titleKey } from '../../subscription/fields.ts';
import type { Desired, EntryCommit } from '../../subscription/subscription.ts';
import type { LoadOptions } from '../load.ts';
import { Titles } from './titles.ts';
import { Versions } from './versions.ts';
import { type Answer, type Known, type KnownEntry, Walk } from './walk.ts';

/** By title, as it was asked for. What is not known is left out: without git, or where a change is not committed. */
export type EntryCommits = ReadonlyMap<string, EntryCommit>;

interface Asked {
  readonly revisionId: string;
  readonly wanted: readonly Desired[];
  readonly removed: readonly string[];
}

const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Missing objects that are looked for again before a walk. */
const MAX_MISSING = 16;
const NOTHING_KNOWN: EntryCommits = new Map();

/** `mostMs`: how long one walk through the history may take, other work not counted. */
type AuthorshipOptions = Pick<LoadOptions, 'path' | 'named' | 'substitute'> & { readonly mostMs?: number };

/** Remembers what it found, some 200 bytes an entry, so that only commits since then are read. */
export class Authorship {
  readonly #options: AuthorshipOptions;
  #known: Known | undefined;
  /** Objects that were missing when that was found. */
  #missing: readonly string[] = [];
  #last: { readonly asked: Asked; readonly answer: EntryCommits } | undefined;
  #turn: Promise<EntryCommits> = Promise.resolve(NOTHING_KNOWN);

  constructor(options: AuthorshipOptions) {
    this.#options = options;
  }

  /**
   * `revisionId`: the commit that `wanted` was read at. `removed`: titles of subscriptions on the tenant that are not
   * wanted. Calls are answered one after the other. Never rejects; after an abort, nothing is known.
   */
  async of(
    revisionId: string,
    wanted: readonly Desired[],
    removed: readonly string[],
    signal?: AbortSignal,
  ): Promise<EntryCommits> {
    this.#turn = this.#turn.then(async () => this.#answer({ revisionId, wanted, removed }, signal));
    return this.#turn;
  }

  async #answer(asked: Asked, signal: AbortSignal | undefined): Promise<EntryCommits> {
    if (this.#last !== undefined && isSame(this.#last.asked, asked)) return this.#last.answer;
    this.#last = undefined;
    try {
      const answer = await this.#look(asked, signal);
      this.#last = { asked, answer };
      return answer;
    } catch {
      // The head, or the way to the watched folder, cannot be read: it is tried again the next time.
      return NOTHING_KNOWN;
    }
  }

  async #look({ revisionId, wanted, removed }: Asked, signal: AbortSignal | undefined): Promise<EntryCommits> {
    if (!COMMIT_ID.test(revisionId)) return NOTHING_KNOWN;
    const location = await locate(this.#options.path);
    const { root, commonDir } = location.repository ?? {};
    if (root === undefined || commonDir === undefined) return NOTHING_KNOWN;
    const history = new History({ commonDir, steps: relative(root, location.real).split(sep).filter(Boolean) });
    const head = await history.commit(revisionId);
    if (head === undefined) throw new Error(`the commit ${revisionId} cannot be read`);

    const titles = new Titles();
    const pause = pauses();
    for (const entry of wanted) {
      titles.want(entry);
      await pause();
    }
    for (const title of removed) titles.remove(title);
    const known = await this.#stillKnown(history);
    const versions = new Versions(history, this.#options.substitute);
    await titles.find(history, head, versions, known);
    const nameOf = (path: string) => this.#nameOf(location, path);
    const walk = new Walk({ history, versions, known, nameOf, signal, mostMs: this.#options.mostMs });
    await walk.from(head, titles.present, titles.absent);
    const isSameHead = known?.head === head.id;
    const found = remembered(head.id, titles, walk, isSameHead ? known : undefined);
    this.#known = found;
    const missing = [...(isSameHead ? this.#missing : []), ...walk.missing, ...versions.missing];
    this.#missing = missing.slice(0, MAX_MISSING);
    return answers(wanted, titles, removed, found);
  }

  /** What was found while objects were missing that are there now (a deeper fetch) may be found better. */
  async #stillKnown(history: History): Promise<Known | undefined> {
    const known = this.#known;
    if (known === undefined) return undefined;
    const found = await Promise.all(this.#missing.map(async (id) => history.has(id)));
    if (!found.includes(true)) return known;
    return {
      head: known.head,
      present: new Map([...known.present].filter(([, { isFinal }]) => isFinal)),
      absent: new Map([...known.absent].filter(([, answer]) => answer !== undefined)),
    };
  }

  /** As in the sources of entries. */
  #nameOf(location: Location, path: string): string {
    const { named } = this.#options;
    if (location.isFile) return named ?? basename(location.path);
    return named === undefined ? path : join(named, path);
  }
}

function isSame(one: Asked, other: Asked): boolean {
  return (
    one.revisionId === other.revisionId &&
    isSameList(one.wanted, other.wanted) &&
    isSameList(one.removed, other.removed)
  );
}

function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one === other || (one.length === other.length && one.every((each, index) => each === other[index]));
}

/** `known`: what was known at the same head, of which changes that are not committed hide a part. */
function remembered(head: string, titles: Titles, walk: Walk, known: Known | undefined): Known {
  const present = new Map<string, KnownEntry>();
  for (const [title, { source }] of titles.wanted) {
    const [key, answer, before] = [titles.present.get(title), walk.present.get(title), known?.present.get(title)];
    if (key !== undefined && answer !== undefined) present.set(title, { ...answer, key, source });
    else if (before !== undefined) present.set(title, before);
  }
  const absent = new Map<string, Answer | undefined>();
  for (const title of titles.removed) {
    const [key, answer] = [titles.present.get(title), walk.present.get(title)];
    if (key !== undefined && answer !== undefined) present.set(title, { ...answer, key });
  }
  for (const title of titles.absent) {
    const answer = walk.absent.get(title);
    if (answer !== undefined || !walk.absent.has(title)) absent.set(title, answer);
  }
  return { head, present, absent };
}

function answers(
  wanted: readonly Desired[],
  titles: Titles,
  removed: readonly string[],
  { present, absent }: Known,
): EntryCommits {
  const commits = new Map<string, EntryCommit>();
  const add = (given: string, isWanted: boolean): void => {
    const title = titleKey(given);
    const entry = titles.present.has(title) ? present.get(title) : undefined;
    const answer = entry ?? (isWanted ? undefined : absent.get(title));
    if (answer !== undefined) commits.set(given, answer.commit);
  };
  for (const title of removed) add(title, false);
  for (const { title } of wanted) add(title, true);
  return commits;
}
