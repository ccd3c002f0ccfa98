/** Rules between entries, over all files: what two of them may not share. */
import { printable, show } from '../base/text.ts';
import type { Problem } from '../document/problems.ts';
import { titleKey } from '../subscription/fields.ts';
import { formatPosition } from '../subscription/subscription.ts';
import { type Entry, type NamedField, problemOf } from './entries.ts';

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
    sayOf: (group: readonly Entry[]) => (entry: Entry) => string,
  ): Generator<void> {
    for (const [key, group] of Map.groupBy(entries, keyOf)) {
      if (key === undefined || group.length < 2) continue;
      const say = sayOf(group);
      const wanted = group.filter((entry) => !isTombstone(entry));
      const isBuriedToo = field === 'title' && wanted.length === 1;
      for (const entry of group) {
        if (isBuriedToo && isTombstone(entry))
          report(problemOf(entry, field, rule, buriesNothing(entry, wanted), 'warning'));
        else if (!isBuriedToo) {
          conflicting.add(entry);
          report(problemOf(entry, field, rule, say(entry)));
        }
        yield;
      }
    }
  }
  yield* unique(
    // Of two with one title on the tenant, a tombstone that names an id buries the one that no entry means.
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

/** What is wanted is kept: a title that is also buried is not deleted. */
function buriesNothing({ title }: Entry, wanted: readonly Entry[]): string {
  return `${show(title)} is wanted at ${wanted.map(place).join(', ')}, so this tombstone deletes nothing: remove one of the two`;
}

/** Where titles are only much alike, each spelling is shown: of blanks and accents nobody would see what is meant. */
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
  // One more than is named, so that thousands of equal titles stay linear.
  const others = group.slice(0, MAX_NAMED + 1).filter((other) => other !== entry);
  const named = others.slice(0, MAX_NAMED).map(placeOf);
  const more = group.length - 1 - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function place({ source }: Entry): string {
  return printable(formatPosition(source));
}
