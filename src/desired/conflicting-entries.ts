/** Rules between entries, over all files: what two of them may not share. */
import type { Problem } from '../document/problem.ts';
import { show } from '../document/show.ts';
import { formatPosition } from '../subscription.ts';
import { type Entry, type NamedField, problemOf } from './entry.ts';
import { printable } from '../printable.ts';

/** No more places than this are named in one message. */
const MAX_NAMED = 3;

/**
 * Neither of two is used: which one was meant, nobody can tell. Entries that have errors of their own count too:
 * mending those must not bring up new ones. Yields after each entry in conflict.
 */
export function* conflictingEntries(
  entries: readonly Entry[],
  report: (problem: Problem) => void,
): Generator<void, ReadonlySet<Entry>> {
  const conflicting = new Set<Entry>();
  function* unique(
    keyOf: (entry: Entry) => string | undefined,
    field: NamedField,
    rule: string,
    say: (key: string, places: string) => string,
  ): Generator<void> {
    for (const [key, group] of Map.groupBy(entries, keyOf)) {
      if (key === undefined || group.length < 2) continue;
      for (const entry of group) {
        conflicting.add(entry);
        report(problemOf(entry, field, rule, say(key, placesBeside(entry, group))));
        yield;
      }
    }
  }
  yield* unique(
    // Of two with one title on the tenant, a tombstone that names an id buries the one that no entry means.
    ({ title, id, merged }) => (merged?.state === 'absent' && id !== undefined ? undefined : title),
    'title',
    'duplicate-title',
    (title, places) =>
      `${show(title)} is also the title at ${places}: titles are unique over all files, rename or remove one`,
  );
  yield* unique(
    ({ id }) => id,
    'reconcile.id',
    'duplicate-id',
    (id, places) => `${show(id)} is also pinned at ${places}: one subscription takes one entry, remove one`,
  );
  return conflicting;
}

function placesBeside(entry: Entry, group: readonly Entry[]): string {
  // One more than is named, so that thousands of equal titles stay linear.
  const others = group.slice(0, MAX_NAMED + 1).filter((other) => other !== entry);
  const named = others.slice(0, MAX_NAMED).map(({ source }) => printable(formatPosition(source)));
  const more = group.length - 1 - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
