/** Titles as an API may write them that takes less than it is sent: in lower case, cut off, without signs or accents. */
import { normaliseTitle } from '../normalise-title.ts';
import type { Observed } from '../subscription.ts';
import { compareText } from './stable-order.ts';

/** Whether two titles differ only by case, signs or length, so that one may be what became of the other. */
export function mayBeRewritten(a: string, b: string): boolean {
  if (normaliseTitle(a) === normaliseTitle(b)) return false;
  return foldings(a).some((one) => foldings(b).some((other) => one.startsWith(other) || other.startsWith(one)));
}

/** Finds among `subscriptions` those that a title may have been rewritten to, without comparing each title with each. */
export function rewrittenAmong(subscriptions: readonly Observed[]): (title: string) => Iterable<Observed> {
  const folded = subscriptions
    .flatMap((observed) => foldings(observed.title).map((folding) => ({ folding, observed })))
    .toSorted((a, b) => compareText(a.folding, b.folding));
  const byFolding = Map.groupBy(folded, ({ folding }) => folding);

  function* cutOffOrCompleted(folding: string) {
    for (let length = 1; length < folding.length; length += 1) yield* byFolding.get(folding.slice(0, length)) ?? [];
    for (let at = firstFrom(folded, folding); at < folded.length; at += 1) {
      const one = folded[at];
      if (!one?.folding.startsWith(folding)) return;
      yield one;
    }
  }
  return function* (title) {
    for (const folding of foldings(title)) {
      for (const { observed } of cutOffOrCompleted(folding)) yield observed;
    }
  };
}

/** The index of the first that does not come before `folding`. */
function firstFrom(sorted: readonly { readonly folding: string }[], folding: string): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle]?.folding ?? '') < folding) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** What is left of a title: letters and digits, accents taken off or with all that is not ASCII taken out. */
function foldings(title: string): readonly string[] {
  const plain = title
    .replace(/&(?:amp|lt|gt|quot|#39);/g, ' ')
    .normalize('NFKD')
    .toLowerCase();
  const bare = plain.replace(/[^\p{L}\p{N}]/gu, '');
  const ascii = title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return [bare, ascii].filter((folding) => folding !== '');
}
