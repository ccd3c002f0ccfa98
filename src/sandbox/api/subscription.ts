import type { Switches } from '../switches.ts';

/** A webhook subscription as the sandbox keeps and shows it. */
export interface Subscription {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly title: string;
  readonly url: string;
  readonly type: readonly string[];
  /** Present once it has been given, be it empty. */
  readonly exclude_type?: readonly string[];
  readonly enabled: boolean;
  readonly config: SubscriptionConfig;
}

/** `delay`: a duration as written, `5s`. `max_package_size`: bytes. */
export interface SubscriptionConfig {
  readonly delay: string;
  readonly max_package_size: number;
}

/** Whole values that replace others. The times are never a client's to change, but the sandbox's owner may set them. */
export type SubscriptionChanges = Partial<Omit<Subscription, 'id'>>;

/** What the API fills in on create is not documented; its older samples show these. */
export const DEFAULT_CONFIG: SubscriptionConfig = { delay: '5s', max_package_size: 10_240 };

/**
 * A server that writes values its own way. By `normalisation` the meaning stays the same; by `storedTitles` and
 * `storedUrls` the text is another from then on.
 */
type Ways = Pick<Switches, 'normalisation' | 'storedTitles' | 'storedUrls'>;

export function normalise(changes: SubscriptionChanges, ways: Ways): SubscriptionChanges {
  const normal = ways.normalisation === 'verbatim' ? changes : inNormalForm(changes);
  const { title, url } = normal;
  return {
    ...normal,
    ...(title === undefined ? {} : { title: TITLES[ways.storedTitles](title) }),
    ...(url === undefined ? {} : { url: URLS[ways.storedUrls](url) }),
  };
}

type Rewriting = (text: string) => string;

const TITLES: Readonly<Record<Switches['storedTitles'], Rewriting>> = {
  'as-sent': (title) => title,
  lower: (title) => title.toLowerCase(),
  cut32: (title) => Array.from(title).slice(0, 32).join(''),
  html: (title) => title.replaceAll('&', '&amp;'),
  dashes: (title) => title.replaceAll('_', '-'),
  nfkc: (title) => title.normalize('NFKC'),
  ascii: (title) => title.normalize('NFD').replaceAll(/\p{M}/gu, ''),
};

const URLS: Readonly<Record<Switches['storedUrls'], Rewriting>> = {
  'as-sent': (url) => url,
  slash: (url) => url.replace(/^[^?]*[^/?](?=\?|$)/, '$&/'),
  lower: (url) => url.toLowerCase(),
};

function inNormalForm(changes: SubscriptionChanges): SubscriptionChanges {
  const { title, url, type, exclude_type, config } = changes;
  return {
    ...changes,
    ...(title === undefined ? {} : { title: title.normalize('NFC').trim() }),
    ...(url === undefined ? {} : { url: new URL(url).href }),
    ...(type ? { type: [...new Set(type)].sort() } : {}),
    ...(exclude_type ? { exclude_type: [...new Set(exclude_type)].sort() } : {}),
    ...(config ? { config: { ...config, delay: inMinutes(config.delay) } } : {}),
  };
}

/** `60s` → `1m`; what is no whole minute stays. */
function inMinutes(delay: string): string {
  const seconds = /^(\d+)s$/.exec(delay)?.[1];
  return seconds && Number(seconds) % 60 === 0 ? `${Number(seconds) / 60}m` : delay;
}

/** Members of `config` that are left out stay. `updated_at` is now unless given, which lets a test age a subscription. */
export type SubscriptionEdit = Omit<SubscriptionChanges, 'config'> & { readonly config?: Partial<SubscriptionConfig> };

export function changesOf({ config, ...rest }: SubscriptionEdit, current: Subscription): SubscriptionChanges {
  return config ? { ...rest, config: { ...current.config, ...config } } : rest;
}

/** Which answer a subscription is shown in: `change` answers POST, PATCH and DELETE. */
type Place = 'listing' | 'get' | 'change';

export function spell(one: Subscription, place: Place, switches: Switches): Subscription {
  const other = place === 'get' && switches.getSpelling === 'other' ? otherwise(one) : one;
  return { ...other, id: idIn(place, other.id, switches) };
}

function idIn(place: Place, id: string, { idCase }: Pick<Switches, 'idCase'>): string {
  if (idCase === 'as-made') return id;
  const isUpper = idCase === 'upper' || (idCase === 'upper-by-id' && place !== 'listing');
  return isUpper ? id.toUpperCase() : id.toLowerCase();
}

/** The same in meaning, in other letters. */
function otherwise(one: Subscription): Subscription {
  const { url, config } = one;
  const hostInCapitals = url.replace(/^[a-z]+:\/\/[^/?]*/i, (origin) => origin.toUpperCase());
  return { ...one, url: hostInCapitals, config: { ...config, delay: inOtherUnit(config.delay) } };
}

/** `60s` as `1m` and `1m` as `60s`; what has no other unit stays. */
function inOtherUnit(delay: string): string {
  const [, digits, unit] = /^(\d+)([sm])$/.exec(delay) ?? [];
  const amount = Number(digits);
  if (unit === 'm') return `${amount * 60}s`;
  return unit === 's' && amount > 0 && amount % 60 === 0 ? `${amount / 60}m` : delay;
}
