/** Finds entries that share a title or a pinned id, over all files. */
import { printable, show } from '../base/text.ts';
import type { Problem } from '../document/problems.ts';
import { titleKey } from '../subscription/fields.ts';
import { formatPosition } from '../subscription/subscription.ts';
import { type Entry, type NamedField, problemOf } from './entries.ts';

/** No more places than this are named in one message. */
const MAX_NAMED = 3;

/**
 * No entry in conflict is used, because it is unknown which one was meant. Entries with errors of their own count too,
 * so that fixing those does not bring up new errors. Yields after each entry in conflict.
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
    sayOf: (group: readonly Entry[]) => (entry: Entry) => string,
  ): Generator<void> {
    for (const [key, group] of Map.groupBy(entries, keyOf)) {
      if (key === undefined || group.length < 2) continue;
      const say = sayOf(group);
      const wanted = group.filter((entry) => !isTombstone(entry));
      const isWantedOnce = field === 'title' && wanted.length === 1;
      for (const entry of group) {
        if (isWantedOnce && isTombstone(entry))
          report(problemOf(entry, field, rule, deletesNothing(entry, wanted), 'warning'));
        else if (!isWantedOnce) {
          conflicting.add(entry);
          report(problemOf(entry, field, rule, say(entry)));
        }
        yield;
      }
    }
  }
  yield* unique(
    // A tombstone with an id may share an entry's title: of two observed subscriptions with that title it deletes one.
    ({ title, id, merged }) =>
      title === undefined || (merged?.state === 'absent' && id !== undefined) ? undefined : titleKey(title),
    'title',
    'duplicate-title',
    sameTitle,
  );
  yield* unique(({ id }) => id, 'reconcile.id', 'duplicate-id', sameId);
  return conflicting;
}

function isTombstone({ merged }: Entry): boolean {
  return merged?.state === 'absent';
}

/** A tombstone never deletes a subscription that an entry wants. */
function deletesNothing({ title }: Entry, wanted: readonly Entry[]): string {
  return `${show(title)} is wanted at ${wanted.map(place).join(', ')}, so this tombstone deletes nothing: remove one of the two`;
}

/**
 * Shows each spelling if titles differ only in blanks or accents, since the reader could not see the conflict
 * otherwise.
 */
function sameTitle(group: readonly Entry[]): (entry: Entry) => string {
  const isOneSpelling = group.every(({ title }) => title === group[0]?.title);
  const rule = `titles are unique over all files${isOneSpelling ? ', ' : ', however blanks and accents are written: '}`;
  const placeOf = (other: Entry): string => (isOneSpelling ? place(other) : `${place(other)}, as ${show(other.title)}`);
  return (entry) =>
    `${show(entry.title)} is also the title at ${placesBeside(entry, group, placeOf)}: ${rule}rename or remove one`;
}

function sameId(group: readonly Entry[]): (entry: Entry) => string {
  return (entry) =>
    `${show(entry.id)} is also pinned at ${placesBeside(entry, group, place)}: one subscription takes one entry, remove one`;
}

function placesBeside(entry: Entry, group: readonly Entry[], placeOf: (other: Entry) => string): string {
  // Only one more than is named is filtered, so that thousands of equal titles take linear time.
  const others = group.slice(0, MAX_NAMED + 1).filter((other) => other !== entry);
  const named = others.slice(0, MAX_NAMED).map(placeOf);
  const more = group.length - 1 - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function place({ source }: Entry): string {
  return printable(formatPosition(source));
}
