/** Who is who: the input and the result of `match`. */
import type { Policy } from '../config/config.ts';
import type { Desired, Observed, Tombstone, Unusable, WebhookId } from '../subscription/subscription.ts';
import type { MatchedBy } from './plan.ts';
import type { Tombstoned } from './tombstones.ts';

/** What a process remembers of its earlier passes. Titles are those of entries, normalised; nothing in it is needed after a restart. */
export interface Remembered {
  /** Our create was answered with this id, in another title or url than it was sent. */
  readonly answered: ReadonlyMap<string, WebhookId>;
  /** What the entry had in the last pass. */
  readonly last: ReadonlyMap<string, WebhookId>;
  /** Created by this process. */
  readonly created: ReadonlySet<WebhookId>;
}

export const NOTHING_REMEMBERED: Remembered = { answered: new Map(), last: new Map(), created: new Set() };

export interface MatchInput {
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** Ids are distinct. */
  readonly observed: readonly Observed[];
  readonly unusable: readonly Unusable[];
  readonly isOwned: (subscription: { readonly title: string; readonly url: string }) => boolean;
  readonly isSuspended: (desired: Desired) => boolean;
  readonly policy: Pick<Policy, 'adopt' | 'owns' | 'hosts' | 'tombstones' | 'pins'>;
  readonly checkoutValid: boolean;
  readonly remembered: Remembered;
}

export interface Pair {
  readonly desired: Desired;
  readonly observed: Observed;
  readonly by: MatchedBy;
  /** It was not owned until now. */
  readonly adopts: boolean;
}

export interface Refused {
  readonly desired: Desired;
  /** Its own, by pin or title. It is left alone. */
  readonly observed?: Observed;
  /** Somebody else's that is in the way. */
  readonly other?: Observed;
  readonly reason: string;
}

export interface Unclear {
  readonly desired: Desired;
  /** What may be it. */
  readonly unusable: Unusable;
  readonly because: string;
}

/** Owned, and of a title that an entry has, which took another one. */
export interface Surplus {
  readonly observed: Observed;
  /** What stays in its place. */
  readonly kept: Pair;
}

/** Owned and left over, and an entry in conflict or suspended may mean it, or names it in `reconcile.beside`. */
export interface Kept {
  readonly observed: Observed;
  readonly because: { readonly entry: Desired; readonly how: 'may-mean' | 'beside' };
}

/** Every entry is in one of the first four, every subscription in at most one of all; each list in an order of values alone. */
export interface Matching {
  readonly pairs: readonly Pair[];
  readonly missing: readonly Desired[];
  /** Conflicts, and suspended entries that would be in one. */
  readonly refused: readonly Refused[];
  readonly unclear: readonly Unclear[];
  readonly buried: readonly Tombstoned[];
  readonly surplus: readonly Surplus[];
  /** Owned, and nothing wants them. */
  readonly unwanted: readonly Observed[];
  /** Owned and left over, and not to be pruned. */
  readonly kept: readonly Kept[];
  readonly foreign: readonly Observed[];
  readonly warnings: readonly string[];
}
