/** The entries that one version of a file holds, each with a key that is equal where the entry means the same. */
import { createHash } from 'node:crypto';
import { isObject } from '../../base/json.ts';
import { inSlices } from '../../base/async.ts';
import type { History } from '../../checkout/git/history.ts';
import type { TreeEntry } from '../../checkout/git/tree.ts';
import { parseInSteps } from '../../document/parse.ts';
import { titleKey } from '../../subscription/fields.ts';
import type { Desired } from '../../subscription/subscription.ts';
import { toDesired } from '../compile.ts';
import { type Entry, readDocument } from '../entries.ts';
import type { Names } from '../substitute.ts';

/** An entry as one version of a file has it. */
export interface EntryVersion {
  /** Undefined where the entry has an error, so that what it means is unknown. */
  readonly key: string | undefined;
  readonly isTombstone: boolean;
  readonly line: number;
  readonly column: number;
  /** Another entry of the same title in the same file, which is an error unless one of them is a tombstone. */
  readonly other?: EntryVersion;
}

/** By `titleKey`. */
export type FileVersion = ReadonlyMap<string, EntryVersion>;

/** Undefined where the file cannot be read as YAML, or not as a file of entries. `inSlices` runs it. */
export function* versionOf(content: Uint8Array, names: Names): Generator<void, FileVersion | undefined> {
  const { documents, problems } = yield* parseInSteps('', content);
  if (problems.length > 0) return undefined;
  const version = new Map<string, EntryVersion>();
  for (const document of documents) {
    let [isRead, hasError] = [false, false];
    const entries = readDocument(document, names, ({ severity }) => {
      hasError ||= severity === 'error';
    });
    for (const entry of entries) {
      isRead = true;
      add(version, entry);
      yield;
    }
    if (hasError && !isRead) return undefined;
  }
  return version;
}

function add(version: Map<string, EntryVersion>, entry: Entry): void {
  if (entry.title === undefined) return;
  const title = titleKey(entry.title);
  const other = version.get(title);
  version.set(title, {
    key: entryKey(entry),
    isTombstone: entry.merged?.state === 'absent',
    line: entry.source.line,
    column: entry.source.column,
    ...(other !== undefined && { other }),
  });
}

function entryKey(entry: Entry): string | undefined {
  const { merged, id } = entry;
  if (merged === undefined) return undefined;
  return merged.state === 'absent' ? `absent ${id ?? ''}` : contentKey(toDesired(entry, merged));
}

/**
 * Equal for entries that mean the same, wherever and however they are written. Lists are sorted, because the order of
 * categories, ids and fields means nothing.
 */
export function contentKey(entry: Desired): string {
  const json = JSON.stringify({ ...entry, source: undefined }, (_name, value: unknown) => {
    if (Array.isArray(value)) return value.map(String).sort();
    return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  });
  return createHash('sha256').update(json).digest('base64').slice(0, 24);
}

/** The versions of a title in a file. */
export function* versionsOf(file: FileVersion | undefined, title: string): Generator<EntryVersion> {
  for (let version = file?.get(title); version !== undefined; version = version.other) yield version;
}

/** Entries of files kept, at some 200 bytes each: enough for a whole checkout and the files that change in it. */
const MAX_KEPT = 60_000;
/** Bytes parsed for one walk, some 30 seconds of work: more than the history of a checkout usually has. */
const MAX_PARSED = 32 * 1_048_576;
const NOTHING: FileVersion = new Map();

/** Reads each file once while it is kept, and only files that may hold one of the titles. Serves one walk. */
export class Versions {
  /** Ids of files that are not in the repository. */
  readonly missing = new Set<string>();
  readonly #history: History;
  readonly #names: Names;
  readonly #known = new Map<string, FileVersion | undefined>();
  /** Ids of files that hold none of the titles looked for. */
  readonly #others = new Set<string>();
  #filter = new TitleFilter([]);
  #kept = 0;
  #bytesLeft = MAX_PARSED;

  constructor(history: History, names: Names) {
    this.#history = history;
    this.#names = names;
  }

  /** The titles that are looked for from now on. Entries of others need not be found. */
  lookFor(titles: Iterable<string>): void {
    this.#filter = new TitleFilter(titles);
    this.#others.clear();
  }

  /** Undefined where it is unknown what the file holds. Throws as `History` does. */
  async of(file: TreeEntry | undefined): Promise<FileVersion | undefined> {
    if (file === undefined || this.#others.has(file.id)) return NOTHING;
    if (this.#known.has(file.id)) return this.#known.get(file.id);
    const version = await this.#read(file);
    if (version === NOTHING) {
      this.#others.add(file.id);
      return version;
    }
    const size = version?.size ?? 0;
    if (this.#kept + size > MAX_KEPT) {
      this.#known.clear();
      this.#kept = 0;
    }
    this.#known.set(file.id, version);
    this.#kept += size + 1;
    return version;
  }

  async #read(file: TreeEntry): Promise<FileVersion | undefined> {
    const content = await this.#history.content(file);
    if (content === 'missing') this.missing.add(file.id);
    if (content === undefined || content === 'missing') return undefined;
    if (!this.#filter.mayHold(content)) return NOTHING;
    this.#bytesLeft -= content.length;
    if (this.#bytesLeft < 0) throw new RangeError('the history has more to parse than is parsed for one answer');
    return inSlices(versionOf(content, this.#names));
  }
}

/** Characters in which a title may be written otherwise than as itself: escapes, substitutions, UTF-16. */
const REWRITTEN = /[\\\0]|\$\{/;
const WORD = /[A-Za-z0-9]+/g;

/** Whether a file may hold an entry of one of the titles, found without parsing it. True where in doubt. */
class TitleFilter {
  /** The longest word of each title. Blanks and quotes may be written otherwise in YAML, but not the words. */
  readonly #words = new Set<string>();
  #isExact = true;

  constructor(titles: Iterable<string>) {
    for (const title of titles) {
      const [word] = (title.match(WORD) ?? []).toSorted((a, b) => b.length - a.length);
      // Accents may be composed or not.
      if (word === undefined || /[^ -~]/.test(title)) this.#isExact = false;
      else this.#words.add(word);
    }
  }

  mayHold(content: Uint8Array): boolean {
    if (!this.#isExact) return true;
    const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
    if (REWRITTEN.test(text)) return true;
    for (const [word] of text.matchAll(WORD)) if (this.#words.has(word)) return true;
    return false;
  }
}
