/**
 * The plan: what a pass would do to the tenant, and why it would not do the rest. `planPass` makes it, `apply/` carries
 * it out.
 */
import type { FieldChange } from '../subscription/diff.ts';
import type { Desired, Observed, SourcePosition, Unusable, WebhookId } from '../subscription/subscription.ts';

export type NonEmpty<T> = readonly [T, ...T[]];

/**
 * How a desired and an observed subscription were matched. `answer`: our create was answered with this one, where title
 * or url came back otherwise than they were sent.
 */
export type MatchedBy = 'id' | 'answer' | 'title' | 'rename';

/** What a pass may do to one subscription. Removals carry what was observed, so that apply can check it again. */
export type Action =
  /** Creates, and enables what was created where `desired.enabled`. */
  | {
      readonly kind: 'create';
      readonly desired: Desired;
      /** Where the entry had a subscription before: its id, and that it is gone. */
      readonly because?: string;
    }
  /** An update whose only change is `enabled` from false to true, as after a crash between create and enable. */
  | {
      readonly kind: 'enable';
      readonly observed: Observed;
      readonly desired: Desired;
      readonly changes: NonEmpty<FieldChange>;
      readonly by: MatchedBy;
      /** The subscription was not owned until now. */
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
  /** Disables a subscription that is to be pruned. It is deleted once it has been disabled for `policy.quarantine`. */
  | {
      readonly kind: 'quarantine';
      readonly observed: Observed;
      readonly because: 'pruned' | 'surplus';
      /** For surplus: the subscription of the same title that stays in its place. */
      readonly kept?: WebhookId;
      /** For surplus: nothing is lost with it, because the one that stays delivers the same. */
      readonly isEqual?: true;
    }
  | {
      readonly kind: 'delete';
      readonly observed: Observed;
      readonly because: 'pruned' | 'surplus' | 'tombstone';
      /** Where the tombstone stands. */
      readonly source?: SourcePosition;
      /** `kept` and `isEqual` mean the same as in a quarantine. */
      readonly kept?: WebhookId;
      readonly isEqual?: true;
    };

/** The kinds in the order in which they are carried out: removals last, because they cannot be undone. */
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
 * Removals that a guard holds back in this pass; `deletes` is 0 where a freeze holds other changes only. Several guards
 * may hold the same removal. `howToLift` is a sentence for the operator.
 */
export interface Withheld {
  readonly guard: Guard;
  readonly deletes: number;
  readonly howToLift: string;
}

/** The ways in which an edit settles a conflict with a subscription of the tenant. */
export interface Settlement {
  /** What is in the way, without the ways out. */
  readonly why: string;
  /** The subscription in the way. */
  readonly other: Observed;
  /**
   * `pin`: the entry takes it over. `adopt-title`: as every one of an equal title. `beside`: both are meant to be there.
   * `delete`: a tombstone with its id.
   */
  readonly ways: readonly ('pin' | 'adopt-title' | 'beside' | 'delete')[];
  /** It would be settled if `policy.owns` covered the other one. */
  readonly mayOwn: boolean;
}

/** A desired entry that cannot be carried out before the operator decides. Its subscription is not touched. */
export interface Conflict {
  readonly title: string;
  readonly source: SourcePosition;
  /** What is in the way, and what to do. */
  readonly reason: string;
  readonly id?: string;
  readonly settlement?: Settlement;
}

/** A desired entry that waits: an item of the listing that cannot be read may be its subscription. */
export interface PendingEntry {
  readonly title: string;
  readonly source: SourcePosition;
  readonly because: string;
  readonly id: WebhookId;
}

/** One desired entry compared with the tenant, whatever mode and guards allow. */
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
   * In the order of `ACTION_KINDS`. With `hold`, they are what would be done without the hold. Removals that a guard
   * holds back are in `heldBack` instead.
   */
  readonly actions: readonly Action[];
  /** A file of the checkout has an error, so more may be wanted than is known. */
  readonly isPartial: boolean;
  /** Why nothing is carried out: this instance has no lease, the mode is `observe`, or a freeze window is open. */
  readonly hold?: 'standby' | 'observe' | 'freeze';
  readonly withheld: readonly Withheld[];
  /** The removals that `withheld` counts, each once. */
  readonly heldBack: readonly Removal[];
  /** The guards that hold each of `heldBack`, in the order of `GUARDS`. */
  readonly heldBy: ReadonlyMap<Removal, readonly Guard[]>;
  /** Subscriptions that quarantine has disabled, and when it ends (ISO 8601, UTC). */
  readonly quarantined: readonly { readonly observed: Observed; readonly until: string }[];
  readonly conflicts: readonly Conflict[];
  readonly pending: readonly PendingEntry[];
  readonly standings: readonly Standing[];
  /** Entries that no action of this plan can make stand. */
  readonly notStanding: readonly NotStanding[];
  /**
   * Subscriptions that are neither wanted nor to be pruned, and are not touched: those that are not owned, leftovers in
   * a mode that does not prune, and those kept because an entry in conflict or suspended may mean them.
   */
  readonly unmanaged: readonly Observed[];
  /** Those of `unmanaged` that the mode alone keeps: in `sync` they would be removed, or a guard would withhold that. */
  readonly unpruned: readonly Observed[];
  /** Those of `unmanaged` that an entry keeps. */
  readonly kept: readonly Kept[];
  /** Items of the listing without a usable title or url. They are not touched. */
  readonly unusable: readonly Unusable[];
  readonly warnings: readonly string[];
}

/** A leftover that an entry in conflict or suspended may mean, or that an entry names in `reconcile.beside`. */
export interface Kept {
  readonly observed: Observed;
  readonly because: { readonly entry: Desired; readonly how: 'may-mean' | 'beside' };
}

/** An entry whose subscription is not on the tenant as it should be, and why. */
export interface NotStanding {
  readonly title: string;
  readonly why: string;
}
