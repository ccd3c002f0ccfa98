/** The three forms of a document: a subscription, a list of them, or `{defaults, subscriptions}`. */
import { dotted } from '../document/check.ts';
import type { Path } from '../document/parse.ts';

export interface Form {
  /** The entries as written, of whatever type they are. */
  readonly values: readonly unknown[];
  readonly defaults: unknown;
  /** What the document holds beside the entries, in the form the schema wants; undefined if nothing. */
  readonly frame: unknown;
  pathOf(entry: number): Path;
  /** The entry a place belongs to; undefined for the document's own: its defaults, its other fields. */
  entryAt(path: Path): number | undefined;
}

export function formOf(value: unknown): Form {
  if (Array.isArray(value)) return listAt([], value);
  const isFile = typeof value === 'object' && value !== null && ('subscriptions' in value || 'defaults' in value);
  if (!isFile) return { values: [value], defaults: undefined, frame: undefined, pathOf: () => [], entryAt: () => 0 };
  const { subscriptions, defaults } = value as { readonly subscriptions?: unknown; readonly defaults?: unknown };
  if (!Array.isArray(subscriptions)) return listAt(['subscriptions'], [], defaults, value);
  return listAt(['subscriptions'], subscriptions, defaults, { ...value, subscriptions: [] });
}

function listAt(prefix: Path, values: readonly unknown[], defaults?: unknown, frame?: unknown): Form {
  return {
    values,
    defaults,
    frame,
    pathOf: (entry) => [...prefix, entry],
    entryAt: (path) => {
      const index = path[prefix.length];
      return typeof index === 'number' && prefix.every((step, depth) => path[depth] === step) ? index : undefined;
    },
  };
}

/** `subscriptions[2].type[0]` is called `type`: line and column say which. */
export function fieldName(form: Form, path: Path): string {
  const entry = form.entryAt(path);
  const own = entry === undefined ? path : path.slice(form.pathOf(entry).length);
  return dotted(own.filter((step) => typeof step === 'string'));
}
