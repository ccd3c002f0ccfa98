import type { Field } from '../subscription.ts';
import { delayMs } from './delay-ms.ts';
import { tidyTitle } from '../normalise-title.ts';
import { normaliseUrl } from './normalise-url.ts';

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
