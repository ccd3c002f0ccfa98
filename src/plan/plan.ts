/** What a pass would do to the tenant, and why it would not do the rest. Values only: made by `planPass`, carried out by `apply/`. */
import type { FieldChange } from '../subscription/diff.ts';
import type { Desired, Observed, SourcePosition, Unusable, WebhookId } from '../subscription/subscription.ts';

export type NonEmpty<T> = readonly [T, ...T[]];

/**
 * How a desired and an observed subscription found each other. `answer`: our create was answered with this one, in another
 * title or url than it was sent.
 */
export type MatchedBy = 'id' | 'answer' | 'title' | 'rename';

/** What a pass may do to one subscription. Removals carry what was seen, so that apply can check that it is still so. */
export type Action =
  /** Creates, and enables what was created where `desired.enabled`. */
  | {
      readonly kind: 'create';
      readonly desired: Desired;
      /** Of one that was there before: which, and that it is gone. */
      readonly because?: string;
    }
  /** An update whose only change is `enabled` from false to true: what a crash between create and enable leaves. */
  | {
      readonly kind: 'enable';
      readonly observed: Observed;
      readonly desired: Desired;
      readonly changes: NonEmpty<FieldChange>;
      readonly by: MatchedBy;
      /** It was not owned until now. */
      readonly adopts: boolean;
    }
  | {
      readonly kind: 'update';
      readonly observed: Observed;
      readonly desired: Desired;
      readonly changes: NonEmpty<FieldChange>;
      readonly by: MatchedBy;
      readonly adopts: boolean;
    }
  /** Disables what is to be pruned; it is deleted once it has been disabled for `policy.quarantine`. */
  | {
      readonly kind: 'quarantine';
      readonly observed: Observed;
      readonly because: 'pruned' | 'surplus';
      /** Of a surplus one: the subscription of the same title that stays in its place. */
      readonly kept?: WebhookId;
      /** Of a surplus one: nothing is lost with it, the one that stays delivers the same. */
      readonly isEqual?: true;
    }
  | {
      readonly kind: 'delete';
      readonly observed: Observed;
      readonly because: 'pruned' | 'surplus' | 'tombstone';
      /** Of the tombstone. */
      readonly source?: SourcePosition;
      /** As of a quarantine. */
      readonly kept?: WebhookId;
      readonly isEqual?: true;
    };

/** In the order in which they are carried out: removals last, since they cannot be taken back. */
export const ACTION_KINDS = ['create', 'enable', 'update', 'quarantine', 'delete'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];
export type Removal = Extract<Action, { kind: 'quarantine' | 'delete' }>;

export const GUARDS = [
  'invalid-checkout',
  'empty-checkout',
  'max-deletes',
  'max-surplus',
  'unfinished',
  'freeze',
] as const;
export type Guard = (typeof GUARDS)[number];

/**
 * Removals a guard holds back in this pass; 0 where a freeze holds other changes only. Guards may hold the same ones.
 * `howToLift` is a sentence for the person who has to.
 */
export interface Withheld {
  readonly guard: Guard;
  readonly deletes: number;
  readonly howToLift: string;
}

/** A desired entry that cannot be carried out without somebody's decision. The remote is not touched. */
export interface Conflict {
  readonly title: string;
  readonly source: SourcePosition;
  /** What is in the way, and what to do. */
  readonly reason: string;
  readonly id?: string;
}

/** A desired entry that is left alone for now: something on the tenant may be it, and cannot be read. */
export interface PendingEntry {
  readonly title: string;
  readonly source: SourcePosition;
  readonly because: string;
  readonly id: WebhookId;
}

/** One desired entry and how it stands against the tenant, whatever mode and guards allow to be done about it. */
export interface Standing {
  readonly desired: Desired;
  readonly observed?: Observed;
  readonly by?: MatchedBy;
  readonly state: 'in-sync' | 'differs' | 'missing' | 'pending' | 'suspended' | 'conflict';
  /** What differs in meaning; empty unless state is `differs` or `suspended`. */
  readonly changes: readonly FieldChange[];
}

export interface Plan {
  /**
   * In the order they are carried out: creates, enables, updates, quarantines, deletes.
   * With `hold`, what would be done were it not for the hold. What a guard holds back is in `heldBack` instead.
   */
  readonly actions: readonly Action[];
  /** A file of the checkout has an error: there may be more that is wanted. */
  readonly isPartial: boolean;
  /** Nothing is to be carried out: without the lease, in mode `observe`, or inside a freeze window. */
  readonly hold?: 'standby' | 'observe' | 'freeze';
  readonly withheld: readonly Withheld[];
  /** The removals that `withheld` counts, each once. */
  readonly heldBack: readonly Removal[];
  /** Disabled by quarantine, waiting for its end (ISO 8601, UTC). */
  readonly quarantined: readonly { readonly observed: Observed; readonly until: string }[];
  readonly conflicts: readonly Conflict[];
  readonly pending: readonly PendingEntry[];
  readonly standings: readonly Standing[];
  /** Entries that no action of this plan can bring to stand. */
  readonly notStanding: readonly NotStanding[];
  /**
   * On the tenant, neither wanted nor to be pruned: not owned, or left over in a mode that does not prune, or kept
   * because an entry in conflict or suspended may mean it. Not touched.
   */
  readonly unmanaged: readonly Observed[];
  /** On the tenant, without a title or url that could be read. Not touched. */
  readonly unusable: readonly Unusable[];
  readonly warnings: readonly string[];
}

/** A wanted entry that is not on the tenant as it should be, and why. */
export interface NotStanding {
  readonly title: string;
  readonly why: string;
}
