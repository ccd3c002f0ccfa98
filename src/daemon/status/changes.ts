/** The last changes of the tenant, ours and those of other clients that this process has seen, bounded in every way. */
import { type Change, isQuarantine } from '../../apply/outcome.ts';
import { listStart, printableJson } from '../../base/text.ts';
import { withoutUrlSecrets } from '../../base/url-secrets.ts';
import type { Drift } from '../../reconcile/drift.ts';
import type { Snapshot, SubscriptionStatus } from '../../reconcile/report.ts';
import type { FieldChange } from '../../subscription/diff.ts';
import type { ChangeStatus, Commit, EntryCommit } from '../status-document.ts';

const MOST_CHANGES = 500;
/** Of one change and of its commit as JSON, so that all of them are less than a megabyte, whatever is in them. */
const MOST_BYTES = 1_600;
const MOST_COMMIT_BYTES = 350;
/** How many elements of a list are kept and how many characters of a text: the first that is short enough. */
const CUTS = [
  { elements: 25, characters: 500 },
  { elements: 8, characters: 100 },
  { elements: 1, characters: 8 },
] as const;
/** Members that are compared and searched for: they are short, and cut only where they are not. */
const IDENTIFIERS: ReadonlySet<string> = new Set(['id', 'revision', 'requestId', 'at', 'after', 'before', 'time']);
const MOST_OF_IDENTIFIER = 64;

export class Changes {
  /** Newest first. Replaced rather than changed: a document that is being made goes on with the one it began with. */
  #kept: readonly ChangeStatus[] = [];

  get newestFirst(): readonly ChangeStatus[] {
    return this.#kept;
  }

  /** `now`: epoch milliseconds. */
  changed(change: Change, revision: string, now: number): void {
    const { id, title, changes, origin, because, requestId } = change;
    this.#add([
      {
        at: iso(now),
        action: isQuarantine(change) ? 'quarantine' : change.action,
        title,
        id,
        fields: fieldsOf(changes),
        ...(origin && { origin }),
        ...(because !== undefined && { because }),
        revision,
        ...(requestId !== undefined && { requestId }),
      },
    ]);
  }

  /** What is git's doing is a change once it is carried out. */
  drifted({ origin, title, id, changes, between }: Drift, revision: string, now: number): void {
    if (origin !== 'remote') return;
    const fields = fieldsOf(changes);
    this.#add([{ at: iso(now), action: 'drift', title, ...(id && { id }), fields, origin, revision, between }]);
  }

  adopted(title: string, id: string, revision: string, now: number): void {
    this.#add([{ at: iso(now), action: 'adopt', title, id, fields: [], revision }]);
  }

  /** The removals that are held and were not in the snapshot before: guards that join or leave are not told again. */
  withheld(before: Snapshot | undefined, { subscriptions, revision }: Snapshot, now: number): void {
    const held = (list: readonly SubscriptionStatus[]) =>
      list.flatMap(({ id, title, guards }) => (id !== undefined && guards?.length ? { id, title, guards } : []));
    const isHeld = held(subscriptions);
    if (isHeld.length === 0) return;
    const heldBefore = new Set(held(before?.subscriptions ?? []).map(({ id }) => id));
    const news = isHeld.flatMap(({ id, title, guards }) =>
      heldBefore.has(id) ? [] : { id, title, because: guards.join(', ') },
    );
    const wanted = new Set(subscriptions.flatMap(({ title, source }) => (source === undefined ? [] : title)));
    this.#add(
      news.slice(0, MOST_CHANGES).map((one) =>
        // A surplus one has the title of an entry, whose commit is not about it.
        withheldChange(one, revision.id, now, !wanted.has(one.title)),
      ),
    );
  }

  /**
   * `commits`: of the entries of that revision, by title. A change that is git's doing is that commit's.
   * Returns whether there was one.
   */
  attribute(revision: string, commits: ReadonlyMap<string, EntryCommit>): boolean {
    const before = this.#kept;
    this.#kept = before.map((change) => {
      const commit = commits.get(change.title);
      const isDue = change.origin === 'git' && change.revision === revision && change.commit === undefined;
      // The oldest commit that is known need not be the one that changed the entry.
      return commit && !commit.isOldestKnown && isDue
        ? { ...change, commit: bounded(plain(commit), MOST_COMMIT_BYTES) }
        : change;
    });
    return this.#kept.some((change, at) => change !== before[at]);
  }

  clear(): void {
    this.#kept = [];
  }

  /** `news`: newest first. */
  #add(news: readonly ChangeStatus[]): void {
    this.#kept = [
      ...news.map((change) => bounded(change, MOST_BYTES)),
      ...this.#kept.slice(0, MOST_CHANGES - news.length),
    ];
  }
}

function withheldChange(
  one: Required<Pick<ChangeStatus, 'id' | 'title' | 'because'>>,
  revision: string,
  now: number,
  isOfGit: boolean,
): ChangeStatus {
  return { at: iso(now), action: 'withhold', ...one, fields: [], ...(isOfGit && { origin: 'git' }), revision };
}

function fieldsOf(changes: readonly FieldChange[]): ChangeStatus['fields'] {
  return changes.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null }));
}

/** A copy that holds on to nothing of a snapshot, and is not larger than `most` bytes of JSON. */
function bounded<T extends object>(whole: T, most: number): T {
  let json = '';
  for (const { elements, characters } of CUTS) {
    json = JSON.stringify(whole, (name, value: unknown) => {
      if (name === 'fields') return value;
      if (typeof value !== 'string') return listStart(value, elements);
      return cut(value, IDENTIFIERS.has(name) ? MOST_OF_IDENTIFIER : characters);
    });
    // As it is served: a character that acts on a terminal takes six.
    if (json.length <= most && Buffer.byteLength(printableJson(json)) <= most) break;
  }
  return JSON.parse(json) as T;
}

/** What a url holds in confidence is masked first: a url that is cut no longer looks like one. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const shown = withoutUrlSecrets(text);
  return shown.length <= most ? shown : `${shown.slice(0, most).toWellFormed()}…`;
}

/** Without what is said of the entry beside. */
function plain({ id, author, time, subject }: Commit): Commit {
  return { id, ...(author && { author }), ...(time && { time }), ...(subject && { subject }) };
}

function iso(now: number): string {
  return new Date(now).toISOString();
}
