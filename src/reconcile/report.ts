/** What one pass observed and did: the shapes of `/status` and of the log. */
import type { Change } from '../apply/outcome.ts';
import type { Problem } from '../document/problems.ts';
import type { Guard, Removal, Settlement, Withheld } from '../plan/plan.ts';
import type { DriftOrigin, FieldChange } from '../subscription/diff.ts';
import type { Desired, Observed, Revision } from '../subscription/subscription.ts';

/** What made a pass run. */
export const TRIGGERS = [
  'start',
  'watch',
  'poll',
  'schedule',
  'request',
  'retry',
  'reload',
  'lease',
  'command',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * The result of a pass. `converged`: the tenant equals the checkout. `incomplete`: something is still to be done, and
 * the report says what. `failed`: the pass could not be completed. `observed`: nothing was to be changed (standby, mode
 * or freeze window). `isSuccess`: the tenant and the checkout were read. `isDone`: nothing is left to do now.
 */
export const RESULTS = {
  converged: { isSuccess: true, isDone: true, inWords: 'Converged' },
  incomplete: { isSuccess: true, isDone: false, inWords: 'Incomplete' },
  failed: { isSuccess: false, isDone: false, inWords: 'Failed' },
  observed: { isSuccess: true, isDone: true, inWords: 'Observed only' },
} as const;
export type PassResult = keyof typeof RESULTS;

/**
 * `isWorrying`: health is degraded while a subscription is in this state. `isAtRest`: nothing is left to do about it.
 */
export const STATES = {
  InSync: { isWorrying: false, isAtRest: true },
  Pending: { isWorrying: false, isAtRest: false },
  Drifted: { isWorrying: false, isAtRest: false },
  Failed: { isWorrying: true, isAtRest: false },
  NotConverging: { isWorrying: true, isAtRest: false },
  Conflict: { isWorrying: true, isAtRest: false },
  Suspended: { isWorrying: false, isAtRest: true },
  Quarantined: { isWorrying: false, isAtRest: false },
  Contested: { isWorrying: true, isAtRest: false },
  Unmanaged: { isWorrying: false, isAtRest: false },
  Withheld: { isWorrying: false, isAtRest: false },
} as const;
export type SubscriptionState = keyof typeof STATES;
export const STATE_NAMES = Object.keys(STATES) as readonly SubscriptionState[];

/** Changes carried out on the tenant. `enable` counts the second request of a create as well. */
export interface ChangeCounts {
  readonly create: number;
  readonly enable: number;
  readonly update: number;
  readonly delete: number;
}

export interface PassReport {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly trigger: Trigger;
  readonly result: PassResult;
  readonly changes: ChangeCounts;
  /** The first of these changes, of whatever kind; absent where nothing was changed. */
  readonly changed?: readonly Change[];
  /** How many there were beyond `changed`; absent: none. */
  readonly moreChanged?: number;
  readonly withheld: readonly Withheld[];
  /** HTTP requests sent to the API, repeats and tokens included. */
  readonly requests: number;
  /** The id of the revision the pass worked with, once it was read. */
  readonly revision?: string;
  readonly error?: string;
  /** It was stopped for a shutdown, another configuration or a lost lease: that is no failure, though it did not end. */
  readonly isInterrupted?: true;
}

/**
 * Why a subscription is not wanted. Those to be removed: nothing wants it (`pruned`), an entry of its title has another
 * one (`surplus`), a tombstone means it. Those that stay: it is not owned, the mode removes nothing, an entry in
 * conflict or suspended may mean it, an entry names it in `reconcile.beside`.
 */
export type UnwantedBecause = Removal['because'] | 'not-owned' | 'mode' | 'may-mean' | 'beside';

/**
 * One subscription after a pass. The objects of checkout and listing are shared rather than copied, since there may be
 * 20 000; `/status` shows their fields alone.
 */
export interface SubscriptionStatus {
  readonly title: string;
  readonly state: SubscriptionState;
  readonly id?: string;
  /** The observed value, as are `type` and `enabled`; absent where nothing is observed. */
  readonly url?: string;
  readonly type?: readonly string[];
  readonly enabled?: boolean;
  /** `file:line:column`; absent where the checkout does not mention it. */
  readonly source?: string;
  /** What the checkout wants; null where it wants nothing, or its entry has an error. */
  readonly desired: Desired | null;
  /** What is on the tenant; null where nothing is, or what is there cannot be read. */
  readonly observed: Observed | null;
  /** How `observed` differs from `desired`; empty where one of them is null. */
  readonly differs: readonly FieldChange[];
  readonly origin?: DriftOrigin;
  /** With origin `remote`: between which two looks another client changed it. */
  readonly drift?: Between;
  /** When this process last changed it: ISO 8601, UTC. */
  readonly lastChangeAt?: string;
  /** Before when it is not tried again, while it backs off: ISO 8601, UTC. */
  readonly retryAt?: string;
  /** When its quarantine or its suspension ends: ISO 8601, UTC. */
  readonly until?: string;
  /** Absent where the checkout wants it, or it cannot be read. */
  readonly because?: UnwantedBecause;
  /** With `may-mean` and `beside`: the title of that entry. */
  readonly keptFor?: string;
  /** The guards that hold its removal back. */
  readonly guards?: readonly Guard[];
  /** Why it is in this state: the API's answer, a conflict, an error in the file. */
  readonly error?: { readonly message: string; readonly requestId?: string };
  /** How an edit settles the conflict it is in; absent where the message of the error alone says it. */
  readonly settlement?: Settlement;
}

/**
 * An entry is known by its title, since its subscription may be made again; what nothing wants is known by its id. Where
 * readers see those masked, they are given a `key` instead.
 */
export function keyOf({
  title,
  id,
  source,
  key,
}: Pick<SubscriptionStatus, 'title' | 'id' | 'source'> & { readonly key?: string }): string {
  if (key !== undefined) return key;
  return source === undefined && id !== undefined ? `id ${id}` : `title ${title}`;
}

/**
 * Two looks at the tenant (ISO 8601, UTC): when the one before was begun, and when the one that saw the difference had
 * ended. `after` null: this process had not seen the subscription before.
 */
export interface Between {
  readonly after: string | null;
  readonly before: string;
}

/** The tenant and the checkout after the last pass that could read both. */
export interface Snapshot {
  readonly revision: Revision;
  /** When the tenant was listed: epoch milliseconds. */
  readonly observedAt: number;
  readonly subscriptions: readonly SubscriptionStatus[];
  readonly unmanaged: readonly SubscriptionStatus[];
  readonly warnings: readonly string[];
  /** How many errors the files of the checkout have. */
  readonly checkoutErrors: number;
  /** The errors and warnings of its files that were kept; no more than a person reads. */
  readonly problems: readonly Problem[];
}
