/**
 * A server that writes values its own way. By `normalisation` the meaning stays the same; by `storedTitles` and
 * `storedUrls` the text is another from then on.
 */
import type { SubscriptionChanges } from './subscription.ts';
import type { Switches } from './switches.ts';

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
