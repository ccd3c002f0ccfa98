/** Updates that move urls between subscriptions: where urls have to be unique, one must be given up before it is taken. */
import { quoted } from '../base/text.ts';
import { normaliseUrl } from '../subscription/fields.ts';
import type { Observed } from '../subscription/subscription.ts';
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
  const moves = updates.flatMap(moveOf);
  const chains = connected(moves)
    .filter((group) => group.length > 1)
    .map(inOrder);
  const isPlaced = new Set(chains.flatMap((chain) => chain.updates));
  const alone = updates.filter((update) => !isPlaced.has(update));
  return [...alone.map((update) => ({ updates: [update], isCycle: false })), ...chains];
}

/** An update that gives up a url and takes another. Both are normalised. */
interface Move {
  readonly update: Update;
  readonly from: string;
  readonly to: string;
}

function moveOf(update: Update): readonly Move[] {
  const [from, to] = [normaliseUrl(update.observed.url), normaliseUrl(update.desired.url)];
  return from !== to && update.changes.some(({ field }) => field === 'url') ? [{ update, from, to }] : [];
}

/** Groups of what is connected, however indirectly, by urls that one gives up and another takes. */
function connected(moves: readonly Move[]): readonly (readonly Move[])[] {
  const givers = Map.groupBy(moves, ({ from }) => from);
  const takers = Map.groupBy(moves, ({ to }) => to);
  const crossed = new Set<string>();
  const groupOf = new Map<Move, Move>();
  for (const first of moves) {
    const open = [first];
    for (let next = open.pop(); next; next = open.pop()) {
      if (groupOf.has(next)) continue;
      groupOf.set(next, first);
      for (const url of [next.from, next.to]) {
        const [giving, taking] = [givers.get(url), takers.get(url)];
        if (crossed.has(url) || !giving || !taking) continue;
        crossed.add(url);
        for (const move of giving) open.push(move);
        for (const move of taking) open.push(move);
      }
    }
  }
  return [...Map.groupBy(moves, (move) => groupOf.get(move)).values()];
}

function inOrder(group: readonly Move[]): Chain {
  const takers = Map.groupBy(group, ({ to }) => to);
  /** How many have not given a url up. */
  const holding = new Map<string, number>();
  for (const { from } of group) holding.set(from, (holding.get(from) ?? 0) + 1);
  const ready = group.filter(({ to }) => !holding.has(to));
  // It grows while it is read.
  for (const { from } of ready) {
    const left = (holding.get(from) ?? 0) - 1;
    holding.set(from, left);
    if (left === 0) for (const taker of takers.get(from) ?? []) ready.push(taker);
  }
  const isPlaced = new Set(ready);
  // What a cycle leaves is sent in the order it came.
  const stuck = group.filter((move) => !isPlaced.has(move));
  return { updates: [...ready, ...stuck].map(({ update }) => update), isCycle: stuck.length > 0 };
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
