/** Watches what truly happens to a tenant, by the sandbox's own history, and says what must never happen. */
import type { Change } from '../../src/sandbox/store.ts';
import type { Subscription } from '../../src/sandbox/subscription.ts';
import { hrefOf, isOurs, type Ownership, type Wanted } from './world.ts';

/** What the program was told when the changes to be judged were made. */
export interface Orders {
  readonly checkout: readonly Wanted[];
  /** How many it may delete. */
  readonly maxDeletes: number;
  /** Listings show the tenant as it was at this time (epoch ms) at least. */
  readonly sinceMs: number;
  /** It remembers all it has done itself since `sinceMs`. */
  readonly remembers: boolean;
  /** Its listing may have been torn between two pages so that nothing in it shows. */
  readonly isTorn: boolean;
}

export class Witness {
  readonly violations: string[] = [];
  readonly #history: readonly Change[];
  readonly #clientIds: ReadonlySet<string>;
  readonly #ownership: Ownership;
  readonly #now = new Map<string, Subscription>();
  /** Were ours at some time: what somebody took from us a moment ago, a request under way may still hit. */
  readonly #onceOurs = new Set<string>();
  /** How often each title was created since anybody else, or another checkout, gave a reason to. */
  readonly #created = new Map<string, number>();
  #checkout = '';
  #judged = 0;

  constructor(history: readonly Change[], clientIds: readonly string[], ownership: Ownership) {
    this.#history = history;
    this.#clientIds = new Set(clientIds);
    this.#ownership = ownership;
  }

  /** Judges all that has happened since the last time. */
  judge(orders: Orders): void {
    const first = this.#judged;
    let deletes = 0;
    const checkout = JSON.stringify(orders.checkout);
    if (checkout !== this.#checkout || !orders.remembers || orders.isTorn) this.#created.clear();
    this.#checkout = checkout;
    for (const [index, change] of this.#history.entries()) {
      if (index < first) continue;
      if (!this.#clientIds.has(change.by)) this.#created.clear();
      else {
        deletes += change.kind === 'delete' ? 1 : 0;
        this.#ours(change, orders, this.#unseen(orders, first, index));
      }
      this.#follow(change);
    }
    this.#judged = this.#history.length;
    if (deletes > orders.maxDeletes) this.#cry(`deleted ${deletes}, allowed were ${orders.maxDeletes}`);
  }

  /** Changes the program may not have known of: others' of this pass, and what a listing that lags does not show. */
  #unseen({ sinceMs, remembers }: Orders, first: number, until: number): readonly Change[] {
    return this.#history
      .slice(0, until)
      .filter(
        ({ at, by }, index) =>
          by !== 'seed' && (index >= first || at > sinceMs) && !(this.#clientIds.has(by) && remembers),
      );
  }

  /** In what subscriptions that are not ours, and that nobody else has touched, are otherwise than they were seeded. */
  foreignChanged(tenant: readonly Subscription[]): readonly string[] {
    const touched = new Set(this.#history.filter(({ by }) => by === 'control').map(({ id }) => id));
    const now = new Map(tenant.map((one) => [one.id, JSON.stringify(one)]));
    return this.#history.flatMap(({ by, id, title, after }) => {
      if (by !== 'seed' || !after || isOurs(this.#ownership, after) || touched.has(id)) return [];
      return now.get(id) === JSON.stringify(after) ? [] : [`${title} is not ours, and another than it was`];
    });
  }

  #ours(change: Change, { checkout, isTorn }: Orders, unseen: readonly Change[]): void {
    const { kind, id, title, before, after } = change;
    if (before && !isOurs(this.#ownership, before) && !this.#onceOurs.has(id)) {
      this.#cry(`${kind} ${title}: it is not ours and never was`);
    }
    const others = [...this.#now.values()].filter((other) => other.id !== id);
    if (kind === 'delete' && before) {
      const isLast = !others.some((other) => other.title === title);
      if (!isOurs(this.#ownership, before)) this.#cry(`delete ${title}: it is not ours`);
      // That the other one is still there has to be looked up, whatever a listing says.
      const hasToKnow = (other: Change) => other.kind === 'delete' && this.#history.indexOf(other) < this.#judged;
      const isKnown = !isAbout(
        before,
        unseen.filter((other) => !hasToKnow(other)),
      );
      if (isLast && isKnown && checkout.some((wanted) => wanted.title === title))
        this.#cry(`delete ${title}: it is wanted, and there is no other`);
    }
    if (kind === 'create') {
      const times = (this.#created.get(title) ?? 0) + 1;
      this.#created.set(title, times);
      if (times > 1 && !isTorn) this.#cry(`create ${title}: for the ${times}. time, and nobody gave a reason to`);
    }
    if (kind === 'create' && after && !(isTorn && unseen.length > 0) && !isAbout(after, unseen)) {
      if (others.some((other) => other.title === title)) this.#cry(`create ${title}: it exists`);
      if (this.#isRename(after, others, checkout)) this.#cry(`create ${title}: an update would have done`);
    }
  }

  /** One of ours has the url and a title nobody wants, and on both sides nobody else has that url. */
  #isRename(created: Subscription, others: readonly Subscription[], checkout: readonly Wanted[]): boolean {
    const sameUrl = (one: { readonly url: string }) => hrefOf(one) === hrefOf(created);
    const titles = new Set(checkout.map(({ title }) => title));
    const left = others.filter((other) => sameUrl(other) && isOurs(this.#ownership, other) && !titles.has(other.title));
    return left.length === 1 && checkout.filter(sameUrl).length === 1 && others.filter(sameUrl).length === 1;
  }

  #follow({ id, after }: Change): void {
    if (!after) this.#now.delete(id);
    else {
      this.#now.set(id, after);
      if (isOurs(this.#ownership, after)) this.#onceOurs.add(id);
    }
  }

  #cry(violation: string): void {
    this.violations.push(violation);
  }
}

/** In what the tenant is otherwise than the checkout wants it; empty: they are equal, and nothing of ours is there twice. */
export function differences(
  tenant: readonly Subscription[],
  checkout: readonly Wanted[],
  ownership: Ownership,
): readonly string[] {
  const ours = tenant.filter((one) => isOurs(ownership, one));
  const titles = new Set(checkout.map(({ title }) => title));
  return [
    ...ours.filter(({ title }) => !titles.has(title)).map(({ title }) => `${title} is there and not wanted`),
    ...checkout.flatMap((wanted) => {
      const found = ours.filter(({ title }) => title === wanted.title);
      const [one] = found;
      if (!one || found.length > 1) return [`${wanted.title} is there ${found.length} times`];
      return meaning(one, wanted) === meaning(wanted, wanted) ? [] : [`${wanted.title} is not as wanted`];
    }),
  ];
}

/** What a subscription says in the fields that `wanted` names, however it spells it. */
function meaning(one: Subscription | Wanted, wanted: Wanted): string {
  const { type, exclude_type, config } = wanted;
  return JSON.stringify([
    hrefOf(one),
    one.enabled,
    type && one.type?.toSorted(),
    exclude_type && one.exclude_type?.toSorted(),
    config?.delay && one.config?.delay,
    config?.max_package_size && one.config?.max_package_size,
  ]);
}

/** Any of the changes took or gave its title or its url. */
function isAbout(one: Subscription, changes: readonly Change[]): boolean {
  return changes
    .flatMap(({ before, after }) => [before, after])
    .some((other) => other && (other.title === one.title || hrefOf(other) === hrefOf(one)));
}
