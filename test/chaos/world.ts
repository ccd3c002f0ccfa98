/** The small world of a schedule: titles and urls so few that they collide all the time, and whose is whose. */
import type { Owns } from '../../src/config/config.ts';
import type { SeedEntry } from '../../src/sandbox/seed.ts';
import type { Random } from './random.ts';

/** An entry of the checkout: what a subscription is wanted to be. */
export interface Wanted {
  readonly title: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly type?: readonly string[];
  readonly exclude_type?: readonly string[];
  readonly config?: { readonly delay?: string; readonly max_package_size?: number };
}

/** Every url of the checkout is ours by `policy.owns`, whatever somebody does to the title, and the other way round. */
export type Ownership = 'everything' | 'titles' | 'titles and urls';

export const OWNS: Readonly<Record<Ownership, Owns>> = {
  everything: 'all',
  titles: [{ title: 'own *' }],
  'titles and urls': [{ title: 'own *' }, { url: 'https://hooks.example.com/*' }],
};

/** Judged here anew, without the program's own patterns. */
export function isOurs(
  ownership: Ownership,
  { title, url }: { readonly title: string; readonly url: string },
): boolean {
  if (ownership === 'everything' || title.startsWith('own ')) return true;
  return ownership === 'titles and urls' && new URL(url).hostname === 'hooks.example.com';
}

export function drawCheckout(random: Random): readonly Wanted[] {
  const titles = new Set(random.times(random.between(0, 5), () => drawTitle(random)));
  return [...titles].map((title) => drawEntry(title, random));
}

function drawEntry(title: string, random: Random): Wanted {
  return {
    title,
    url: drawUrl(random),
    enabled: random.chance(0.8),
    ...random.pick<Extras>([{}, { type: ['ALL'] }, { type: ['USER'] }, { type: ['ORDER', 'USER'] }, EXCLUDING]),
    ...random.pick<Extras>([{}, { config: { delay: '10s' } }, { config: { delay: '30s', max_package_size: 1000 } }]),
  };
}

/** Somebody pushes: an entry goes, comes, is renamed, moved, or everything is another. */
export function editCheckout(checkout: readonly Wanted[], random: Random): readonly Wanted[] {
  const [first, ...rest] = checkout;
  if (!first) return drawCheckout(random);
  const free = drawTitle(random);
  const isFree = !checkout.some(({ title }) => title === free);
  return random.pick([
    rest,
    isFree ? [...rest, { ...first, title: free }] : rest,
    [...rest, { ...first, url: drawUrl(random) }],
    [...rest, { ...first, enabled: !first.enabled }],
    isFree ? [...checkout, { title: free, url: drawUrl(random), enabled: true }] : checkout,
    drawCheckout(random),
    [],
  ]);
}

export function drawTenant(random: Random): readonly SeedEntry[] {
  return random.times(random.between(0, 8), () => drawSubscription(random));
}

export function drawSubscription(random: Random): SeedEntry {
  const isTheirs = random.chance(0.35);
  return {
    title: isTheirs ? `theirs ${random.between(1, 3)}` : drawTitle(random),
    url: isTheirs && random.chance(0.7) ? `https://elsewhere.example.net/${random.between(1, 3)}` : drawUrl(random),
    enabled: random.chance(0.7),
    ...random.pick<Extras>([{}, { type: ['USER'] }, EXCLUDING]),
    ...random.pick<Extras>([{}, { config: { delay: '10s' } }]),
  };
}

export function drawTitle(random: Random): string {
  return `own ${random.between(1, 4)}`;
}

export function drawUrl(random: Random): string {
  return random.pick([
    `https://hooks.example.com/${random.between(1, 4)}`,
    `https://hooks.example.com/${random.between(1, 4)}`,
    `https://HOOKS.example.com:443/${random.between(1, 4)}`,
  ]);
}

type Extras = Pick<Wanted, 'type' | 'exclude_type' | 'config'>;

const EXCLUDING: Extras = { type: ['ALL'], exclude_type: ['REPORT'] };

export function hrefOf({ url }: { readonly url: string }): string {
  return new URL(url).href;
}
