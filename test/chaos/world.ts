/** The small world of a schedule: titles and urls so few that they collide all the time, and whose is whose. */
import type { Owns } from '../../src/config/config.ts';
import type { SeedEntry } from '../../src/sandbox/state/seed.ts';
import type { Random } from './random.ts';

/** An entry of the checkout: what a subscription is wanted to be. */
export interface Wanted {
  readonly title: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly type?: readonly string[];
  readonly exclude_type?: readonly string[];
  readonly config?: { readonly delay?: string; readonly max_package_size?: number };
  readonly reconcile?: { readonly id?: string; readonly beside?: readonly string[] };
}

/** A tombstone. Never of a title that an entry of these worlds may have, but with an id. */
export interface Absent {
  readonly title: string;
  readonly state: 'absent';
  readonly reconcile?: { readonly id: string };
}

/**
 * `titles and urls`: every url of the checkout is ours by `policy.owns`, whatever somebody does to the title, and the other
 * way round. `nothing`: nothing is pruned, and only what is there in title and url is adopted.
 */
export type Ownership = 'everything' | 'titles' | 'titles and urls' | 'nothing';

export const OWNS: Readonly<Record<Ownership, Owns>> = {
  everything: 'all',
  titles: [{ title: 'own *' }],
  'titles and urls': [{ title: 'own *' }, { url: 'https://hooks.example.com/*' }],
  nothing: [],
};

/** Judged here anew, without the program's own patterns. */
export function isOurs(
  ownership: Ownership,
  { title, url }: { readonly title: string; readonly url: string },
): boolean {
  if (ownership === 'nothing') return false;
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

/** Somebody pushes: an entry goes, comes, is renamed, moved, two swap their urls, or everything is another. */
export function editCheckout(checkout: readonly Wanted[], random: Random): readonly Wanted[] {
  const [first, ...rest] = checkout;
  if (!first) return drawCheckout(random);
  const [second, ...others] = rest;
  const free = drawTitle(random);
  const isFree = !checkout.some(({ title }) => title === free);
  return random.pick([
    rest,
    isFree ? [...rest, { ...first, title: free }] : rest,
    [...rest, { ...first, url: drawUrl(random) }],
    [...rest, { ...first, enabled: !first.enabled }],
    isFree ? [...checkout, { title: free, url: drawUrl(random), enabled: true }] : checkout,
    second ? [...others, { ...first, url: second.url }, { ...second, url: first.url }] : rest,
    drawCheckout(random),
    [],
  ]);
}

export function drawTenant(random: Random): readonly SeedEntry[] {
  return random.times(random.between(0, random.pick([1, 4, 8])), () => drawSubscription(random));
}

export function drawSubscription(random: Random): SeedEntry {
  const isTheirs = random.chance(0.35);
  const title = isTheirs ? drawTheirTitle(random) : drawTitle(random);
  return {
    title: random.chance(0.1) ? title.replace(' ', '  ') : title,
    url: isTheirs && random.chance(0.6) ? `https://elsewhere.example.net/${random.between(1, 3)}` : drawUrl(random),
    enabled: random.chance(0.7),
    ...random.pick<Extras>([{}, { type: ['USER'] }, EXCLUDING]),
    ...random.pick<Extras>([{}, { config: { delay: '10s' } }, { config: { delay: '1m' } }]),
  };
}

/** All but the first an API may write otherwise, and the rules of 2026 refuse. */
const TITLES = ['own 1', 'own 2_prod', 'own 3 Ä & ﬁx', 'own 4 of more than Thirty-two letters'] as const;

export function drawTitle(random: Random): string {
  return random.pick(TITLES);
}

export function drawTheirTitle(random: Random): string {
  return `theirs ${random.between(1, 3)}`;
}

export function drawUrl(random: Random): string {
  const path = random.pick(['1', '2', '3', 'Four']);
  return random.pick([
    `https://hooks.example.com/${path}`,
    `https://hooks.example.com/${path}`,
    `https://HOOKS.example.com:443/${path}`,
  ]);
}

type Extras = Pick<Wanted, 'type' | 'exclude_type' | 'config'>;

const EXCLUDING: Extras = { type: ['ALL'], exclude_type: ['REPORT'] };

export function hrefOf({ url }: { readonly url: string }): string {
  return new URL(url).href;
}

/** Equal for what an API may have made of one title. No two titles of these worlds are equal by it. */
export function nameOf({ title }: { readonly title: string }): string {
  const [, whose = '', number = ''] = /^(own|theirs) +(\d)/i.exec(title) ?? [];
  return `${whose.toLowerCase()} ${number}`;
}

/** Equal for what an API may have made of one url. */
export function placeOf(one: { readonly url: string }): string {
  return hrefOf(one).toLowerCase().replace(/\/$/, '');
}

/** Blanks and forms of letters apart. */
export function tidied({ title }: { readonly title: string }): string {
  return title.normalize('NFC').trim().replace(/\s+/g, ' ');
}

/** There is an event that both could deliver. */
export function overlap(a: Extras, b: Extras): boolean {
  const [one, other] = [delivers(a), delivers(b)];
  return CATEGORIES.some((category) => one(category) && other(category));
}

export function deliverTheSame(a: Extras, b: Extras): boolean {
  const [one, other] = [delivers(a), delivers(b)];
  return CATEGORIES.every((category) => one(category) === other(category));
}

/** All that these worlds speak of, and one of those they do not. */
const CATEGORIES = ['USER', 'ORDER', 'REPORT', 'ACCOUNT'] as const;

function delivers({ type = [], exclude_type = [] }: Extras): (category: string) => boolean {
  const isAll = type.length === 0 || type.includes('ALL');
  return (category) => (isAll ? !exclude_type.includes(category) : type.includes(category));
}
