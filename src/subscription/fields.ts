import type { Desired, Field, Observed } from './subscription.ts';

type IsSame = (a: unknown, b: unknown) => boolean;

/** Whether two values of a field mean the same: titles tidied, urls normalised, categories as sets, delays as durations. */
export function isSameValue(field: Field, a: unknown, b: unknown): boolean {
  return a === b || MEANING[field](a, b);
}

const never: IsSame = () => false;
const sameTitle: IsSame = (a, b) => tidyTitle(String(a)) === tidyTitle(String(b));
const sameUrl: IsSame = (a, b) => normaliseUrl(String(a)) === normaliseUrl(String(b));
const sameCategories: IsSame = (a, b) => isSameSet(categories(a), categories(b));
const sameDuration: IsSame = (a, b) => {
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const ms = delayMs(a);
  return ms !== undefined && ms === delayMs(b);
};

/** Beyond being identical. */
const MEANING: Readonly<Record<Field, IsSame>> = {
  title: sameTitle,
  url: sameUrl,
  enabled: never,
  type: sameCategories,
  exclude_type: sameCategories,
  'config.delay': sameDuration,
  'config.max_package_size': never,
};

/** An absent list is an empty one. */
function categories(value: unknown): ReadonlySet<unknown> {
  return new Set(Array.isArray(value) ? value : []);
}

function isSameSet(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean {
  return a.size === b.size && [...a].every((value) => b.has(value));
}

/**
 * Which events a subscription delivers: `type` and `exclude_type` as one value. No or an empty `type` is ALL, and
 * `exclude_type` counts beside ALL only (upvest-api.md, 4).
 */
export interface Categories {
  readonly isAll: boolean;
  /** What is delivered, or of ALL what is not. */
  readonly names: ReadonlySet<string>;
}

/** Of an entry as it would be created. */
export function categoriesOf({
  type = [],
  exclude_type = [],
}: Pick<Desired | Observed, 'type' | 'exclude_type'>): Categories {
  const isAll = type.length === 0 || type.includes('ALL');
  return { isAll, names: new Set(isAll ? exclude_type : type) };
}

/** Of an entry as its subscription will have them: what it leaves or ignores stays as observed. */
export function categoriesOn(desired: Desired, observed: Observed): Categories {
  const { type = observed.type, exclude_type = observed.exclude_type, ignore } = desired;
  return categoriesOf({
    type: ignore.includes('type') ? observed.type : type,
    exclude_type: (ignore.includes('exclude_type') ? observed.exclude_type : exclude_type) ?? [],
  });
}

/** Equal for what delivers the same. */
export function keyOf({ isAll, names }: Categories): string {
  return [isAll ? '!' : '', ...[...names].toSorted()].join(' ');
}

/** There is an event that both could deliver. The list of categories grows, so two that exclude some always share one. */
export function overlap(a: Categories, b: Categories): boolean {
  if (a.isAll && b.isAll) return true;
  if (a.isAll) return [...b.names].some((name) => !a.names.has(name));
  if (b.isAll) return overlap(b, a);
  return [...a.names].some((name) => b.names.has(name));
}

/** Accents composed, no space at the ends: nobody sees a difference, and none is corrected. */
function tidyTitle(title: string): string {
  return title.normalize('NFC').trim();
}

/** And one space in a row: enough alike to be the same subscription, though it is given the title that git has. */
export function normaliseTitle(title: string): string {
  return tidyTitle(title).replace(/\s+/gu, ' ');
}

/**
 * The URL as every client would write it (WHATWG: lower-case host, no default port, dots and escapes resolved), so that
 * two spellings of one address are equal. What is no URL is left as it is, and so is what WHATWG alone reads as another
 * one: with a backslash, a blank or a control character in it other clients deliver elsewhere.
 */
export function normaliseUrl(url: string): string {
  if (/[\\\s\p{Cc}]/u.test(url.trim())) return url;
  return URL.parse(url)?.href ?? url;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration as the API may write it, in milliseconds; undefined where the text is none.
 * Wider than what may be sent (`5s`): the server may show `60s` as `1m` or `1m0s`.
 */
function delayMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}

/** The same duration as the API takes it: upvest-api.md, section 4. As it is where there is no such form of it. */
export function writableDelay(text: string): string {
  if (WRITABLE.test(text)) return text;
  const seconds = (delayMs(text) ?? 0) / 1000;
  return [`${seconds}s`, `${seconds / 60}m`].find((written) => WRITABLE.test(written)) ?? text;
}

const WRITABLE = /^[1-9][0-9]?[sm]$/;
