/** Titles as an API may rewrite them that takes less than it is sent: in lower case, cut off, without signs or accents. */
import { titleKey } from '../subscription/fields.ts';
import type { Observed } from '../subscription/subscription.ts';
import { compareText } from './order.ts';

/** Whether two titles differ only by case, signs or length, so that the API may have rewritten one as the other. */
export function mayBeRewritten(a: string, b: string): boolean {
  if (titleKey(a) === titleKey(b)) return false;
  return foldings(a).some((one) => foldings(b).some((other) => one.startsWith(other) || other.startsWith(one)));
}

/** Finds the subscriptions that a title may have been rewritten to, without comparing each title with each. */
export function rewrittenAmong(subscriptions: readonly Observed[]): (title: string) => Iterable<Observed> {
  const folded = subscriptions
    .flatMap((observed) => foldings(observed.title).map((folding) => ({ folding, observed })))
    .toSorted((a, b) => compareText(a.folding, b.folding));
  const byFolding = Map.groupBy(folded, ({ folding }) => folding);
  const lengths = [...new Set(folded.map(({ folding }) => folding.length))].toSorted((a, b) => a - b);

  function* cutOffOrCompleted(folding: string) {
    for (const length of lengths) {
      if (length >= folding.length) break;
      yield* byFolding.get(folding.slice(0, length)) ?? [];
    }
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

/** The index of the first item that does not come before `folding`. */
function firstFrom(sorted: readonly { readonly folding: string }[], folding: string): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle]?.folding ?? '') < folding) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The letters and digits of a title in lower case: once without accents, once without all that is not ASCII. */
function foldings(title: string): readonly string[] {
  // Of ASCII without a reference in it both are the same.
  if (/^[ -%'-~]*$/.test(title)) return [title.toLowerCase().replace(/[^a-z0-9]/g, '')].filter(Boolean);
  const plain = title
    .replace(/&(?:amp|lt|gt|quot|#39);/g, ' ')
    .normalize('NFKD')
    .toLowerCase();
  const bare = plain.replace(/[^\p{L}\p{N}]/gu, '');
  const ascii = title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return [...new Set([bare, ascii])].filter((folding) => folding !== '');
}
