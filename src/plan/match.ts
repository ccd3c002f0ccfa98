/** Matching: pairs each entry of the checkout with its subscription on the tenant. */
import { quoted } from '../base/text.ts';
import { compileHosts, type IsWithinHosts } from '../config/delivery-hosts.ts';
import { titleKey, normaliseUrl } from '../subscription/fields.ts';
import type { Desired, Observed, Unusable, WebhookId } from '../subscription/subscription.ts';
import { entryConflicts, refusal, strays, waysOut } from './adoption.ts';
import { pairLeftovers, keepReferenced } from './leftovers.ts';
import type { Matching, MatchInput, Pair, Refused, Unclear } from './matching.ts';
import { bestOfTitle, byEntry, byTitle } from './order.ts';
import type { MatchedBy } from './plan.ts';
import { besideWarnings } from './warnings.ts';
import { conflictsAtUrl, mayBeOne } from './same-url.ts';
import { matchTombstones } from './tombstones.ts';

/**
 * Each entry takes the first row that applies. A subscription is used once. The work is linear, apart from sorting.
 *
 * | an entry finds                                             | and becomes                                  |
 * | ---------------------------------------------------------- | -------------------------------------------- |
 * | another with its title or pin, or its pin gone or deleted  | a conflict                                   |
 * | its pinned id                                              | paired, or a conflict by `policy.pins`       |
 * | the id its create was answered with, under another name    | paired: it is ours                           |
 * | its title and its url                                      | paired, or a conflict by `policy.adopt`      |
 * | what it had in the last pass, where it ignores its title   | paired                                       |
 * | its url, unique in checkout and among the owned            | paired: the title moves, not the queue       |
 * | its title                                                  | paired, or a conflict by `policy.adopt`      |
 * | owned leftovers of its url                                 | paired, as many as there are                 |
 * | any other owned leftover, where it ignores its title       | a conflict                                   |
 * | something unreadable that it pins, had or may be           | unclear                                      |
 * | a foreign one of its url that delivers the same            | a conflict                                   |
 * | one deleted by title, which may be its own title rewritten | a conflict                                   |
 * | nothing                                                    | missing                                      |
 *
 * `deleted` means by a tombstone. Entries that are suspended or ignore their title or url take theirs by title, before
 * any entry takes one by url.
 */
export function match(input: MatchInput): Matching {
  return new Match(input).result();
}

class Match {
  readonly #input: MatchInput;
  readonly #desired: readonly Desired[];
  readonly #observed: readonly Observed[];
  readonly #owned: ReadonlySet<Observed>;
  readonly #byId: ReadonlyMap<string, Observed>;
  readonly #byTitle: ReadonlyMap<string, readonly Observed[]>;
  readonly #tombstones: ReturnType<typeof matchTombstones>;
  /** Subscriptions neither taken nor with a tombstone. One that an entry is in conflict over counts as taken. */
  readonly #free: Set<Observed>;
  readonly #pairs: Pair[] = [];
  readonly #refused: Refused[] = [];
  readonly #unclear: Unclear[] = [];
  readonly #isWithinHosts: IsWithinHosts;
  readonly #mayBe: ReturnType<typeof mayBeOne>;
  #open: Desired[] = [];

  constructor(input: MatchInput) {
    this.#input = input;
    this.#isWithinHosts = compileHosts(input.policy.hosts);
    this.#mayBe = mayBeOne(input.unusable);
    this.#desired = input.desired.toSorted(byEntry);
    this.#observed = input.observed.toSorted(byTitle);
    this.#owned = new Set(this.#observed.filter(input.isOwned));
    this.#byId = new Map(this.#observed.map((one) => [one.id, one]));
    this.#byTitle = Map.groupBy(this.#observed, ({ title }) => titleKey(title));
    const { answered } = input.remembered;
    const byAnswer = new Set(this.#desired.flatMap(({ title }) => answered.get(titleKey(title)) ?? []));
    const tenant = { byId: this.#byId, byTitle: this.#byTitle, byAnswer, owned: this.#owned };
    this.#tombstones = matchTombstones(input.tombstones, this.#desired, tenant, input.policy.tombstones);
    this.#free = new Set(this.#observed);
    for (const { observed } of this.#tombstones.tombstoned.values()) this.#free.delete(observed);
  }

  result(): Matching {
    this.#byPin();
    this.#each((entry) => this.#takeIf(this.#byAnswer(entry), entry, 'answer'));
    this.#each((entry) => this.#takeIf(this.#best(entry, hasUrlOf(entry)), entry, 'title'));
    this.#each((entry) => this.#isApart(entry) && this.#takeByTitle(entry));
    this.#each((entry) => this.#takeIf(this.#last(entry), entry, 'rename'));
    this.#byUniqueUrl();
    this.#each((entry) => this.#takeByTitle(entry));
    this.#byLeftovers();
    this.#each((entry) => this.#refuseIgnoredTitle(entry) || this.#isUnclear(entry));
    this.#refuseSameUrl();
    return this.#matching();
  }

  /** Keeps open the entries for which `place` returns false. */
  #each(place: (entry: Desired) => boolean): void {
    this.#open = this.#open.filter((entry) => !place(entry));
  }

  #byPin(): void {
    const unread = new Map(this.#input.unusable.map((one) => [one.id, one]));
    const isThere = (id: WebhookId): boolean => this.#byId.has(id) || unread.has(id);
    const conflictOf = entryConflicts(this.#desired, isThere, this.#tombstones.contested);
    for (const entry of this.#desired) {
      const observed = entry.id === undefined ? undefined : this.#byId.get(entry.id);
      const unusable = entry.id === undefined ? undefined : unread.get(entry.id);
      const reason = conflictOf(entry);
      if (reason !== undefined) {
        if (observed) this.#free.delete(observed);
        this.#refused.push({ desired: entry, ...(observed && { observed }), reason });
      } else if (observed) this.#take(entry, observed, 'id');
      else if (unusable) this.#wait(entry, unusable);
      else this.#open.push(entry);
    }
  }

  #byAnswer({ title, beside = [] }: Desired): Observed | undefined {
    const id = this.#input.remembered.answered.get(titleKey(title));
    const observed = id === undefined || beside.includes(id) ? undefined : this.#byId.get(id);
    return observed && this.#free.has(observed) ? observed : undefined;
  }

  /** The subscription that an entry with an ignored title had in the last pass of this process. */
  #last({ title, ignore, beside = [] }: Desired): Observed | undefined {
    if (!ignore.includes('title')) return undefined;
    const id = this.#input.remembered.last.get(titleKey(title));
    const observed = id === undefined || beside.includes(id) ? undefined : this.#byId.get(id);
    return observed && this.#free.has(observed) ? observed : undefined;
  }

  #takeByTitle(entry: Desired): boolean {
    return this.#takeIf(this.#best(entry), entry, 'title');
  }

  #best(entry: Desired, isMeant: (observed: Observed) => boolean = () => true): Observed | undefined {
    const candidates = (this.#byTitle.get(titleKey(entry.title)) ?? []).filter(
      (observed) => this.#free.has(observed) && !entry.beside?.includes(observed.id) && isMeant(observed),
    );
    return bestOfTitle(entry, candidates, (observed) => this.#owned.has(observed));
  }

  #takeIf(observed: Observed | undefined, entry: Desired, by: MatchedBy): boolean {
    if (observed) this.#take(entry, observed, by);
    return observed !== undefined;
  }

  #take(entry: Desired, observed: Observed, by: MatchedBy): void {
    this.#free.delete(observed);
    const adopts = by !== 'answer' && !this.#owned.has(observed);
    const refused = this.#input.isSuspended(entry) ? undefined : this.#mayNot(entry, observed, adopts);
    if (refused === undefined) this.#pairs.push({ desired: entry, observed, by, adopts });
    else this.#refused.push({ desired: entry, observed, ...refused });
  }

  #mayNot(entry: Desired, observed: Observed, adopts: boolean): Pick<Refused, 'reason' | 'settlement'> | undefined {
    const reason = strays(this.#isWithinHosts, entry, observed);
    if (reason !== undefined) return { reason };
    return adopts ? refusal(this.#input.policy, entry, observed) : undefined;
  }

  /** Whether the entry is matched by title only, and before any entry is matched by url. */
  #isApart(entry: Desired): boolean {
    return this.#input.isSuspended(entry) || entry.ignore.includes('title') || entry.ignore.includes('url');
  }

  /**
   * Titles that entries in conflict or suspended may mean: no other entry takes a subscription of such a title by url.
   */
  #reservedTitles(): ReadonlySet<string> {
    const entries = [...this.#refused.map(({ desired }) => desired), ...this.#desired.filter(this.#input.isSuspended)];
    return new Set(entries.map(({ title }) => titleKey(title)));
  }

  /** A delivery queue belongs to the receiver behind its url, so the title moves and the url stays. */
  #byUniqueUrl(): void {
    const wanting = Map.groupBy(this.#desired, ({ url }) => normaliseUrl(url));
    const owned = Map.groupBy(this.#owned, ({ url }) => normaliseUrl(url));
    const reserved = this.#reservedTitles();
    const readable = new Set(this.#desired.map(({ title }) => titleKey(title)));
    this.#each((entry) => {
      if (this.#isApart(entry)) return false;
      const url = normaliseUrl(entry.url);
      const [observed, another] = owned.get(url) ?? [];
      if (!observed || another || wanting.get(url)?.length !== 1) return false;
      const title = titleKey(observed.title);
      if (!this.#free.has(observed) || reserved.has(title) || entry.beside?.includes(observed.id)) return false;
      if (this.#input.checkoutValid || readable.has(title)) this.#take(entry, observed, 'rename');
      else this.#doubt(entry, observed);
      return true;
    });
  }

  #byLeftovers(): void {
    const reserved = this.#reservedTitles();
    const isAnyones = ({ title }: Observed): boolean => !this.#input.checkoutValid || !reserved.has(titleKey(title));
    const leftovers = this.#leftovers().filter(isAnyones);
    const open = this.#open.filter((entry) => !this.#input.isSuspended(entry));
    const found = pairLeftovers(open, leftovers);
    this.#each((entry) => {
      const observed = found.get(entry);
      if (!observed) return false;
      if (this.#input.checkoutValid) this.#take(entry, observed, 'rename');
      else this.#doubt(entry, observed);
      return true;
    });
  }

  /** While an entry cannot be read, this subscription may belong to that entry. */
  #doubt(entry: Desired, { title, id }: Observed): void {
    const reason =
      `It may be the new title of ${quoted(title)} (${id}), which has the same url, but another entry of the checkout ` +
      'cannot be read and may be the one it belongs to. Fix the broken file first: until then it is neither created nor renamed.';
    this.#refused.push({ desired: entry, reason });
  }

  #leftovers(): readonly Observed[] {
    return this.#observed.filter((one) => this.#free.has(one) && this.#owned.has(one));
  }

  #leftOver: readonly Observed[] | undefined;

  #refuseIgnoredTitle(entry: Desired): boolean {
    if (!entry.ignore.includes('title') || this.#input.isSuspended(entry)) return false;
    this.#leftOver ??= this.#leftovers();
    const some = this.#leftOver.find(({ id }) => !entry.beside?.includes(id));
    if (!some) return false;
    const reason =
      'Its title is ignored and no subscription has its title or url, so it may be any owned one that no entry has taken, ' +
      `such as ${quoted(some.title)} (${some.id}). Pin it with reconcile.id, or take title out of reconcile.ignore to have it created.`;
    this.#refused.push({ desired: entry, reason });
    return true;
  }

  #isUnclear(entry: Desired): boolean {
    const { remembered, isSuspended } = this.#input;
    const title = titleKey(entry.title);
    const unusable = this.#mayBe(entry, [remembered.answered.get(title), remembered.last.get(title)]);
    if (!unusable || isSuspended(entry)) return false;
    this.#wait(entry, unusable);
    return true;
  }

  #wait(entry: Desired, unusable: Unusable): void {
    const { id, title } = unusable;
    const because =
      `${id} is listed without a usable ${title === undefined ? 'title' : 'url'} and may be it: ` +
      'it is not created until that one can be read or is gone.';
    if (this.#input.isSuspended(entry)) this.#refused.push({ desired: entry, reason: because });
    else this.#unclear.push({ desired: entry, unusable, because });
  }

  /** Runs once all pairs are made, because a subscription that an entry has taken conflicts with no other entry. */
  #refuseSameUrl(): void {
    const { policy, isSuspended } = this.#input;
    const { tombstoned } = this.#tombstones;
    const paired = new Set(this.#pairs.map(({ observed }) => observed));
    const foreign = this.#observed.filter(
      (one) => !this.#owned.has(one) && !paired.has(one) && !tombstoned.has(one.id),
    );
    const tombstonedByTitle = [...tombstoned.values()]
      .filter(({ tombstone }) => tombstone.id === undefined)
      .map(({ observed }) => observed);
    const conflictOf = conflictsAtUrl({ foreign, tombstonedByTitle }, (one) => waysOut(policy, this.#owned.has(one)));
    this.#each((entry) => {
      const conflict = isSuspended(entry) ? undefined : conflictOf(entry);
      if (conflict) this.#refused.push({ desired: entry, ...conflict });
      return conflict !== undefined;
    });
  }

  #besideWarnings(): readonly string[] {
    return besideWarnings(this.#desired, {
      byId: this.#byId,
      owned: this.#owned,
      unusable: this.#input.unusable,
    });
  }

  #matching(): Matching {
    const { isSuspended } = this.#input;
    const apart = [...this.#refused.map(({ desired }) => desired), ...this.#desired.filter(isSuspended)];
    const meansAny = this.#refused.find(({ desired, observed }) => desired.ignore.includes('title') && !observed);
    return {
      pairs: this.#pairs.toSorted((a, b) => byEntry(a.desired, b.desired)),
      missing: this.#open.toSorted(byEntry),
      refused: this.#refused.toSorted((a, b) => byEntry(a.desired, b.desired)),
      unclear: this.#unclear.toSorted((a, b) => byEntry(a.desired, b.desired)),
      tombstoned: [...this.#tombstones.tombstoned.values()].toSorted((a, b) => byTitle(a.observed, b.observed)),
      ...keepReferenced(this.#leftovers(), this.#pairs, {
        apart,
        meansAny: meansAny?.desired,
        beside: new Map(this.#desired.flatMap((entry) => (entry.beside ?? []).map((id) => [id, entry] as const))),
      }),
      foreign: this.#observed.filter((one) => this.#free.has(one) && !this.#owned.has(one)),
      warnings: [...this.#tombstones.warnings, ...this.#besideWarnings()],
    };
  }
}

function hasUrlOf({ url }: Desired): (observed: Observed) => boolean {
  const wanted = normaliseUrl(url);
  return (observed) => normaliseUrl(observed.url) === wanted;
}
