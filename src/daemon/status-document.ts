/**
 * The document of `GET /status`, and the events of `GET /status/events` that keep a copy of it up to date, as their
 * readers get them. Times are ISO 8601, UTC. The page is made from it alone, so this file imports nothing but types, and the
 * one rule that both sides must have the same.
 */
import type { Mode } from '../config/config.ts';
import type { Guard } from '../plan/plan.ts';
import type { Lift } from '../reconcile/explain/ways-out.ts';
import type { PassReport, SubscriptionState, Trigger, UnwantedBecause } from '../reconcile/report.ts';
import type { DriftOrigin } from '../subscription/diff.ts';
import type { Commit, EntryCommit, Field, Revision } from '../subscription/subscription.ts';
import type { ReceiverState } from '../upvest/wire.ts';

export { keyOf } from '../reconcile/report.ts';
export type { Commit, EntryCommit } from '../subscription/subscription.ts';

export interface StatusDocument {
  readonly tenant: { readonly url: string; readonly clientId: string | null };
  readonly version: string;
  /** The name of this instance: of its pod, else of its host. */
  readonly instance: string;
  readonly startedAt: string;
  /** The revision that the last complete look at checkout and tenant was at; null: there was none yet. */
  readonly revision: Revision | null;
  /** When that look was; null: there was none yet. Everything said of subscriptions is of then. */
  readonly observedAt: string | null;
  /** The checkout as it was last read. It is newer than `revision` while the tenant cannot be listed. */
  readonly checkout: { readonly revision: Revision; readonly readAt: string } | null;
  readonly mode: Mode;
  readonly leader: boolean;
  /**
   * Absent where there is only one instance. `holder` null: not known, or nobody. `durationMs`: how long it lasts when its
   * holder is gone. `trouble`: why it can be neither read nor taken, once that has lasted for a while.
   */
  readonly lease?: {
    readonly name: string;
    readonly holder: string | null;
    readonly durationMs?: number;
    readonly trouble?: string;
  };
  /** Why nothing is carried out; absent: what the mode allows is. */
  readonly hold?: 'standby' | 'observe' | 'freeze';
  /** The configured windows, those that are open first, then in the order in which they begin. */
  readonly freezeWindows: readonly FreezeStatus[];
  /** When the last of the windows that are open ends; absent: none is open. */
  readonly frozenUntil?: string;
  /** `schedule.resync` as it is configured (`* * * * *`, or `30s`), with its time zone. */
  readonly resync: { readonly every: string; readonly timezone: string };
  /** The pass that is under way; null: none is. */
  readonly passing: {
    readonly startedAt: string;
    readonly trigger: Trigger;
    /** It takes longer than a pass may, and is being stopped. */
    readonly isOverdue?: true;
  } | null;
  readonly nextPassAt: string | null;
  /** What `/healthz` says at this moment, and why. */
  readonly health?: { readonly status: 'ok' | 'degraded' | 'failing'; readonly reasons: readonly string[] };
  readonly lastPass: PassReport | null;
  /** The last hundred, newest first. */
  readonly passes: readonly PassReport[];
  /**
   * When the first of the passes began that have failed in a row since; null: the last one did not fail. A pass that was
   * interrupted counts neither way.
   */
  readonly failingSince: string | null;
  /** Why the last pass failed; absent: it did not, or nobody said. */
  readonly failure?: FailureStatus;
  /**
   * Since when everything wanted is on the tenant as it is wanted, and nothing is left to do; null: it is not so, or the
   * last pass failed for another reason than `checkout-busy`.
   */
  readonly inSyncSince: string | null;
  /** `source.url`: a template of links with `{revision}`, `{path}` and `{line}`; null: none is configured. */
  readonly sourceUrl: string | null;
  /** How many errors the files of the checkout have. */
  readonly checkoutErrors: number;
  /** The errors and warnings of its files that were kept. */
  readonly problems: readonly ProblemStatus[];
  readonly subscriptions: readonly SubscriptionDocument[];
  readonly unmanaged: readonly SubscriptionDocument[];
  /** The last 500 changes, newest first: what this process did to the tenant, and what it saw others do. */
  readonly changes: readonly ChangeStatus[];
  readonly warnings: readonly string[];
}

/**
 * Why a pass failed, by what has to be looked at. `api`: there was no answer, or one that is no success, or a listing that
 * cannot be proved complete. `busy`: the API asked to be left alone for a while. `checkout-busy`: git is at work in the
 * checkout, or it is being written, which mostly ends by itself. `other`: the message says it.
 */
export interface FailureStatus {
  readonly kind: 'api' | 'busy' | 'credentials' | 'checkout' | 'checkout-busy' | 'other';
  readonly message: string;
  /** `GET /webhooks`; absent where it was no request that failed. */
  readonly request?: string;
  /** Absent where there was no answer. */
  readonly status?: number;
  readonly requestId?: string;
}

export interface FreezeStatus {
  /** Cron. */
  readonly start: string;
  readonly durationMs: number;
  readonly timezone: string;
  readonly isOpen: boolean;
  /** When the window that is open began and ends, else when the next one does; absent: it never opens again. */
  readonly from?: string;
  readonly until?: string;
}

export interface ProblemStatus {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
  readonly title?: string;
}

export interface SubscriptionDocument {
  readonly title: string;
  /**
   * Tells it apart (`keyOf`) where its title holds what is masked, so that several titles may read the same. It is other
   * after a restart.
   */
  readonly key?: string;
  readonly state: SubscriptionState;
  /** Since when it is in this state. `isAtLeast`: it was so already when this process first saw it. */
  readonly since: string;
  readonly sinceIsAtLeast?: true;
  readonly id?: string;
  readonly url?: string;
  readonly type?: readonly string[];
  readonly enabled?: boolean;
  /** `file:line:column`; absent where the checkout does not mention it. */
  readonly source?: string;
  readonly desired: FieldsDocument | null;
  readonly observed: FieldsDocument | null;
  /** `from` is observed, `to` is wanted. Values are null where there are none. */
  readonly differs: readonly DifferenceDocument[];
  readonly origin?: DriftOrigin;
  /** Where another client changed it: between which two looks. */
  readonly drift?: { readonly after: string | null; readonly before: string };
  readonly lastChangeAt?: string;
  /** Before when it is not tried again: it was refused, did not come out as it was sent, or is contested. */
  readonly retryAt?: string;
  /** When its quarantine or its suspension ends. */
  readonly until?: string;
  /** Why it is not wanted, or why what is not wanted stays. */
  readonly because?: UnwantedBecause;
  /** The entry that it is kept for (`may-mean`, `beside`). */
  readonly keptFor?: string;
  readonly error?: { readonly message: string; readonly requestId?: string };
  /** Absent where there is no git, or its history says nothing of it. */
  readonly commit?: EntryCommit;
  /** The guards that hold its removal back. */
  readonly guards?: readonly Guard[];
  readonly receiver?: ReceiverState;
  readonly receiverDetail?: string;
  readonly receiverTestedAt?: string;
  /** Why it is as it is, what happens next, and which setting or command would change that: a few sentences. */
  readonly explanation: string;
  /**
   * The ways to lift the guards that hold its removal, or to settle the conflict it is in, the safer first: what is done,
   * and the YAML to copy.
   */
  readonly lifts?: readonly Lift[];
}

/** The fields of a subscription by their place: `config` holds its own. Absent fields are not managed, or not shown. */
export interface FieldsDocument {
  readonly title: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly type?: readonly string[];
  readonly exclude_type?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface DifferenceDocument {
  readonly field: Field;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * `create` to `delete` are our requests. `drift`: another client changed or deleted it (`from` before, `to` after).
 * `adopt`: the entry took over a subscription that nothing wanted before. `withhold`: its removal began to be held, by the guards
 * in `because`; others that join or leave are not told.
 */
export type ChangeAction = 'create' | 'enable' | 'update' | 'delete' | 'quarantine' | 'drift' | 'adopt' | 'withhold';

export interface ChangeStatus {
  readonly at: string;
  readonly action: ChangeAction;
  readonly title: string;
  readonly id?: string;
  readonly fields: readonly DifferenceDocument[];
  /** Whose doing it puts right: `remote` in an update is a correction ("put back"). */
  readonly origin?: DriftOrigin;
  readonly because?: string;
  /** The revision at which it was done or seen. */
  readonly revision: string;
  /** The commit that last changed the entry, where the change is git's doing. */
  readonly commit?: Commit;
  readonly requestId?: string;
  /** Of a drift: between which two looks. */
  readonly between?: { readonly after: string | null; readonly before: string };
}

/**
 * The data of the event `snapshot`, the first of every stream. `mayReconcile`: whether `POST /-/reconcile` would be
 * accepted of this caller; `token`: with the trigger token.
 */
export interface SnapshotEvent {
  /** The time of this host. */
  readonly at: string;
  readonly mayReconcile: 'yes' | 'token' | 'no';
  readonly document: StatusDocument;
}

/** Lists that only grow at their beginning: the new one is `added`, then the old one, cut to `length`. */
export interface Grown<T> {
  readonly added: readonly T[];
  readonly length: number;
}

/** Elements that are new or other than before, and the keys (`keyOf`) of those that are gone. */
export interface Replaced<T> {
  readonly put: readonly T[];
  readonly gone: readonly string[];
}

type Listed = 'subscriptions' | 'unmanaged' | 'passes' | 'changes';

/** The data of the event `change`: what is other than it was told before. Absent members are as they were. */
export interface ChangeEvent {
  readonly at: string;
  /** What it is now of the caller, where it is other than it was told before. */
  readonly mayReconcile?: SnapshotEvent['mayReconcile'];
  /** Members that are gone are null here where their type allows it, and listed in `unset` otherwise. */
  readonly set?: Partial<Omit<StatusDocument, Listed>>;
  readonly unset?: readonly (keyof StatusDocument)[];
  readonly subscriptions?: Replaced<SubscriptionDocument>;
  readonly unmanaged?: Replaced<SubscriptionDocument>;
  readonly passes?: Grown<PassReport>;
  readonly changes?: Grown<ChangeStatus>;
}
