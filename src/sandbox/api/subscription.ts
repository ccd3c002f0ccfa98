/** A webhook subscription of the sandbox, and how a server may store and spell its values. */
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
  /** Present once it has been given, even if empty. */
  readonly exclude_type?: readonly string[];
  readonly enabled: boolean;
  readonly config: SubscriptionConfig;
}

/** `delay` is a duration as written, `5s`. `max_package_size` is in bytes. */
export interface SubscriptionConfig {
  readonly delay: string;
  readonly max_package_size: number;
}

/**
 * Values that replace others as a whole. Clients cannot change the times, but the owner of the sandbox may set them.
 */
export type SubscriptionChanges = Partial<Omit<Subscription, 'id'>>;

/** The defaults on create are not documented. The API's older samples show these. */
export const DEFAULT_CONFIG: SubscriptionConfig = { delay: '5s', max_package_size: 10_240 };

/**
 * How a server rewrites the values it stores. `normalisation` keeps their meaning; `storedTitles` and `storedUrls`
 * change the text itself.
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

/** Writes `60s` as `1m`. A delay that is not whole minutes stays. */
function inMinutes(delay: string): string {
  const seconds = /^(\d+)s$/.exec(delay)?.[1];
  return seconds && Number(seconds) % 60 === 0 ? `${Number(seconds) / 60}m` : delay;
}

/**
 * Members of `config` that are left out stay. `updated_at` is now unless given: a test may set it to age a
 * subscription.
 */
export type SubscriptionEdit = Omit<SubscriptionChanges, 'config'> & { readonly config?: Partial<SubscriptionConfig> };

export function changesOf({ config, ...rest }: SubscriptionEdit, current: Subscription): SubscriptionChanges {
  return config ? { ...rest, config: { ...current.config, ...config } } : rest;
}

/** The answer that shows a subscription. `change` is the answer to POST, PATCH and DELETE. */
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

/** The same values in another spelling. */
function otherwise(one: Subscription): Subscription {
  const { url, config } = one;
  const hostInCapitals = url.replace(/^[a-z]+:\/\/[^/?]*/i, (origin) => origin.toUpperCase());
  return { ...one, url: hostInCapitals, config: { ...config, delay: inOtherUnit(config.delay) } };
}

/** Writes `60s` as `1m` and `1m` as `60s`. A delay that has no other unit stays. */
function inOtherUnit(delay: string): string {
  const [, digits, unit] = /^(\d+)([sm])$/.exec(delay) ?? [];
  const amount = Number(digits);
  if (unit === 'm') return `${amount * 60}s`;
  return unit === 's' && amount > 0 && amount % 60 === 0 ? `${amount / 60}m` : delay;
}
