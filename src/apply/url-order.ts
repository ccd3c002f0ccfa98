/** Updates that move urls between subscriptions: where urls have to be unique, one must be given up before it is taken. */
import { quoted } from '../printable.ts';
import { normaliseUrl } from '../plan/normalise-url.ts';
import type { Observed } from '../subscription.ts';
import type { Failure } from './outcome.ts';
import type { Update } from './update.ts';

/** Updates to be sent one after the other. */
export interface Chain {
  readonly updates: readonly Update[];
  /** They take each other's urls: whichever is sent first, its url is not free. */
  readonly isCycle: boolean;
}

/** Each update once. One that takes a url comes after those that give it up; what has to do with no other is a chain of its own. */
export function inUrlOrder(updates: readonly Update[]): readonly Chain[] {
  const moving = updates.filter((update) => takes(update) !== undefined);
  const givers = Map.groupBy(moving, ({ observed }) => normaliseUrl(observed.url));
  const waitsFor = (update: Update) => (givers.get(takes(update) ?? '') ?? []).filter((giver) => giver !== update);
  const chains: Chain[] = [];
  const isPlaced = new Set<Update>();
  for (const group of groups(moving, waitsFor)) {
    const ordered: Update[] = [];
    const left = new Set(group);
    // Without a cycle each round places at least one; what a cycle leaves is sent in the order it came.
    for (let isStuck = false; !isStuck; ) {
      const ready = [...left].filter((update) => !waitsFor(update).some((giver) => left.has(giver)));
      for (const update of ready) left.delete(update);
      ordered.push(...ready);
      isStuck = ready.length === 0;
    }
    ordered.push(...left);
    for (const update of ordered) isPlaced.add(update);
    if (ordered.length > 0) chains.push({ updates: ordered, isCycle: left.size > 0 });
  }
  return [
    ...updates.filter((update) => !isPlaced.has(update)).map((update) => ({ updates: [update], isCycle: false })),
    ...chains,
  ];
}

/** What is connected by a wait, however indirectly; only groups of more than one. */
function groups(
  updates: readonly Update[],
  waitsFor: (update: Update) => readonly Update[],
): readonly (readonly Update[])[] {
  const neighbours = new Map<Update, Update[]>(updates.map((update) => [update, []]));
  for (const update of updates) {
    for (const giver of waitsFor(update)) {
      neighbours.get(update)?.push(giver);
      neighbours.get(giver)?.push(update);
    }
  }
  const seen = new Set<Update>();
  const found: Update[][] = [];
  for (const update of updates) {
    if (seen.has(update) || neighbours.get(update)?.length === 0) continue;
    const group: Update[] = [];
    const open = [update];
    for (let next = open.pop(); next; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      group.push(next);
      open.push(...(neighbours.get(next) ?? []));
    }
    found.push(updates.filter((one) => group.includes(one)));
  }
  return found;
}

/** The url an update asks for, where it is another than before. */
function takes({ changes, desired }: Update): string | undefined {
  return changes.some(({ field }) => field === 'url') ? normaliseUrl(desired.url) : undefined;
}

/** An update that the API refused with 409 for its url. */
export function urlConflict({ desired, observed }: Update, failure: Failure, holder: Observed | undefined): Failure {
  if (!holder || holder.id === observed.id) return failure;
  return {
    ...failure,
    message:
      `The API wants urls unique, and ${quoted(holder.title)} (${holder.id}) has the one that ${quoted(desired.title)} asks for: ` +
      'give one of the two a url of its own in one commit, and the one it is meant to have in the next. ' +
      failure.message,
  };
}
