/** Why a subscription should not have been created, going by what was there at the time and what the checkout wanted. */
import type { Change } from '../../src/sandbox/api/store.ts';
import type { Subscription } from '../../src/sandbox/api/subscription.ts';
import type { Orders } from './witness.ts';
import { type Absent, hrefOf, isOurs, nameOf, overlap, type Ownership, placeOf, tidied, type Wanted } from './world.ts';

type Known = Pick<Orders, 'checkout' | 'tombstones' | 'keptOtherwise' | 'isBlind'> & {
  readonly ownership: Ownership;
  /** Changes the program may not have known of. */
  readonly unseen: readonly Change[];
};

/** Words; empty: it was right. `others`: all the rest of the tenant. */
export function reasonsAgainst(
  created: Subscription,
  others: readonly Subscription[],
  known: Known,
): readonly string[] {
  const entry = known.checkout.find((wanted) => nameOf(wanted) === nameOf(created));
  if (!entry) return [];
  const asWanted = { ...created, title: entry.title, url: entry.url };
  return [
    ...(exists(entry, others, known) ? ['it exists'] : []),
    ...(isRename(asWanted, others, known) ? ['an update would have done'] : []),
    ...(!known.isBlind && isBeside(asWanted, entry, others, known) ? ['every event would come twice'] : []),
  ];
}

export function isTombstoned(one: Subscription, tombstones: readonly Absent[]): boolean {
  return tombstones.some(({ title, reconcile }) =>
    reconcile ? reconcile.id === one.id : tidied({ title }) === tidied(one),
  );
}

function exists(entry: Wanted, others: readonly Subscription[], known: Known): boolean {
  const { checkout, tombstones, unseen } = known;
  return others.some(
    (other) =>
      tidied(other) === tidied(entry) &&
      !isAbout(other, unseen) &&
      !isTombstoned(other, tombstones) &&
      !entry.reconcile?.beside?.includes(other.id) &&
      !checkout.some(({ reconcile }) => reconcile?.id === other.id) &&
      !belongsToAnother(other, entry, others, known),
  );
}

/** Another entry alone wants its url, and it alone is ours there. */
function belongsToAnother(
  one: Subscription,
  entry: Wanted,
  others: readonly Subscription[],
  { checkout, ownership }: Known,
): boolean {
  const wanting = checkout.filter((wanted) => hrefOf(wanted) === hrefOf(one));
  const own = others.filter((other) => isOurs(ownership, other) && hrefOf(other) === hrefOf(one));
  return own.length === 1 && own[0] === one && wanting.length === 1 && wanting[0] !== entry;
}

/**
 * Of what is ours at its url there is more left over than other entries of that url could take; or there is one, and
 * nobody else wants that url.
 */
function isRename(created: Subscription, others: readonly Subscription[], known: Known): boolean {
  const { checkout, tombstones, keptOtherwise, ownership } = known;
  const pinned = new Set(checkout.map(({ reconcile }) => reconcile?.id));
  // What an entry's create was answered with is its, wherever somebody has moved it.
  const mayBeByAnswer = (other: Subscription) =>
    keptOtherwise.size > 0 && checkout.some((wanted) => nameOf(wanted) === nameOf(other));
  const isFree = (other: Subscription) =>
    !pinned.has(other.id) && !isTombstoned(other, tombstones) && !mayBeByAnswer(other);
  const there = others.filter((other) => isOurs(ownership, other) && hrefOf(other) === hrefOf(created));
  const wanting = checkout.filter((wanted) => hrefOf(wanted) === hrefOf(created));
  if (there.length === 1 && there.every(isFree) && wanting.length === 1) return true;
  const names = new Set(checkout.map(nameOf));
  const left = there.filter((other) => isFree(other) && !names.has(nameOf(other)));
  return left.length > wanting.filter((wanted) => nameOf(wanted) !== nameOf(created)).length;
}

/** One that is not ours delivers the same events to the same receiver, and nobody has said that it is meant to. */
function isBeside(created: Subscription, entry: Wanted, others: readonly Subscription[], known: Known): boolean {
  const { checkout, tombstones, ownership } = known;
  const elsewhere = checkout.filter((wanted) => wanted !== entry);
  const isTaken = (other: Subscription) =>
    checkout.some(({ reconcile }) => reconcile?.id === other.id) ||
    elsewhere.some((wanted) => nameOf(wanted) === nameOf(other));
  return others.some(
    (other) =>
      !isOurs(ownership, other) &&
      hrefOf(other) === hrefOf(created) &&
      overlap(other, created) &&
      !isTombstoned(other, tombstones) &&
      !entry.reconcile?.beside?.includes(other.id) &&
      !isTaken(other),
  );
}

/** Any of the changes took or gave its title or its url. */
export function isAbout(one: { readonly title: string; readonly url: string }, changes: readonly Change[]): boolean {
  return changes
    .flatMap(({ before, after }) => [before, after])
    .some((other) => other && (nameOf(other) === nameOf(one) || placeOf(other) === placeOf(one)));
}
