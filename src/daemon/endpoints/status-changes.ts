/**
 * What of the status document is other than its followers were told before. What they were told is kept as hashes: one
 * for each subscription, instead of a second copy of the document.
 */
import { hash } from 'node:crypto';
import { printableJson } from '../../base/text.ts';
import { withoutUrlSecrets } from '../../base/url-secrets.ts';
import { Chunks, isList, servedText } from '../served-json.ts';
import { keyOf } from '../status-document.ts';

type Keyed = Parameters<typeof keyOf>[0];

/** The document of `/status` as it is made: of one moment, with lists whose elements may be made as they are asked for. */
export interface StatusContents {
  readonly subscriptions: Iterable<Keyed>;
  readonly unmanaged: Iterable<Keyed>;
  readonly passes: Iterable<unknown>;
  readonly changes?: Iterable<unknown>;
}

/** Hashes of what was told. */
export interface Told {
  /** By name. */
  readonly members: ReadonlyMap<string, string>;
  /** By name: the elements by their keys. */
  readonly replaced: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By name: the elements in order. */
  readonly grown: ReadonlyMap<string, readonly string[]>;
}

export interface Comparison {
  readonly told: Told | undefined;
  /** ISO 8601, UTC: when the contents were taken. */
  readonly at: string;
  /** Whether the whole document is asked for too. */
  readonly isWholeWanted: boolean;
  /** `members`: subscriptions are taken to be as they were told, unless what explains them is not. */
  readonly scope: 'all' | 'members';
}

export interface Compared {
  readonly told: Told;
  /** JSON of the `ChangeEvent`; undefined: nothing is other than it was told, or nothing was told before. */
  readonly change: readonly Buffer[] | undefined;
  /** JSON of the document, where it was asked for. */
  readonly whole: readonly Buffer[];
}

/** Members that the explanations of subscriptions go by, and that time alone may change. */
const EXPLAINING = ['hold', 'frozenUntil', 'leader', 'lease'] as const;
const REPLACED: ReadonlySet<string> = new Set(['subscriptions', 'unmanaged']);
const GROWN: ReadonlySet<string> = new Set(['passes', 'changes']);
/** Yields after so many characters, so that probes are answered meanwhile. */
const SLICE_CHARACTERS = 32_768;

/** Linear in the document. Contents must not change until it is done. */
export function* compared(contents: StatusContents, comparison: Comparison): Generator<void, Compared> {
  const { told, at, isWholeWanted } = comparison;
  const scope = told && isExplainedOtherwise(contents, told) ? 'all' : comparison.scope;
  const members = new Map<string, string>();
  const replaced = new Map<string, ReadonlyMap<string, string>>();
  const grown = new Map<string, readonly string[]>();
  const whole = isWholeWanted ? new Chunks() : undefined;
  const set: string[] = [];
  /** The lists that changed, each as a member of the event in pieces. */
  const lists: string[][] = [];
  let before = '{';
  for (const [name, member] of Object.entries(contents) as [string, unknown][]) {
    if (member === undefined) continue;
    const quoted = servedText(name);
    const isMade = REPLACED.has(name) || GROWN.has(name);
    whole?.add(isMade ? `${before}${quoted}:` : before);
    before = ',';
    if (REPLACED.has(name)) {
      const known = told?.replaced.get(name);
      const list =
        scope === 'members' && known
          ? { hashes: known, change: [] }
          : yield* replacedIn(member as Iterable<Keyed>, known, whole);
      replaced.set(name, list.hashes);
      if (list.change.length > 0) lists.push([`${quoted}:`, ...list.change]);
    } else if (GROWN.has(name)) {
      const { hashes, change } = yield* grownIn(member as Iterable<unknown>, told?.grown.get(name), whole);
      grown.set(name, hashes);
      if (change.length > 0) lists.push([`${quoted}:`, ...change]);
    } else {
      const text = textOf(name, member);
      whole?.add(text);
      members.set(name, hashOf(text));
      if (told && told.members.get(name) !== members.get(name)) set.push(text);
    }
  }
  whole?.add(before === '{' ? '{}' : '}');
  const unset = [...(told?.members.keys() ?? [])].filter((name) => !members.has(name));
  const parts = [
    ...(set.length > 0 ? [[`"set":{${set.join(',')}}`]] : []),
    ...(unset.length > 0 ? [[`"unset":${servedText(unset)}`]] : []),
    ...lists,
  ];
  const change = told && parts.length > 0 ? yield* eventOf(at, parts) : undefined;
  return { told: { members, replaced, grown }, change, whole: whole?.end() ?? [] };
}

function isExplainedOtherwise(contents: StatusContents, told: Told): boolean {
  const members: Readonly<Record<string, unknown>> = { ...contents };
  return EXPLAINING.some((name) => {
    const member = members[name];
    const hashed = member === undefined ? undefined : hashOf(textOf(name, member));
    return told.members.get(name) !== hashed;
  });
}

/** With its name, since that may say how it is served. */
function textOf(name: string, member: unknown): string {
  return servedText({ [name]: isList(member) ? [...member] : member }).slice(1, -1);
}

function* eventOf(at: string, parts: readonly (readonly string[])[]): Generator<void, readonly Buffer[]> {
  const chunks = new Chunks();
  chunks.add(`{"at":${servedText(at)}`);
  for (const part of parts) {
    chunks.add(',');
    for (const piece of part) if (chunks.add(piece)) yield;
  }
  chunks.add('}');
  return chunks.end();
}

interface List<Hashes> {
  readonly hashes: Hashes;
  /** Its JSON in the event, in pieces; empty: it is as it was told. */
  readonly change: readonly string[];
}

/** `Replaced` of status-document.ts. Of several elements of one key the last one counts. */
function* replacedIn(
  list: Iterable<Keyed>,
  told: ReadonlyMap<string, string> | undefined,
  whole: Chunks | undefined,
): Generator<void, List<ReadonlyMap<string, string>>> {
  const hashes = new Map<string, string>();
  const put = new Map<string, string>();
  yield* forEachText(list, whole, (text, element) => {
    const key = servedKey(element);
    const hashed = hashOf(text);
    hashes.set(key, hashed);
    if (told?.get(key) === hashed) put.delete(key);
    else if (told) put.set(key, text);
  });
  const gone = [...(told?.keys() ?? [])].filter((key) => !hashes.has(key));
  if (put.size + gone.length === 0) return { hashes, change: [] };
  const pieces = [...put.values()].map((text, index) => (index === 0 ? text : `,${text}`));
  // The keys are made of texts that are masked already.
  const keys = printableJson(JSON.stringify(gone));
  return { hashes, change: ['{"put":[', ...pieces, `],"gone":${keys}}`] };
}

/** `Grown` of status-document.ts. */
function* grownIn(
  list: Iterable<unknown>,
  told: readonly string[] | undefined,
  whole: Chunks | undefined,
): Generator<void, List<readonly string[]>> {
  const hashes: string[] = [];
  const texts: string[] = [];
  yield* forEachText(list, whole, (text) => {
    hashes.push(hashOf(text));
    texts.push(text);
  });
  if (!told) return { hashes, change: [] };
  const added = countAdded(hashes, told);
  if (added === 0 && hashes.length === told.length) return { hashes, change: [] };
  return { hashes, change: [`{"added":[${texts.slice(0, added).join(',')}],"length":${hashes.length}}`] };
}

/**
 * How many elements stand before those that were told. The lists have some hundred elements; an element that was told
 * and is other now makes all before it new.
 */
function countAdded(hashes: readonly string[], told: readonly string[]): number {
  const isRest = (added: number) =>
    hashes.length - added <= told.length && hashes.slice(added).every((each, index) => each === told[index]);
  let added = 0;
  while (!isRest(added)) added += 1;
  return added;
}

/** Puts the list into `whole`, and each element with its JSON to `take`. */
function* forEachText<T>(
  list: Iterable<T>,
  whole: Chunks | undefined,
  take: (text: string, element: T) => void,
): Generator<void, void> {
  let before = '[';
  let characters = 0;
  for (const element of list) {
    const text = servedText(element ?? null);
    whole?.add(before + text);
    before = ',';
    take(text, element);
    characters += text.length;
    if (characters < SLICE_CHARACTERS) continue;
    characters = 0;
    yield;
  }
  whole?.add(before === '[' ? '[]' : ']');
}

/** The key by which readers know the element: they see its texts masked. */
function servedKey({ title, id, source, key }: Keyed): string {
  return keyOf({
    ...(key !== undefined && { key }),
    title: withoutUrlSecrets(title),
    ...(id !== undefined && { id: withoutUrlSecrets(id) }),
    ...(source !== undefined && { source }),
  });
}

/** As Latin-1: half as large as other encodings. */
function hashOf(text: string): string {
  return hash('sha256', text, 'binary');
}
