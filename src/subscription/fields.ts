/**
 * The field table: how each field is read from JSON, when two of its values mean the same, and how it is sent. Reading,
 * planning, creating, updating and the checks before a removal all go by it, so that a new field is one row here.
 */
import type { DeliveryConfig, Desired, Field, FieldValues, Observed } from './subscription.ts';

interface Row<T> {
  /** The value of a member of a JSON object; undefined where the member is absent or not a value of this field. */
  readonly read: (member: unknown) => T | undefined;
  /** What an answer without the member means; without it the field is then absent. */
  readonly otherwise?: T;
  /** Whether two values that are not identical mean the same. */
  readonly isSame: (a: T | undefined, b: T | undefined) => boolean;
  /** The same value as the API takes it. */
  readonly writable?: (value: T) => T;
  /** Whether this value is sent at all. */
  readonly isSent?: (value: T) => boolean;
  /** Whether `POST /webhooks` takes the field. A subscription is always created disabled (docs/upvest-api.md, 4.2). */
  readonly isCreated: boolean;
  /** Whether the API may show another value than it was sent while the subscription delivers all the same. */
  readonly isSpelling: boolean;
}

const text = (member: unknown) => (typeof member === 'string' ? member : undefined);
const list = (member: unknown) =>
  Array.isArray(member) ? member.filter((item): item is string => typeof item === 'string') : undefined;
const onlyIdentical = () => false;

const TABLE: { readonly [F in Field]: Row<FieldValues[F]> } = {
  title: { read: text, isSame: sameTitle, isCreated: true, isSpelling: true },
  url: { read: text, isSame: sameUrl, isCreated: true, isSpelling: true },
  enabled: {
    read: (member) => member === true,
    otherwise: false,
    isSame: onlyIdentical,
    isCreated: false,
    isSpelling: false,
  },
  // What an empty list would mean is not documented.
  type: {
    read: list,
    otherwise: [],
    isSame: sameCategories,
    isSent: ({ length }) => length > 0,
    isCreated: true,
    isSpelling: false,
  },
  exclude_type: { read: list, isSame: sameCategories, isCreated: true, isSpelling: false },
  'config.delay': {
    read: text,
    isSame: sameDuration,
    writable: writableDelay,
    isCreated: true,
    isSpelling: true,
  },
  'config.max_package_size': {
    read: (member) => (typeof member === 'number' ? member : undefined),
    isSame: onlyIdentical,
    isCreated: true,
    isSpelling: true,
  },
};

/** In the order in which they are sent and shown. */
export const FIELDS = Object.keys(TABLE) as readonly Field[];

/** A subscription's fields, whatever else belongs to it. */
export type Fields = Partial<Pick<FieldValues, Exclude<Field, `config.${string}`>>> & {
  readonly config: DeliveryConfig;
};

/** The members of a subscription that hold them. */
export const MEMBERS = [...new Set(FIELDS.map((field) => field.split('.', 1)[0]))] as readonly (keyof Fields)[];

/** Whatever has some of the fields: an entry, a subscription, a body. */
type Holder = Omit<Fields, 'config'> & { readonly config?: DeliveryConfig };

/** Where a field stands in a JSON object: `['config', 'delay']`, `['title']`. */
const PATHS = new Map(FIELDS.map((field) => [field, field.split('.') as [string, string?]]));

/** The value of a field; undefined where there is no such member. */
export function fieldOf<F extends Field>(holder: Holder, field: F): FieldValues[F] | undefined {
  return memberAt(holder, field) as FieldValues[F] | undefined;
}

function memberAt(holder: object, field: Field): unknown {
  const [member, inner] = PATHS.get(field) ?? [field];
  const outer = (holder as Readonly<Record<string, unknown>>)[member];
  if (inner === undefined) return outer;
  return typeof outer === 'object' && outer !== null ? (outer as Readonly<Record<string, unknown>>)[inner] : undefined;
}

/** The fields with these values; those that are undefined are left out, `config` is always there. */
export function withFields(valueOf: <F extends Field>(field: F) => FieldValues[F] | undefined): Fields {
  const members: Record<string, unknown> = {};
  const config: Record<string, unknown> = {};
  for (const [field, [member, inner]] of PATHS) {
    const value = valueOf(field);
    if (value === undefined) continue;
    if (inner === undefined) members[member] = value;
    else config[inner] = value;
  }
  return { ...members, config };
}

/** The fields of a JSON object as an answer of the API has it. */
export function readFields(json: object): Fields {
  return withFields((field) => TABLE[field].read(memberAt(json, field)) ?? TABLE[field].otherwise);
}

/** What is sent of a body, of the fields that are taken: neither a value that says nothing, nor a `config` without members. */
export function sentFields(body: Holder, taken: readonly Field[] = FIELDS): object {
  const { config, ...members } = withFields((field) => {
    const value = fieldOf(body, field);
    return value === undefined || !taken.includes(field) || TABLE[field].isSent?.(value) === false ? undefined : value;
  });
  return Object.keys(config).length === 0 ? members : { ...members, config };
}

/** The same value as the API takes it, which may show a delay as `1m0s` and refuses that. */
export function writableValue<F extends Field>(field: F, value: FieldValues[F]): FieldValues[F] {
  return TABLE[field].writable?.(value) ?? value;
}

/** Those that `POST /webhooks` takes. */
export const CREATED_FIELDS = FIELDS.filter((field) => TABLE[field].isCreated);

/** Whether a subscription stands that the API shows otherwise than it was sent, in these fields alone. */
export function isSpelling(fields: readonly Field[]): boolean {
  return fields.every((field) => TABLE[field].isSpelling);
}

/** Whether two values of a field mean the same: titles tidied, urls normalised, categories as sets, delays as durations. */
export function isSameValue<F extends Field>(
  field: F,
  a: FieldValues[F] | undefined,
  b: FieldValues[F] | undefined,
): boolean {
  return a === b || TABLE[field].isSame(a, b);
}

/** Whether two subscriptions mean the same in each of these fields. */
export function isSameIn(fields: readonly Field[], a: Holder, b: Holder): boolean {
  return fields.every((field) => isSameValue(field, fieldOf(a, field), fieldOf(b, field)));
}

/** All fields but those that say together what is delivered. */
export const FIELDS_BESIDE_CATEGORIES = FIELDS.filter((field) => field !== 'type' && field !== 'exclude_type');

/** Whether two subscriptions mean the same in everything: a read by id may spell a value otherwise than a listing. */
export function isSameSubscription(a: Observed, b: Observed): boolean {
  return keyOf(categoriesOf(a)) === keyOf(categoriesOf(b)) && isSameIn(FIELDS_BESIDE_CATEGORIES, a, b);
}

function sameTitle(a = '', b = ''): boolean {
  return tidyTitle(a) === tidyTitle(b);
}

function sameUrl(a = '', b = ''): boolean {
  return normaliseUrl(a) === normaliseUrl(b);
}

function sameCategories(a?: readonly string[], b?: readonly string[]): boolean {
  return isSameSet(new Set(a), new Set(b));
}

function sameDuration(a?: string, b?: string): boolean {
  const ms = a === undefined ? undefined : delayMs(a);
  return ms !== undefined && b !== undefined && ms === delayMs(b);
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((value) => b.has(value));
}

/**
 * Which events a subscription delivers: `type` and `exclude_type` as one value. No or an empty `type` is ALL, and
 * `exclude_type` counts beside ALL only (docs/upvest-api.md, 4.1).
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

/** Accents composed, no space at the ends: nobody sees a difference, and none is corrected. */
function tidyTitle(title: string): string {
  return title.normalize('NFC').trim();
}

/** Words of ASCII with one space between them, as nearly all titles are: nothing is to be done to them. */
const NORMAL_TITLE = /^[!-~]+(?: [!-~]+)*$/;

/** And one space in a row: enough alike to be the same subscription, though it is given the title that git has. */
export function normaliseTitle(title: string): string {
  return NORMAL_TITLE.test(title) ? title : tidyTitle(title).replace(/\s+/gu, ' ');
}

/** A URL that every client writes as it is, but for encoded labels. To parse tens of thousands of those takes its time. */
const NORMAL_URL = /^https:\/\/(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?:\/[\w~-]*)+$/;

/**
 * The URL as every client would write it (WHATWG: lower-case host, no default port, dots and escapes resolved), so that
 * two spellings of one address are equal. What is no URL is left as it is, and so is what WHATWG alone reads as another
 * one: with a backslash, a blank or a control character in it other clients deliver elsewhere.
 */
export function normaliseUrl(url: string): string {
  if (NORMAL_URL.test(url) && !url.includes('xn--')) return url;
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

/** The same duration in the form that the API takes (docs/upvest-api.md, 4.1), or as it is where it has no such form. */
function writableDelay(text: string): string {
  if (WRITABLE.test(text)) return text;
  const seconds = (delayMs(text) ?? 0) / 1000;
  return [`${seconds}s`, `${seconds / 60}m`].find((written) => WRITABLE.test(written)) ?? text;
}

const WRITABLE = /^[1-9][0-9]?[sm]$/;
