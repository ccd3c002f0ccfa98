/** Other subscriptions that deliver to the url of an entry: with a second one there, every event comes twice. */
import { quoted } from '../base/text.ts';
import { type Categories, categoriesOf, categoriesKey, normaliseUrl, titleKey } from '../subscription/fields.ts';
import type { Desired, Observed, Unusable, WebhookId } from '../subscription/subscription.ts';
import type { WaysOut } from './adoption.ts';
import type { Refused } from './matching.ts';
import type { Settlement } from './plan.ts';
import { mayBeRewritten, rewrittenAmong } from './rewritten-title.ts';

/**
 * Finds why an unmatched entry must not be created beside a subscription of its url; undefined: it may. `foreign`: not
 * owned, paired with no entry, without a tombstone. `tombstonedByTitle`: those that tombstones without an id delete.
 * `waysOut`: what the policy allows.
 */
export function conflictsAtUrl(
  there: { readonly foreign: readonly Observed[]; readonly tombstonedByTitle: readonly Observed[] },
  waysOut: (observed: Observed) => WaysOut,
): (entry: Desired) => Pick<Refused, 'other' | 'reason' | 'settlement'> | undefined {
  const foreign = new Map([...Map.groupBy(there.foreign, urlOf)].map(([url, ones]) => [url, new AtUrl(ones)]));
  const tombstoned = new Map(
    [...Map.groupBy(there.tombstonedByTitle, urlOf)].map(([url, ones]) => [url, rewrittenAmong(ones)]),
  );

  return (entry) => {
    const url = normaliseUrl(entry.url);
    const beside = new Set(entry.beside);
    const isMeant = ({ id }: Observed): boolean => beside.has(id);
    const there = foreign.get(url)?.firstToShare(categoriesOf(entry), isMeant);
    if (there) return { other: there, ...besideForeign(entry, there, waysOut(there)) };
    for (const other of tombstoned.get(url)?.(entry.title) ?? []) {
      if (!isMeant(other)) return { other, ...besideTombstoned(entry, other, waysOut(other)) };
    }
    return undefined;
  };
}

function urlOf({ url }: Observed): string {
  return normaliseUrl(url);
}

/**
 * The subscriptions of one url, found by what they deliver: thousands of them may each deliver something else, and
 * thousands of entries ask. There are few names of categories, so that each has a list of those that deliver it.
 */
class AtUrl {
  /** Those that deliver the same, each group in the order of the subscriptions. */
  readonly #groups: readonly (readonly Observed[])[];
  /** Indexes of the groups that name a category. */
  readonly #naming = new Map<string, number[]>();
  /** Indexes of the groups that deliver ALL but for what they exclude. */
  readonly #all: number[] = [];
  readonly #exclusions = new Map<number, ReadonlySet<string>>();
  readonly #excluded = new Set<string>();
  readonly #notExcluding = new Map<string, readonly number[]>();

  constructor(subscriptions: readonly Observed[]) {
    this.#groups = [...Map.groupBy(subscriptions, (one) => categoriesKey(categoriesOf(one))).values()];
    for (const [index, [one]] of this.#groups.entries()) {
      const { isAll, names } = categoriesOf(one ?? {});
      if (isAll) {
        this.#all.push(index);
        this.#exclusions.set(index, names);
        for (const name of names) this.#excluded.add(name);
      } else {
        for (const name of names) {
          const naming = this.#naming.get(name);
          if (naming) naming.push(index);
          else this.#naming.set(name, [index]);
        }
      }
    }
  }

  /** In the order of the subscriptions: the first that may deliver some of `wanted` and is not meant to be there. */
  firstToShare(wanted: Categories, isMeant: (one: Observed) => boolean): Observed | undefined {
    let first: Observed | undefined;
    let before = this.#groups.length;
    for (const groups of this.#sharing(wanted)) {
      for (const index of groups) {
        if (index >= before) break;
        const one = this.#groups[index]?.find((each) => !isMeant(each));
        if (one === undefined) continue;
        first = one;
        before = index;
      }
    }
    return first;
  }

  /** Lists of indexes, each in order. The API adds categories over time, so two ALLs always overlap. */
  *#sharing({ isAll, names }: Categories): Generator<readonly number[]> {
    if (isAll) {
      yield this.#all;
      for (const [name, groups] of this.#naming) if (!names.has(name)) yield groups;
      return;
    }
    for (const name of names) {
      yield this.#naming.get(name) ?? [];
      yield this.#allBut(name);
    }
  }

  #allBut(name: string): readonly number[] {
    if (!this.#excluded.has(name)) return this.#all;
    let groups = this.#notExcluding.get(name);
    if (groups === undefined) {
      groups = this.#all.filter((index) => !this.#exclusions.get(index)?.has(name));
      this.#notExcluding.set(name, groups);
    }
    return groups;
  }
}

type Refusal = Pick<Refused, 'reason' | 'settlement'>;

function besideForeign(entry: Desired, other: Observed, { mayPin, mayDelete }: WaysOut): Refusal {
  const { id, title, enabled } = other;
  const why =
    `${quoted(title)} (${id}), which is not owned${enabled ? '' : ' and disabled'}, has the same url and could deliver ` +
    `the same events: if this one were created beside it, those would come twice.${spelling(entry, other)}`;
  return {
    reason: `${why} To settle it, ${mayPin ? `take it over (reconcile.id: ${id}), ` : ''}let policy.owns cover it, ${otherWays(other, mayDelete)}`,
    settlement: { why, other, ways: settledBy({ mayPin, mayDelete }), mayOwn: true },
  };
}

/** This message does not suggest policy.owns: an owned subscription is deleted by its tombstone just the same. */
function besideTombstoned(entry: Desired, other: Observed, { mayPin, mayDelete }: WaysOut): Refusal {
  const { id, title } = other;
  const why = `${quoted(title)} (${id}), which a tombstone wants deleted, has the same url.${spelling(entry, other)}`;
  return {
    reason: `${why} To settle it, ${mayPin ? `keep it (reconcile.id: ${id}), ` : ''}${otherWays(other, mayDelete)}`,
    settlement: { why, other, ways: settledBy({ mayPin, mayDelete }), mayOwn: false },
  };
}

function settledBy({ mayPin, mayDelete }: WaysOut): Settlement['ways'] {
  return [...(mayPin ? (['pin'] as const) : []), 'beside', ...(mayDelete ? (['delete'] as const) : [])];
}

function spelling({ title }: Desired, other: Observed): string {
  if (!mayBeRewritten(title, other.title)) return '';
  return ` The API seems to have written ${quoted(title)} as ${quoted(other.title)}, so it may be the subscription of this entry: then take it over or own it.`;
}

function otherWays({ id, title }: Observed, mayDelete: boolean): string {
  const tombstone = `have it deleted by a tombstone with this id (title: ${quoted(title)}, state: absent, reconcile.id: ${id}), `;
  return (mayDelete ? tombstone : '') + `or say that both are meant to be there (reconcile.beside: [${id}]).`;
}

/**
 * Finds an unusable item that may be the subscription of an entry: by an id the entry had, by its title, by its url, or
 * an item that shows neither. An id in `reconcile.beside` is never the entry's.
 */
export function mayBeOne(
  unusable: readonly Unusable[],
): (entry: Desired, known: readonly (WebhookId | undefined)[]) => Unusable | undefined {
  const byId = new Map(unusable.map((one) => [one.id, one]));
  const byTitle = Map.groupBy(unusable, ({ title }) => title && titleKey(title));
  const byUrl = Map.groupBy(unusable, ({ url }) => url && normaliseUrl(url));
  const blank = unusable.filter(({ title, url }) => title === undefined && url === undefined);
  return ({ title, url, beside = [] }, known) => {
    const those = (ones: readonly Unusable[] = []) => ones.find(({ id }) => !beside.includes(id));
    return (
      those(known.flatMap((id) => (id !== undefined && byId.get(id)) || [])) ??
      those(byTitle.get(titleKey(title))) ??
      those(byUrl.get(normaliseUrl(url))) ??
      those(blank)
    );
  };
}
