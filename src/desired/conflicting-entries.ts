/** Rules between entries, over all files: what two of them may not share. */
import type { Path } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';
import { show } from '../document/show.ts';
import { formatPosition } from '../subscription.ts';
import type { Entry } from './entry.ts';

/** No more places than this are named in one message. */
const MAX_NAMED = 3;

export interface Conflicting {
  /** Neither of two is used: which one was meant, nobody can tell. */
  readonly entries: ReadonlySet<Entry>;
  readonly problems: readonly Problem[];
}

/** Entries that have errors of their own count too: mending those must not bring up new ones. */
export function conflictingEntries(entries: readonly Entry[]): Conflicting {
  const conflicting = new Set<Entry>();
  const problems: Problem[] = [];
  const unique = (
    keyOf: (entry: Entry) => string | undefined,
    path: Path,
    rule: string,
    say: (key: string, places: string) => string,
  ) => {
    const groups = Map.groupBy(entries, keyOf);
    for (const [key, group] of groups) {
      if (key === undefined || group.length < 2) continue;
      for (const entry of group) {
        conflicting.add(entry);
        problems.push(entry.problem(path, rule, say(key, placesBeside(entry, group))));
      }
    }
  };
  unique(
    ({ title }) => title,
    ['title'],
    'duplicate-title',
    (title, places) =>
      `${show(title)} is also the title at ${places}: titles are unique over all files, rename or remove one`,
  );
  unique(
    ({ id }) => id,
    ['reconcile', 'id'],
    'duplicate-id',
    (id, places) => `${show(id)} is also pinned at ${places}: one subscription takes one entry, remove one`,
  );
  return { entries: conflicting, problems };
}

function placesBeside(entry: Entry, group: readonly Entry[]): string {
  // One more than is named, so that thousands of equal titles stay linear.
  const others = group.slice(0, MAX_NAMED + 1).filter((other) => other !== entry);
  const named = others.slice(0, MAX_NAMED).map(({ source }) => formatPosition(source));
  const more = group.length - 1 - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
