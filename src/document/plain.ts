/** YAML nodes → plain JavaScript values that remember where they were written. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';

/** A place in the text: UTF-16 units from 0. */
export type Offset = number;

/** A value with the places of its parts. Parts reached through an alias keep the place of the anchor. */
export interface Placed {
  readonly value: unknown;
  readonly at: Offset;
  readonly parts: ReadonlyMap<string | number, { readonly key: Offset; readonly placed: Placed }>;
  /** Nodes plus characters, aliases expanded. */
  readonly size: number;
}

export type Complain = (at: Offset, rule: string, message: string) => void;

const MAX_DEPTH = 100;
/** What aliases may add to a document, in nodes and characters: a file's own limit once more. */
const MAX_EXPANSION = 1_048_576;
const NONE: Placed['parts'] = new Map();

export function placeValues(document: Document, complain: Complain): Placed {
  const anchors = new Map<string, Placed | 'open'>();
  let expanded = 0;

  const place = (node: Node | null, fallback: Offset, depth: number): Placed => {
    const at = node?.range?.[0] ?? fallback;
    const nothing: Placed = { value: null, at, parts: NONE, size: 1 };
    if (node === null) return nothing;
    if (depth > MAX_DEPTH) {
      complain(at, 'nesting', `nested more than ${MAX_DEPTH} levels deep`);
      return nothing;
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined || target === 'open') {
        complain(
          at,
          'alias',
          target === 'open'
            ? `"*${node.source}" stands inside its own anchor "&${node.source}"`
            : `"*${node.source}" has no anchor "&${node.source}" above it in this document`,
        );
        return nothing;
      }
      expanded += target.size;
      if (expanded > MAX_EXPANSION) {
        // Once is enough, and the rest must not be walked.
        if (expanded - target.size <= MAX_EXPANSION) {
          complain(at, 'alias', 'aliases make this document too large: write the values out');
        }
        return nothing;
      }
      return { ...target, at };
    }
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, 'open');
    const placed = isMap(node)
      ? placeMap(node, at, depth)
      : isSeq(node)
        ? placeList(node.items as (Node | null)[], at, depth)
        : scalar(isScalar(node) ? node.value : null, at);
    if (anchor !== undefined) anchors.set(anchor, placed);
    return placed;
  };

  const placeMap = (node: { readonly items: readonly unknown[] }, at: Offset, depth: number): Placed => {
    const value: Record<string, unknown> = {};
    const parts = new Map<string, { key: Offset; placed: Placed }>();
    let size = 1;
    for (const item of node.items as readonly { key: Node | null; value: Node | null }[]) {
      const keyAt = item.key?.range?.[0] ?? at;
      const placed = place(item.value, item.key?.range?.[1] ?? keyAt, depth + 1);
      size += placed.size;
      const key = isScalar(item.key) ? String(item.key.value) : undefined;
      if (key === undefined) {
        complain(keyAt, 'key', 'a field name has to be plain text');
      } else if (key === '<<') {
        complain(keyAt, 'merge-key', 'merge keys ("<<") are not YAML 1.2: write the fields out');
      } else if (parts.has(key)) {
        complain(keyAt, 'duplicate-key', `"${key}" is written twice here: remove one`);
      } else {
        parts.set(key, { key: keyAt, placed });
        size += key.length;
        // Plain assignment of "__proto__" would change the object's prototype instead.
        Object.defineProperty(value, key, {
          value: placed.value,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
    }
    return { value, at, parts, size };
  };

  const placeList = (items: readonly (Node | null)[], at: Offset, depth: number): Placed => {
    const placedItems = items.map((item) => place(item, at, depth + 1));
    return {
      value: placedItems.map(({ value }) => value),
      at,
      parts: new Map(placedItems.map((placed, index) => [index, { key: placed.at, placed }])),
      size: placedItems.reduce((sum, { size }) => sum + size, 1),
    };
  };

  const scalar = (value: unknown, at: Offset): Placed => ({
    value,
    at,
    parts: NONE,
    size: 1 + (typeof value === 'string' ? value.length : 0),
  });

  return place(document.contents, document.range?.[0] ?? 0, 0);
}
