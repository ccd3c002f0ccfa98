/** How answers spell what is stored: GET by id otherwise than listings, ids in upper or lower case. */
import type { Subscription } from './subscription.ts';
import type { Switches } from './switches.ts';

/** Which answer a subscription is shown in: `change` answers POST, PATCH and DELETE. */
export type Place = 'listing' | 'get' | 'change';

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
