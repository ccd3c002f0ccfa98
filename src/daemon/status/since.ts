/** Since when each subscription has been in its state, as far as this process has seen it. A value, made of the one before. */
import { keyOf, type Snapshot, type SubscriptionState, type SubscriptionStatus } from '../../reconcile/report.ts';
import type { Commit, SubscriptionDocument } from '../status-document.ts';

interface Began {
  readonly state: SubscriptionState;
  /** Epoch milliseconds. */
  readonly at: number;
  /**
   * `seen`: this process saw it begin. `at-least`: it was so when this process first looked. `last-change`: it was in
   * sync then, and neither the subscription nor, where that is known, its entry has changed since `at`.
   */
  readonly by: 'seen' | 'at-least' | 'last-change';
  /** The commit of its entry has been asked for. */
  readonly isAttributed?: true;
}

type Records = ReadonlyMap<string, Began>;

/** Holds as many records as the last snapshot has subscriptions. Entries go by their title, as their commits do. */
export class Since {
  readonly #entries: Records;
  readonly #others: Records;
  /** Epoch milliseconds; undefined: there was no look yet. */
  readonly #firstLookAt: number | undefined;

  private constructor(entries: Records, others: Records, firstLookAt: number | undefined) {
    this.#entries = entries;
    this.#others = others;
    this.#firstLookAt = firstLookAt;
  }

  static readonly nothing = new Since(new Map(), new Map(), undefined);

  /** After the next look. */
  after({ subscriptions, unmanaged, observedAt }: Snapshot): Since {
    const entries = new Map<string, Began>();
    const others = new Map<string, Began>();
    for (const list of [subscriptions, unmanaged]) {
      for (const status of list) {
        const began = continued(status, this.#recordOf(status)) ?? this.#begun(status, observedAt);
        if (isEntry(status)) entries.set(status.title, began);
        else others.set(keyOf(status), began);
      }
    }
    return new Since(entries, others, this.#firstLookAt ?? observedAt);
  }

  /**
   * With the commits of entries, by title. What was in sync at the first look was so since the later of the last change
   * of the subscription and of its entry. It counts once: later commits are changes that this process has seen.
   */
  attributed(commits: ReadonlyMap<string, Commit>): Since {
    const isDue = ({ by, isAttributed }: Began) => by === 'last-change' && !isAttributed;
    if (!this.#entries.values().some(isDue)) return this;
    const latest = this.#firstLookAt ?? 0;
    const entries = new Map<string, Began>();
    for (const [title, began] of this.#entries) {
      const { time } = commits.get(title) ?? {};
      if (!isDue(began) || time === undefined) entries.set(title, began);
      else
        entries.set(title, { ...began, at: Math.min(Math.max(began.at, instant(time)), latest), isAttributed: true });
    }
    return new Since(entries, this.#others, this.#firstLookAt);
  }

  of(status: SubscriptionStatus): Pick<SubscriptionDocument, 'since' | 'sinceIsAtLeast'> {
    const { at, by } = this.#recordOf(status) ?? { at: this.#firstLookAt ?? 0, by: 'at-least' };
    return { since: new Date(at).toISOString(), ...(by === 'at-least' && { sinceIsAtLeast: true }) };
  }

  /** When the last of the entries came into its state, else the first look: epoch milliseconds. */
  get latest(): number {
    if (this.#entries.size === 0) return this.#firstLookAt ?? 0;
    let latest = 0;
    for (const { at } of this.#entries.values()) latest = Math.max(latest, at);
    return latest;
  }

  #recordOf(status: SubscriptionStatus): Began | undefined {
    return isEntry(status) ? this.#entries.get(status.title) : this.#others.get(keyOf(status));
  }

  #begun({ state, observed, lastChangeAt }: SubscriptionStatus, observedAt: number): Began {
    const changedAt = lastChangeAt === undefined ? 0 : instant(lastChangeAt);
    // A state is that of after the pass, which may have changed the subscription to get there.
    if (state === 'InSync' && changedAt > observedAt) return { state, at: changedAt, by: 'seen' };
    if (this.#firstLookAt !== undefined) return { state, at: observedAt, by: 'seen' };
    return state === 'InSync' && observed
      ? { state, at: Math.min(instant(observed.updated_at), observedAt), by: 'last-change' }
      : { state, at: observedAt, by: 'at-least' };
  }
}

/** The record before, where the state has lasted. What a pass had to change was not in sync when the pass began. */
function continued({ state, lastChangeAt }: SubscriptionStatus, before: Began | undefined): Began | undefined {
  if (before?.state !== state) return undefined;
  const isInterrupted = state === 'InSync' && lastChangeAt !== undefined && instant(lastChangeAt) > before.at;
  return isInterrupted ? undefined : before;
}

function isEntry({ source }: SubscriptionStatus): boolean {
  return source !== undefined;
}

/** Epoch milliseconds; 0 where it cannot be read: times of commits and of the API are texts from outside. */
function instant(time: string): number {
  return Date.parse(time) || 0;
}
