/** The word somebody probably meant. */
import { distance } from 'fastest-levenshtein';

/** The known word nearest to `word`, if one is near enough to be meant; case does not count. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  // Far longer than anything known: not worth the time, which grows with the product of the lengths.
  if (word.length > 200) return undefined;
  // Two swapped letters count as two.
  const bound = Math.ceil(word.length / 3);
  let best: { readonly candidate: string; readonly away: number } | undefined;
  for (const candidate of known) {
    const away = distance(normal(word), normal(candidate));
    if (away <= bound && (best === undefined || away < best.away)) best = { candidate, away };
  }
  return best?.candidate;
}

/** `maxDeletes`, `max_deletes` and `max-deletes` are the same slip of memory. */
function normal(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}
