/**
 * Creates whose outcome is not known, and updates and deletes whose answer was lost, until the tenant shows what they
 * did.
 */
import type { Remembered } from '../plan/matching.ts';
import {
  categoriesOf,
  CREATED_FIELDS,
  fieldOf,
  FIELDS,
  isSameIn,
  isSameValue,
  categoriesKey,
  titleKey,
  normaliseUrl,
} from '../subscription/fields.ts';
import type { Desired, Observed, WebhookId } from '../subscription/subscription.ts';
import type { Change } from './outcome.ts';

/** A create without an answer, as it was sent: git may want the entry otherwise by now. */
export interface PendingCreate {
  readonly desired: Desired;
  /** When it was sent: Clock.uptime(). */
  readonly at: number;
  /** The ids that were on the tenant before. */
  readonly known: ReadonlySet<WebhookId>;
  /** Another process may have created it, and not this one. */
  readonly isInherited: boolean;
}

/** A listing with indexes, so that thousands of creates can be looked for in it. */
export interface IndexedItems {
  /** By normalised title. */
  readonly byTitle: ReadonlyMap<string, readonly Observed[]>;
  /** By normalised url. */
  readonly byUrl: ReadonlyMap<string, readonly Observed[]>;
}

export function indexed(items: readonly Observed[]): IndexedItems {
  return {
    byTitle: Map.groupBy(items, ({ title }) => titleKey(title)),
    byUrl: Map.groupBy(items, ({ url }) => normaliseUrl(url)),
  };
}

export class PendingCreates {
  readonly #pending = new Map<string, PendingCreate>();
  readonly #answered = new Map<string, WebhookId>();
  readonly #created = new Set<WebhookId>();
  #inherited: { readonly at: number; readonly settled: Set<string> } | undefined;

  /** A create was sent at `at` (Clock.uptime()), and its outcome is not known. */
  sent(desired: Desired, at: number, known: ReadonlySet<WebhookId>): void {
    this.#pending.set(desired.title, { desired, at, known, isInherited: false });
  }

  /** The outcome of the create of `title` is known. */
  settled(title: string): void {
    this.#pending.delete(title);
    this.#inherited?.settled.add(title);
  }

  /** The create of `desired` has made `observed`. */
  made(desired: Desired, observed: Observed): void {
    this.#created.add(observed.id);
    this.answered(desired, desired, observed);
    this.settled(desired.title);
  }

  /**
   * A request for an entry was answered with `observed`. Where the API writes title or url its own way, the
   * subscription of the entry is known by its id from then on.
   */
  answered(entry: Pick<Desired, 'title'>, sent: Pick<Desired, 'title' | 'url'>, observed: Observed): void {
    const title = titleKey(entry.title);
    const isAsSent = isSameValue('title', sent.title, observed.title) && isSameValue('url', sent.url, observed.url);
    if (isAsSent) this.#answered.delete(title);
    else this.#answered.set(title, observed.id);
  }

  /**
   * Another process has acted on the tenant up to `at`. Reads need not show yet what it created last, so every
   * subscription that seems to be missing is looked for before it is created.
   */
  inherit(at: number): void {
    this.#inherited = { at, settled: new Set() };
  }

  /** The pending create of this entry, or the one that another process may have sent before. */
  pending(desired: Desired, known: ReadonlySet<WebhookId>): PendingCreate | undefined {
    const inherited = this.#inherited;
    const isInherited = inherited?.settled.has(desired.title) === false;
    return (
      this.#pending.get(desired.title) ?? (isInherited ? { desired, at: inherited.at, known, isInherited } : undefined)
    );
  }

  allPending(): readonly PendingCreate[] {
    return [...this.#pending.values()];
  }

  /**
   * The subscription that a pending create has made, if it is among `items`. It is a new one of the sent title, or one
   * of the sent url, categories and config whose title no other entry has. One subscription answers for one create.
   */
  find(
    { desired, known }: PendingCreate,
    { byTitle, byUrl }: IndexedItems,
    /** The normalised titles of all entries. */
    titles: ReadonlySet<string>,
    isKnown: (id: WebhookId) => boolean,
  ): Observed | undefined {
    const isNew = ({ id }: Observed) => !known.has(id) && !this.#created.has(id) && !isKnown(id);
    const found = byTitle.get(titleKey(desired.title))?.find(isNew);
    if (found) return found;
    return byUrl
      .get(normaliseUrl(desired.url))
      ?.find((one) => isNew(one) && !titles.has(titleKey(one.title)) && isMadeOf(desired, one));
  }

  /** Forgets entries that left the checkout and ids that are gone. `titles`: the normalised titles of all entries. */
  remembered(titles: ReadonlySet<string>, ids: ReadonlySet<WebhookId>): Omit<Remembered, 'last'> {
    for (const [title, id] of this.#answered) if (!titles.has(title) || !ids.has(id)) this.#answered.delete(title);
    for (const id of this.#created) if (!ids.has(id)) this.#created.delete(id);
    return { answered: this.#answered, created: this.#created };
  }

  /** Creates of another process that were sent before `since` are shown by every read now, or were not carried out. */
  forget(since: number): void {
    if (this.#inherited && this.#inherited.at < since) this.#inherited = undefined;
  }
}

export function titlesOf(desired: readonly Desired[]): ReadonlySet<string> {
  return new Set(desired.map(({ title }) => titleKey(title)));
}

/** Whether categories and config are as sent. Fields that the entry leaves open are filled in by the API. */
function isMadeOf(desired: Desired, observed: Observed): boolean {
  const set = MADE_OF.filter((field) => fieldOf(desired, field) !== undefined);
  return (
    categoriesKey(categoriesOf(desired)) === categoriesKey(categoriesOf(observed)) && isSameIn(set, desired, observed)
  );
}

const MADE_OF = CREATED_FIELDS.filter((field) => !['title', 'url', 'type', 'exclude_type'].includes(field));

const LOST = 'its answer was lost';

/** An update or a delete that was sent, and what the tenant shows once it is carried out. */
export interface Sent {
  readonly change: Change;
  readonly expected: Observed | 'deleted';
}

/** Updates and deletes whose answer was lost. They are reported as changes only once the tenant shows them. */
export class UnansweredWrites {
  readonly #sent = new Map<WebhookId, Sent & { readonly at: number }>();

  /** `at`: Clock.uptime(). */
  add(sent: Sent, at: number): void {
    this.#sent.set(sent.change.id, { ...sent, at });
  }

  /** The delete of `id` whose answer was lost, if there is one: it is most likely why `id` is no longer found. */
  deleteOf(id: WebhookId): Change | undefined {
    const sent = this.#sent.get(id);
    return sent?.expected === 'deleted' ? answerLost(sent.change) : undefined;
  }

  /**
   * By the title of their entry, the ids that an update was sent to. Until its outcome is known they belong to the
   * entry.
   */
  updated(): readonly (readonly [title: string, id: WebhookId])[] {
    return [...this.#sent.values()].flatMap(({ change: { title, id }, expected }) =>
      expected === 'deleted' ? [] : [[titleKey(title), id] as const],
    );
  }

  /** Another change of the same subscription was answered, and is reported instead. */
  settle(id: WebhookId): void {
    this.#sent.delete(id);
  }

  /**
   * The changes that the tenant shows to have been carried out; each is returned once. A change that was sent before
   * `since` and is not shown was not carried out, and is forgotten.
   */
  confirmed(items: readonly Observed[], since: number): readonly Change[] {
    if (this.#sent.size === 0) return [];
    const byId = new Map(items.map((observed) => [observed.id, observed]));
    const shown = [...this.#sent.values()].filter(({ change, expected }) =>
      isCarriedOut(byId.get(change.id), expected),
    );
    for (const { change } of shown) this.#sent.delete(change.id);
    for (const [id, { at }] of this.#sent) if (at < since) this.#sent.delete(id);
    return shown.map(({ change }) => answerLost(change));
  }
}

export function answerLost(change: Change): Change {
  return { ...change, because: change.because === undefined ? LOST : `${change.because}, ${LOST}` };
}

function isCarriedOut(observed: Observed | undefined, expected: Sent['expected']): boolean {
  if (expected === 'deleted' || !observed) return expected === 'deleted' && !observed;
  return isSameIn(FIELDS, observed, expected);
}
