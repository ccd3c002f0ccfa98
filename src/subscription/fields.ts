/**
 * The field table: how each field is read from JSON, when two of its values mean the same, and how it is sent. Reading,
 * planning, creating, updating and the check before a removal all use it, so that a new field is one row here.
 */
import type { DeliveryConfig, Desired, Field, FieldValues, Observed } from './subscription.ts';

interface Row<T> {
  /** The value of a member of a JSON object; undefined where the member is absent or not a value of this field. */
  readonly read: (member: unknown) => T | undefined;
  /** The value where an answer lacks the member; a row without it leaves the field absent. */
  readonly otherwise?: T;
  /** Whether two values that are not identical mean the same. */
  readonly isSame: (a: T | undefined, b: T | undefined) => boolean;
  /** The same value in a form that the API accepts. */
  readonly writable?: (value: T) => T;
  /** Whether this value is sent at all. */
  readonly isSent?: (value: T) => boolean;
  /** Whether `POST /webhooks` accepts the field. A subscription is created disabled (docs/upvest-api.md, 4.2). */
  readonly isCreated: boolean;
  /** Whether the subscription still delivers as wanted when the API shows another value than it was sent. */
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
  // An empty list is not sent, because its meaning is not documented.
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

/** All fields, in the order in which they are sent and shown. */
export const FIELDS = Object.keys(TABLE) as readonly Field[];

/** The fields of a subscription, without its id, times and the like. */
export type Fields = Partial<Pick<FieldValues, Exclude<Field, `config.${string}`>>> & {
  readonly config: DeliveryConfig;
};

/** The members of a subscription that hold the fields. */
export const MEMBERS = [...new Set(FIELDS.map((field) => field.split('.', 1)[0]))] as readonly (keyof Fields)[];

/** Any object that has some of the fields: an entry, a subscription, a body. */
type Holder = Omit<Fields, 'config'> & { readonly config?: DeliveryConfig };

/** Where the fields stand in a JSON object: in `title` itself, or in the member `delay` of `config`. */
const PLACES = FIELDS.map((field) => {
  const [member = '', inner] = field.split('.');
  return { field, member, inner };
});
const PLACE = Object.fromEntries(PLACES.map((place) => [place.field, place])) as Record<Field, (typeof PLACES)[number]>;

/** The value of a field; undefined where there is no such member. */
export function fieldOf<F extends Field>(holder: Holder, field: F): FieldValues[F] | undefined {
  return memberAt(holder, field) as FieldValues[F] | undefined;
}

function memberAt(holder: object, field: Field): unknown {
  const { member, inner } = PLACE[field];
  const outer = (holder as Readonly<Record<string, unknown>>)[member];
  if (inner === undefined) return outer;
  return typeof outer === 'object' && outer !== null ? (outer as Readonly<Record<string, unknown>>)[inner] : undefined;
}

/** The fields with these values, after `others`. Undefined ones are left out; `config` is always present. */
export function withFields(
  valueOf: <F extends Field>(field: F) => FieldValues[F] | undefined,
  others: object = {},
): Fields {
  const members: Record<string, unknown> = { ...others };
  const config: Record<string, unknown> = {};
  for (const { field, member, inner } of PLACES) {
    const value = valueOf(field);
    if (value === undefined) continue;
    if (inner === undefined) members[member] = value;
    else config[inner] = value;
  }
  members['config'] = config;
  return members as unknown as Fields;
}

/** The fields of a JSON object from an answer of the API, after `others`. */
export function readFields(json: object, others: object): Fields {
  return withFields((field) => TABLE[field].read(memberAt(json, field)) ?? TABLE[field].otherwise, others);
}

/** The members of `body` to send, of the fields in `taken`; without values that say nothing or an empty `config`. */
export function sentFields(body: Holder, taken: readonly Field[] = FIELDS): object {
  const { config, ...members } = withFields((field) => {
    const value = fieldOf(body, field);
    return value === undefined || !taken.includes(field) || TABLE[field].isSent?.(value) === false ? undefined : value;
  });
  return Object.keys(config).length === 0 ? members : { ...members, config };
}

/** The same value in a form that the API accepts: it may show a delay as `1m0s`, but refuses to be sent that. */
export function writableValue<F extends Field>(field: F, value: FieldValues[F]): FieldValues[F] {
  return TABLE[field].writable?.(value) ?? value;
}

/** The fields that `POST /webhooks` accepts. */
export const CREATED_FIELDS = FIELDS.filter((field) => TABLE[field].isCreated);

/** Whether a subscription stands although the API shows these fields otherwise than it was sent. */
export function isSpelling(fields: readonly Field[]): boolean {
  return fields.every((field) => TABLE[field].isSpelling);
}

/** Whether two values mean the same: titles composed, urls normalised, categories as sets, delays as durations. */
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

/** Whether two subscriptions mean the same in every field. A read by id may spell a value otherwise than a listing. */
export function isSameSubscription(a: Observed, b: Observed): boolean {
  return categoriesKey(categoriesOf(a)) === categoriesKey(categoriesOf(b)) && isSameIn(FIELDS_BESIDE_CATEGORIES, a, b);
}

function sameTitle(a = '', b = ''): boolean {
  return composedTitle(a) === composedTitle(b);
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
  /** The categories that are delivered; with `isAll`, the ones that are excluded. */
  readonly names: ReadonlySet<string>;
}

/** The categories of a subscription, or of an entry as it would be created. */
export function categoriesOf({
  type = [],
  exclude_type = [],
}: Pick<Desired | Observed, 'type' | 'exclude_type'>): Categories {
  const isAll = type.length === 0 || type.includes('ALL');
  return { isAll, names: new Set(isAll ? exclude_type : type) };
}

/** The categories that `observed` has once `desired` is applied: unmanaged and ignored fields stay as observed. */
export function categoriesOn(desired: Desired, observed: Observed): Categories {
  const { type = observed.type, exclude_type = observed.exclude_type, ignore } = desired;
  return categoriesOf({
    type: ignore.includes('type') ? observed.type : type,
    exclude_type: (ignore.includes('exclude_type') ? observed.exclude_type : exclude_type) ?? [],
  });
}

/** A text that is equal for categories that deliver the same events. */
export function categoriesKey({ isAll, names }: Categories): string {
  return [isAll ? '!' : '', ...[...names].toSorted()].join(' ');
}

/** For the value of the field: accents composed, no blanks at the ends. Readers see no difference, so none is corrected. */
function composedTitle(title: string): string {
  return title.normalize('NFC').trim();
}

/** ASCII words with one space between them, as nearly all titles are: they are normal already. */
const NORMAL_TITLE = /^[!-~]+(?: [!-~]+)*$/;

/**
 * For the identity of an entry: composed, and blanks in a row as one. A title that differs only in such blanks names the
 * same subscription, whose title is then corrected to the one that git has.
 */
export function titleKey(title: string): string {
  return NORMAL_TITLE.test(title) ? title : composedTitle(title).replace(/\s+/gu, ' ');
}

/** A URL that every client writes as it is, but for encoded labels. To parse tens of thousands of those takes its time. */
const NORMAL_URL = /^https:\/\/(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?:\/[\w~-]*)+$/;

/**
 * The URL as every client would write it (WHATWG: lower-case host, no default port, dots and escapes resolved), so that
 * two spellings of one address are equal. A text that is not a URL is returned as it is. So is one with a backslash, a
 * blank or a control character: WHATWG would rewrite it, while other clients would deliver elsewhere.
 */
export function normaliseUrl(url: string): string {
  if (NORMAL_URL.test(url) && !url.includes('xn--')) return url;
  if (/[\\\s\p{Cc}]/u.test(url.trim())) return url;
  return URL.parse(url)?.href ?? url;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration as the API may write it, in milliseconds; undefined where the text is not a duration.
 * It accepts more than may be sent (`5s`), because the API may show `60s` as `1m` or `1m0s`.
 */
function delayMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}

/** The same duration in a form that the API accepts (docs/upvest-api.md, 4.1), or the text itself if there is none. */
function writableDelay(text: string): string {
  if (WRITABLE.test(text)) return text;
  const seconds = (delayMs(text) ?? 0) / 1000;
  return [`${seconds}s`, `${seconds / 60}m`].find((written) => WRITABLE.test(written)) ?? text;
}

const WRITABLE = /^[1-9][0-9]?[sm]$/;
