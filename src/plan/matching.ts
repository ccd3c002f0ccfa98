/** The input and the result of `match`. */
import type { Policy } from '../config/config.ts';
import type { Desired, Observed, Tombstone, Unusable, WebhookId } from '../subscription/subscription.ts';
import type { Kept, MatchedBy, Settlement } from './plan.ts';
import type { Tombstoned } from './tombstones.ts';

/**
 * What a process remembers of its earlier passes. Titles are those of entries, normalised. Nothing in it is needed
 * after a restart.
 */
export interface Remembered {
  /** By title, the id that our create was answered with, where title or url came back otherwise than they were sent. */
  readonly answered: ReadonlyMap<string, WebhookId>;
  /** By title, the id that the entry had in the last pass. */
  readonly last: ReadonlyMap<string, WebhookId>;
  /** When ids of `last` were last seen: ISO 8601, UTC. */
  readonly seenAt?: ReadonlyMap<WebhookId, string>;
  /** The ids that this process has created. */
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
  /** The subscription was not owned until now. */
  readonly adopts: boolean;
}

export interface Refused {
  readonly desired: Desired;
  /** The entry's own subscription, by pin or title. It is left alone. */
  readonly observed?: Observed;
  /** Another subscription that is in the way. */
  readonly other?: Observed;
  readonly reason: string;
  readonly settlement?: Settlement;
}

export interface Unclear {
  readonly desired: Desired;
  /** The item that may be the entry's subscription. */
  readonly unusable: Unusable;
  readonly because: string;
}

/** An owned subscription with the title of an entry that took another one. */
export interface Surplus {
  readonly observed: Observed;
  /** The pair that stays in its place. */
  readonly kept: Pair;
}

/**
 * Each entry is in one of the first four lists, each subscription in at most one list. Their order depends on values
 * alone.
 */
export interface Matching {
  readonly pairs: readonly Pair[];
  readonly missing: readonly Desired[];
  /** Entries in conflict, and suspended entries that would be. */
  readonly refused: readonly Refused[];
  readonly unclear: readonly Unclear[];
  readonly tombstoned: readonly Tombstoned[];
  readonly surplus: readonly Surplus[];
  /** Owned subscriptions that nothing wants. */
  readonly unwanted: readonly Observed[];
  /** Leftovers that must not be pruned. */
  readonly kept: readonly Kept[];
  readonly foreign: readonly Observed[];
  readonly warnings: readonly string[];
}
