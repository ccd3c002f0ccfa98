/** A server that writes values its own way, where the switch `normalisation` asks for one: the meaning stays the same. */
import type { SubscriptionChanges } from './subscription.ts';
import type { Switches } from './switches.ts';

export function normalise(
  changes: SubscriptionChanges,
  { normalisation }: Pick<Switches, 'normalisation'>,
): SubscriptionChanges {
  if (normalisation === 'verbatim') return changes;
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
