/** Wanted beside observed, field by field, with what differs marked and said in words. */
import type { Field } from '../../../subscription/subscription.ts';
import type { DifferenceDocument, FieldsDocument, SubscriptionDocument } from '../../status-document.ts';
import { parsedUrl, type UrlParts, urlParts } from './urls.ts';

/** A value in parts, some of which only one side has: `ins` is wanted and missing, `del` is there and not wanted. */
export type Marked = readonly { readonly text: string; readonly mark?: 'ins' | 'del' }[];

/**
 * `spelled`: other letters, same meaning. `ignored`: it differs, and is not corrected. `unmanaged`: git does not say.
 * `absent`: one side does not exist at all.
 */
export type CompareKind = 'differs' | 'spelled' | 'ignored' | 'equal' | 'unmanaged' | 'absent';

export interface CompareRow {
  readonly field: string;
  readonly kind: CompareKind;
  readonly wanted: Marked;
  readonly observed: Marked;
  readonly difference: string;
}

/** The order in which fields are shown; the compiler asks for a new one. */
const ORDER: Readonly<Record<Field, number>> = {
  title: 0,
  url: 1,
  type: 2,
  exclude_type: 3,
  enabled: 4,
  'config.delay': 5,
  'config.max_package_size': 6,
};

/** Those that differ first. Fields that neither side has are left out. */
export function compareRows({ desired, observed, differs }: SubscriptionDocument): readonly CompareRow[] {
  const wanted = fieldsOf(desired);
  const shown = fieldsOf(observed);
  const byField = new Map<string, DifferenceDocument>(differs.map((difference) => [difference.field, difference]));
  const names = new Set([...wanted.keys(), ...shown.keys(), ...byField.keys()]);
  const rows = [...names].map((field) => {
    const difference = byField.get(field);
    if (difference) return differing(field, difference.to, difference.from);
    return alike(field, wanted.get(field), shown.get(field), {
      hasWanted: desired !== null,
      hasObserved: observed !== null,
    });
  });
  return rows.sort((a, b) => Number(b.kind === 'differs') - Number(a.kind === 'differs') || place(a) - place(b));
}

function place({ field }: CompareRow): number {
  return Object.hasOwn(ORDER, field) ? ORDER[field as Field] : Number.MAX_SAFE_INTEGER;
}

function fieldsOf(document: FieldsDocument | null): ReadonlyMap<string, unknown> {
  if (!document) return new Map();
  const { config = {}, ...fields } = document;
  const inner = Object.entries(config).map(([name, value]) => [`config.${name}`, value] as const);
  const outer = Object.entries(fields).filter(([name]) => Object.hasOwn(ORDER, name));
  return new Map([...outer, ...inner].filter(([, value]) => value !== undefined && value !== null));
}

function alike(
  field: string,
  wanted: unknown,
  observed: unknown,
  { hasWanted, hasObserved }: { readonly hasWanted: boolean; readonly hasObserved: boolean },
): CompareRow {
  const plain = { field, wanted: plainly(wanted), observed: plainly(observed) };
  const nothing: Marked = [{ text: '–' }];
  if (!hasWanted) return { ...plain, kind: 'absent', wanted: nothing, difference: 'not in git' };
  if (!hasObserved) return { ...plain, kind: 'absent', observed: nothing, difference: 'not on the tenant' };
  if (wanted === undefined)
    return { ...plain, kind: 'unmanaged', wanted: [{ text: 'not managed' }], difference: 'left as it is' };
  if (textOf(wanted) === textOf(observed)) return { ...plain, kind: 'equal', difference: 'equal' };
  // It is not among what differs: it means the same, or is left to others (reconcile.ignore).
  return meansTheSame(wanted, observed)
    ? { ...plain, kind: 'spelled', difference: 'spelled otherwise' }
    : { ...plain, kind: 'ignored', difference: 'left as it is' };
}

function meansTheSame(wanted: unknown, observed: unknown): boolean {
  if (isList(wanted) && isList(observed))
    return missingIn(wanted, observed).length + missingIn(observed, wanted).length === 0;
  return typeof wanted === 'string' && typeof observed === 'string' && canonical(wanted) === canonical(observed);
}

/** Urls and durations, as far as two spellings of them are told here. */
function canonical(text: string): string {
  const [, amount, unit] = /^(\d+)(s|m)$/.exec(text) ?? [];
  if (amount !== undefined) return `${Number(amount) * (unit === 'm' ? 60 : 1)}s`;
  return (parsedUrl(text)?.href ?? text).replace(/\/$/, '').replaceAll(/\s+/g, ' ').trim();
}

function differing(field: string, wanted: unknown, observed: unknown): CompareRow {
  const [marks, difference] = ((): [Pick<CompareRow, 'wanted' | 'observed'>, string] => {
    if (isNothing(observed)) return [sides([{ text: textOf(wanted), mark: 'ins' }], plainly(observed)), 'is missing'];
    if (isNothing(wanted)) return [sides(plainly(wanted), [{ text: textOf(observed), mark: 'del' }]), 'is too much'];
    if (isList(wanted) && isList(observed)) return listsIn(wanted, observed);
    if (field === 'url' && typeof wanted === 'string' && typeof observed === 'string') return urlsIn(wanted, observed);
    return [sides([{ text: textOf(wanted), mark: 'ins' }], [{ text: textOf(observed), mark: 'del' }]), 'differs'];
  })();
  return { field, kind: 'differs', ...marks, difference };
}

function sides(wanted: Marked, observed: Marked): Pick<CompareRow, 'wanted' | 'observed'> {
  return { wanted, observed };
}

function listsIn(
  wanted: readonly unknown[],
  observed: readonly unknown[],
): [Pick<CompareRow, 'wanted' | 'observed'>, string] {
  const missing = missingIn(wanted, observed);
  const extra = missingIn(observed, wanted);
  const said = [
    ...(missing.length > 0 ? [`${named(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`] : []),
    ...(extra.length > 0 ? [`${named(extra)} ${extra.length === 1 ? 'is' : 'are'} too many`] : []),
  ];
  const marked = sides(items(wanted, new Set(missing), 'ins'), items(observed, new Set(extra), 'del'));
  return [marked, said.length === 0 ? 'differs' : said.join(', ')];
}

const MOST_NAMED = 3;

/** "A, B and C"; of many the first, and how many more. */
function named(all: readonly string[]): string {
  if (all.length > MOST_NAMED) return `${all.slice(0, MOST_NAMED).join(', ')} and ${all.length - MOST_NAMED} more`;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

function missingIn(all: readonly unknown[], there: readonly unknown[]): readonly string[] {
  const found = new Set(there.map(textOf));
  return [...new Set(all.map(textOf))].filter((item) => !found.has(item));
}

function items(all: readonly unknown[], marked: ReadonlySet<string>, mark: 'ins' | 'del'): Marked {
  return all.flatMap((item, index) => {
    const text = textOf(item);
    return [...(index > 0 ? [{ text: ', ' }] : []), marked.has(text) ? { text, mark } : { text }];
  });
}

/** What urls are made of, with the words for a difference in it. */
const URL_PARTS = [
  { part: 'scheme', word: 'other scheme' },
  { part: 'host', word: 'other host' },
  { part: 'path', word: 'other path' },
  { part: 'query', word: 'other query' },
] as const;

function urlsIn(wanted: string, observed: string): [Pick<CompareRow, 'wanted' | 'observed'>, string] {
  const want = urlParts(wanted);
  const seen = urlParts(observed);
  if (!want || !seen) {
    return [sides([{ text: wanted, mark: 'ins' }], [{ text: observed, mark: 'del' }]), 'differs'];
  }
  const words = URL_PARTS.filter(({ part }) => want[part] !== seen[part]).map(({ word }) => word);
  const mark = (mine: UrlParts, other: UrlParts, as: 'ins' | 'del') =>
    merged(URL_PARTS.flatMap(({ part }) => changedPart(mine[part], other[part], as)));
  return [sides(mark(want, seen, 'ins'), mark(seen, want, 'del')), words.length === 0 ? 'differs' : words.join(', ')];
}

/** Labels of a host and segments of a path that both begin or end with are not marked. */
function changedPart(mine: string, other: string, mark: 'ins' | 'del'): Marked {
  if (mine === other) return mine === '' ? [] : [{ text: mine }];
  const a = mine.split(/(?<=[./?&])|(?=[./?&])/);
  const b = other.split(/(?<=[./?&])|(?=[./?&])/);
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const parts = [
    { text: a.slice(0, start).join('') },
    { text: a.slice(start, a.length - end).join(''), mark },
    { text: a.slice(a.length - end).join('') },
  ];
  return parts.filter(({ text }) => text !== '');
}

/** Neighbours without a mark are one text. */
function merged(parts: Marked): Marked {
  const joined: { text: string; mark?: 'ins' | 'del' }[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last && last.mark === part.mark) last.text += part.text;
    else joined.push({ ...part });
  }
  return joined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (isList(value) && value.length === 0);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function plainly(value: unknown): Marked {
  return [{ text: isNothing(value) ? 'none' : textOf(value) }];
}

/** A value as one reads it: lists without brackets, texts without quotes. */
export function textOf(value: unknown): string {
  if (isList(value)) return value.map(textOf).join(', ');
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Parts between which a line may break: after a dot, and before a slash that follows something. */
export function breakable(url: string): readonly string[] {
  return url.split(/(?<=\.)|(?<=[^/:])(?=\/)/);
}
