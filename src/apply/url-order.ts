/** The order of updates that move urls: where urls have to be unique, one must be given up before another takes it. */
import { quoted } from '../base/text.ts';
import { normaliseUrl } from '../subscription/fields.ts';
import type { Observed } from '../subscription/subscription.ts';
import type { Failure } from './outcome.ts';
import type { Update } from './update.ts';

/** Updates that are sent one after the other. */
export interface Chain {
  readonly updates: readonly Update[];
  /** The updates take each other's urls, so the url of the first one is not free. */
  readonly isCycle: boolean;
}

/**
 * Each update is in one chain, after those that give up the url it takes. An unrelated update is a chain of its own.
 */
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

/** Groups of moves that are connected, however indirectly, by urls that one gives up and another takes. */
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
  /** By url, how many moves have not given it up yet. */
  const holding = new Map<string, number>();
  for (const { from } of group) holding.set(from, (holding.get(from) ?? 0) + 1);
  const ready = group.filter(({ to }) => !holding.has(to));
  // The list grows while it is read.
  for (const { from } of ready) {
    const left = (holding.get(from) ?? 0) - 1;
    holding.set(from, left);
    if (left === 0) for (const taker of takers.get(from) ?? []) ready.push(taker);
  }
  const isPlaced = new Set(ready);
  // The moves of a cycle are sent in the order of the plan.
  const stuck = group.filter((move) => !isPlaced.has(move));
  return { updates: [...ready, ...stuck].map(({ update }) => update), isCycle: stuck.length > 0 };
}

/** The failure of an update that the API refused with 409 for its url, with a way out. */
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
