/** Turns YAML nodes into plain JavaScript values that know where they were written. */
import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { type Complain, Enough, MAX_DEPTH, type Offset, type Chunk, tooDeep } from './chunks.ts';

/** A value and the places of its parts. Parts reached through an alias have their place at the anchor. */
export interface Placed {
  readonly value: unknown;
  readonly at: Offset;
  /** A map's parts by key, or a list's parts in order. */
  readonly parts: ReadonlyMap<string, Part> | readonly Placed[];
  /** Nodes plus characters, with aliases expanded. */
  readonly size: number;
}

interface Part {
  readonly key: Offset;
  readonly placed: Placed;
}

/** What aliases may add to a document, in nodes and characters: as much as the largest file holds. */
const MAX_EXPANSION = 1_048_576;
/** Values in a file, about 200 bytes each. The smallest subscription has three. */
const MAX_VALUES = 200_000;
/** Characters of one text. The longest text that the API takes is a url of a few thousand. */
export const MAX_TEXT = 65_536;
/** Entries of one list or fields of one map: as many as a whole checkout may hold subscriptions. */
const MAX_PARTS = 20_000;
const NONE: Placed['parts'] = [];

interface PlacedMap extends Placed {
  readonly value: Record<string, unknown>;
  readonly parts: Map<string, Part>;
  size: number;
}

interface PlacedList extends Placed {
  readonly value: unknown[];
  readonly parts: Placed[];
  size: number;
}

/** Builds the values of one text. Every text needs its own builder. */
export class ValueBuilder {
  readonly #complain: Complain;
  readonly #anchors = new Map<string, Placed | 'open'>();
  /** Collections that earlier chunks began, by their token. */
  readonly #begun = new Map<unknown, PlacedMap | PlacedList>();
  #expanded = 0;
  #values = 0;

  constructor(complain: Complain) {
    this.#complain = complain;
  }

  /** Gives the value of a document once its last chunk has come, and undefined before. */
  add({ document, of }: Chunk): Placed | undefined {
    const { contents } = document;
    if (of === undefined) {
      const placed = this.#place(contents, document.range[0], 0);
      this.#anchors.clear();
      this.#begun.clear();
      this.#expanded = 0;
      return placed;
    }
    if (isMap(contents)) {
      const map = this.#mapOf(of.collection, contents.range[0]);
      this.#begun.set(of.collection, map);
      this.#addFields(map, contents.items, of.depth);
    } else if (isSeq(contents)) {
      const list = this.#listOf(of.collection, contents.range[0]);
      this.#begun.set(of.collection, list);
      this.#addItems(list, contents.items, of.depth);
    }
    return undefined;
  }

  #place(node: Node | null, fallback: Offset, depth: number): Placed {
    const at = node?.range?.[0] ?? fallback;
    if (++this.#values > MAX_VALUES) {
      this.#complain(at, 'too-large', `more than ${MAX_VALUES} values: split the file`);
      throw new Enough();
    }
    if (node === null) return placedScalar(null, at);
    if (depth > MAX_DEPTH) {
      this.#complain(at, 'nesting', tooDeep);
      return placedScalar(null, at);
    }
    if (isAlias(node)) return this.#alias(node.source, at, depth === 0);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const placed = this.#content(node, at, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, placed);
    return placed;
  }

  #content(node: Node, at: Offset, depth: number): Placed {
    if (isMap(node)) {
      const map = this.#mapOf(node.srcToken, at);
      this.#addFields(map, node.items, depth);
      return map;
    }
    if (isSeq(node)) {
      const list = this.#listOf(node.srcToken, at);
      this.#addItems(list, node.items as (Node | null)[], depth);
      return list;
    }
    const value = isScalar(node) ? node.value : null;
    return placedScalar(typeof value === 'string' ? this.#bounded(value, at) : value, at);
  }

  #bounded(text: string, at: Offset): string {
    if (text.length <= MAX_TEXT) return text;
    this.#complain(at, 'too-large', `a text of more than ${MAX_TEXT} characters: no field takes one this long`);
    return '';
  }

  #countParts(count: number, at: Offset): void {
    if (count <= MAX_PARTS) return;
    this.#complain(at, 'too-large', `more than ${MAX_PARTS} entries or fields from here on: split the file`);
    throw new Enough();
  }

  #alias(name: string, at: Offset, isWhole: boolean): Placed {
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      const why =
        target === 'open'
          ? `"*${name}" stands inside its own anchor "&${name}"`
          : `"*${name}" has no anchor "&${name}" above it in this document`;
      // The name is not shown where it is the whole document: the file may hold a secret and not YAML.
      this.#complain(at, 'alias', isWhole ? 'this is an alias without an anchor: write fields' : why);
      return placedScalar(null, at);
    }
    this.#expanded += target.size;
    if (this.#expanded > MAX_EXPANSION) {
      this.#complain(at, 'alias', 'aliases make this document too large: write the values out');
      throw new Enough();
    }
    return { ...target, at };
  }

  #mapOf(token: unknown, at: Offset): PlacedMap {
    return (this.#begun.get(token) as PlacedMap | undefined) ?? { value: {}, at, parts: new Map(), size: 1 };
  }

  #listOf(token: unknown, at: Offset): PlacedList {
    return (this.#begun.get(token) as PlacedList | undefined) ?? { value: [], at, parts: [], size: 1 };
  }

  #addFields(map: PlacedMap, items: readonly unknown[], depth: number): void {
    for (const item of items as readonly { key: Node | null; value: Node | null }[]) {
      const keyAt = item.key?.range?.[0] ?? map.at;
      const placed = this.#place(item.value, item.key?.range?.[1] ?? keyAt, depth + 1);
      map.size += placed.size;
      const key = isScalar(item.key) ? this.#bounded(String(item.key.value), keyAt) : undefined;
      if (key === undefined) {
        this.#complain(keyAt, 'key', 'a field name has to be plain text');
      } else if (key === '<<') {
        this.#complain(keyAt, 'merge-key', 'merge keys ("<<") are not YAML 1.2: write the fields out');
      } else if (map.parts.has(key)) {
        this.#complain(keyAt, 'duplicate-key', `"${key}" is written twice here: remove one`);
      } else {
        map.parts.set(key, { key: keyAt, placed });
        map.size += key.length;
        this.#countParts(map.parts.size, keyAt);
        // A plain assignment to "__proto__" would change the object's prototype.
        Object.defineProperty(map.value, key, {
          value: placed.value,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
    }
  }

  #addItems(list: PlacedList, items: readonly (Node | null)[], depth: number): void {
    for (const item of items) {
      const placed = this.#place(item, list.at, depth + 1);
      list.size += placed.size;
      list.value.push(placed.value);
      list.parts.push(placed);
      this.#countParts(list.parts.length, placed.at);
    }
  }
}

function placedScalar(value: unknown, at: Offset): Placed {
  return { value, at, parts: NONE, size: 1 + (typeof value === 'string' ? value.length : 0) };
}
