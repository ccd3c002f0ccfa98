/** Watches what truly happens to a tenant, by the sandbox's own history, and says what must never happen. */
import type { Change } from '../../src/sandbox/api/store.ts';
import type { Subscription } from '../../src/sandbox/api/subscription.ts';
import { isAbout, isTombstoned, reasonsAgainst } from './reasons-against-create.ts';
import { type Limit, tooManyDeletes } from './too-many-deletes.ts';
import {
  type Absent,
  deliverTheSame,
  hrefOf,
  isOurs,
  nameOf,
  type Ownership,
  placeOf,
  tidied,
  type Wanted,
} from './world.ts';

/** What the program was told when the changes to be judged were made. */
export interface Orders {
  readonly checkout: readonly Wanted[];
  readonly tombstones: readonly Absent[];
  /** All of it could be read. */
  readonly isWhole: boolean;
  /** All that has been wanted at some time, where nobody knows when. */
  readonly everWanted?: readonly Wanted[];
  /** What it may prune. */
  readonly limit: Limit;
  /** Reads show the tenant as it was at this time (epoch ms) at least. */
  readonly sinceMs: number;
  /** What the API has kept otherwise than it was sent, in any round so far: by the text, or altogether. */
  readonly keptOtherwise: ReadonlySet<'title' | 'url' | 'text'>;
  /** It remembers all it has done itself since `sinceMs`. */
  readonly remembers: boolean;
  /** Its listing may have been torn between two pages so that nothing in it shows. */
  readonly isTorn: boolean;
  /** Reads say of subscriptions what is not so, or not who they are. */
  readonly isBlind: boolean;
}

export class Witness {
  readonly violations: string[] = [];
  readonly #history: readonly Change[];
  readonly #clientIds: ReadonlySet<string>;
  readonly #ownership: Ownership;
  readonly #now = new Map<string, Subscription>();
  /** Were ours at some time: what somebody took from us a moment ago, a request under way may still hit. */
  readonly #onceOurs = new Set<string>();
  /** Given to an entry by its pin, or to a tombstone by its title or id. */
  readonly #permitted = new Set<string>();
  /** How often each title was created since anybody else, or another checkout, gave a reason to. */
  readonly #created = new Map<string, number>();
  /** As it was when it was judged last. */
  #checkout: readonly Wanted[] = [];
  #judged = 0;

  constructor(history: readonly Change[], clientIds: readonly string[], ownership: Ownership) {
    this.#history = history;
    this.#clientIds = new Set(clientIds);
    this.#ownership = ownership;
  }

  /** Judges all that has happened since the last time. */
  judge(orders: Orders): void {
    const first = this.#judged;
    this.#forgetWhatChanged(orders);
    this.permit([...orders.checkout, ...orders.tombstones]);
    const before = this.#ourOwn();
    const pruned: Subscription[] = [];
    for (const [index, change] of this.#history.entries()) {
      if (index < first) continue;
      if (!this.#clientIds.has(change.by)) this.#forgetTouched(change);
      else {
        const unseen = this.#unseen(orders, first, index);
        if (change.kind === 'delete' && wasBuried(change, unseen, orders)) this.#permitted.add(change.id);
        else {
          if (change.kind === 'delete' && change.before) pruned.push(change.before);
          this.#ours(change, orders, unseen);
        }
      }
      this.#follow(change);
    }
    const changed = this.#history.slice(first).flatMap(({ before: old, after }) => [old, after]);
    const isKnown = (one: Subscription | undefined): one is Subscription =>
      one !== undefined && (isOurs(this.#ownership, one) || this.#permitted.has(one.id));
    const known = [...before, ...changed.filter(isKnown)];
    this.#judged = this.#history.length;
    for (const violation of tooManyDeletes(pruned, known, orders)) this.#cry(violation);
  }

  /** An entry that is another, or was away, is a reason to create. */
  #forgetWhatChanged({ checkout, limit, remembers, isTorn }: Orders): void {
    if (!remembers || isTorn) this.#created.clear();
    // It could not be read, or is empty and not believed.
    if (checkout.length === 0 && limit === 'nothing') return;
    const told = (entries: readonly Wanted[]) => new Map(entries.map((one) => [nameOf(one), JSON.stringify(one)]));
    const [before, now] = [told(this.#checkout), told(checkout)];
    for (const name of this.#created.keys()) if (before.get(name) !== now.get(name)) this.#created.delete(name);
    this.#checkout = checkout;
  }

  /** So is what others do to what has its title, or comes to its url. */
  #forgetTouched({ before, after }: Change): void {
    const touched = [before, after].filter((one) => one !== undefined);
    const near = [...this.#now.values(), ...this.#checkout].filter((one) =>
      touched.some((other) => placeOf(other) === placeOf(one)),
    );
    for (const one of [...touched, ...near]) this.#created.delete(nameOf(one));
  }

  /** What these name by id may be changed or deleted, whosever it is. */
  permit(entries: readonly (Wanted | Absent)[]): void {
    for (const { reconcile } of entries) {
      if (reconcile && 'id' in reconcile && reconcile.id !== undefined) this.#permitted.add(reconcile.id);
    }
  }

  /** Changes the program may not have known of: others' of this pass, and what a read that lags does not show. */
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
    const touched = new Set(this.#history.filter(({ by }) => by === 'control' || by === 'sandbox').map(({ id }) => id));
    const now = new Map(tenant.map((one) => [one.id, JSON.stringify(one)]));
    return this.#history.flatMap(({ by, id, title, after }) => {
      if (by !== 'seed' || !after || isOurs(this.#ownership, after)) return [];
      if (touched.has(id) || this.#permitted.has(id)) return [];
      return now.get(id) === JSON.stringify(after) ? [] : [`${title} is not ours, and another than it was`];
    });
  }

  #ourOwn(): readonly Subscription[] {
    return [...this.#now.values()].filter((one) => isOurs(this.#ownership, one) || this.#permitted.has(one.id));
  }

  #ours(change: Change, orders: Orders, unseen: readonly Change[]): void {
    const { kind, id, title, before } = change;
    if (before && isAdopted(change, unseen, orders)) this.#permitted.add(id);
    if (before && !isOurs(this.#ownership, before) && !this.#onceOurs.has(id) && !this.#permitted.has(id)) {
      this.#cry(`${kind} ${title}: it is not ours and never was`);
    }
    const others = [...this.#now.values()].filter((other) => other.id !== id);
    if (kind === 'delete' && before) this.#delete(before, others, orders, unseen);
    if (kind === 'create' && change.after) this.#create(change.after, others, orders, unseen);
  }

  #delete(before: Subscription, others: readonly Subscription[], orders: Orders, unseen: readonly Change[]): void {
    const { title } = before;
    if (!isOurs(this.#ownership, before)) this.#cry(`delete ${title}: it is not ours`);
    const wantedAs = orders.checkout.filter((wanted) => nameOf(wanted) === nameOf(before));
    const isInPlace = (other: Subscription) => wantedAs.some((wanted) => isStanding(other, wanted, orders));
    const isLast = !others.some((other) => nameOf(other) === nameOf(before) || isInPlace(other));
    // That the other one is still there has to be looked up, whatever a listing says.
    const hasToKnow = (other: Change) => other.kind === 'delete' && this.#history.indexOf(other) < this.#judged;
    const unknown = unseen.filter((other) => !hasToKnow(other));
    if (isLast && wantedAs.length > 0 && !isAbout(before, unknown)) {
      this.#cry(`delete ${title}: it is wanted, and there is no other`);
    }
    if (orders.isBlind) return;
    for (const wanted of orders.checkout) {
      if (others.some((other) => isStanding(other, wanted, orders)) || isAbout(wanted, unseen)) continue;
      this.#cry(`delete ${title}: ${wanted.title} is wanted and does not stand`);
    }
  }

  #create(created: Subscription, others: readonly Subscription[], orders: Orders, unseen: readonly Change[]): void {
    const { title } = created;
    const name = nameOf(created);
    const times = (this.#created.get(name) ?? 0) + 1;
    this.#created.set(name, times);
    if (times > 1 && !orders.isTorn) this.#cry(`create ${title}: for the ${times}. time, and nobody gave a reason to`);
    if ((orders.isTorn && unseen.length > 0) || isAbout(created, unseen)) return;
    for (const reason of reasonsAgainst(created, others, { ...orders, unseen, ownership: this.#ownership })) {
      this.#cry(`create ${title}: ${reason}`);
    }
  }

  #follow({ id, kind, by, after }: Change): void {
    if (!after) this.#now.delete(id);
    else {
      this.#now.set(id, after);
      const isMade = kind === 'create' && this.#clientIds.has(by);
      if (isMade || isOurs(this.#ownership, after)) this.#onceOurs.add(id);
    }
  }

  #cry(violation: string): void {
    this.violations.push(violation);
  }
}

function wasBuried(change: Change, unseen: readonly Change[], { tombstones, isWhole }: Orders): boolean {
  if (!isWhole) return false;
  return asRead(change, unseen).some((one) => isTombstoned(one, tombstones));
}

/** An entry wants this title and this url. */
function isAdopted(change: Change, unseen: readonly Change[], { checkout, everWanted }: Orders): boolean {
  if (change.kind !== 'update') return false;
  return asRead(change, unseen).some((one) =>
    [...checkout, ...(everWanted ?? [])].some(
      (wanted) => tidied(wanted) === tidied(one) && hrefOf(wanted) === hrefOf(one),
    ),
  );
}

/** As it was before the change, or when it was read. */
function asRead({ id, before }: Change, unseen: readonly Change[]): readonly Subscription[] {
  const lately = unseen.flatMap((change) => (change.id === id && change.before ? [change.before] : []));
  return before ? [...lately, before] : lately;
}

/** It delivers what is wanted, whatever the API has made of its title and its url. */
function isStanding(one: Subscription, wanted: Wanted, { keptOtherwise }: Pick<Orders, 'keptOtherwise'>): boolean {
  return (
    (nameOf(one) === nameOf(wanted) || one.id === wanted.reconcile?.id || keptOtherwise.has('title')) &&
    (placeOf(one) === placeOf(wanted) || keptOtherwise.has('url')) &&
    one.enabled === wanted.enabled &&
    deliverTheSame(one, { type: one.type, exclude_type: one.exclude_type ?? [], ...wanted })
  );
}
