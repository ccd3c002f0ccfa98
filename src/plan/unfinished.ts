/** The last question before something is taken away: does everything that is wanted stand? */
import type { Field } from '../subscription.ts';
import { quoted } from '../printable.ts';
import type { Withheld } from './plan.ts';

/** A wanted entry that is not on the tenant as it should be, and why. */
export interface NotStanding {
  readonly title: string;
  readonly why: string;
}

/** What the API may show otherwise than it was sent, while the subscription delivers all the same. */
const SPELLING: ReadonlySet<Field> = new Set(['title', 'url', 'config.delay', 'config.max_package_size']);

/** Whether a subscription stands that the API shows otherwise than it was sent, in these fields alone. */
export function isSpelling(fields: readonly Field[]): boolean {
  return fields.every((field) => SPELLING.has(field));
}

/** So many are named. */
const NAMED = 5;

/** Nothing is pruned while anything wanted does not stand. */
export function unfinished(notStanding: readonly NotStanding[]): Pick<Withheld, 'howToLift'> {
  return {
    howToLift:
      `Nothing is deleted while something that is wanted does not stand: ${named(notStanding)}. ` +
      'Once all of it stands this goes by itself; what is to go before that gets `state: absent` in the checkout.',
  };
}

/** Tombstones wait for this alone. */
export function outage(notStanding: readonly NotStanding[]): Pick<Withheld, 'howToLift'> {
  return {
    howToLift:
      `Nothing is deleted, not by a tombstone either, while the API fails or the pass is broken off: ${named(notStanding)}. ` +
      'It goes by itself in the first pass that gets through.',
  };
}

function named(notStanding: readonly NotStanding[]): string {
  const first = notStanding.slice(0, NAMED).map(({ title, why }) => `${quoted(title)} (${why})`);
  const others = notStanding.length - first.length;
  return [...first, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}
