/** What one pass found and did: the shapes of `/status` and of the log. */
import type { Withheld } from '../plan/plan.ts';
import type { Field, Revision } from '../subscription/subscription.ts';

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
 * What became of a pass. `converged`: the tenant equals the checkout. `incomplete`: something is left undone, and the
 * report says what. `failed`: the pass could not be carried through. `observed`: nothing was to be changed (standby, mode
 * or freeze window). `isSuccess`: the tenant and the checkout were read. `isDone`: nothing is left to be done now.
 */
export const RESULTS = {
  converged: { isSuccess: true, isDone: true, inWords: 'Converged' },
  incomplete: { isSuccess: true, isDone: false, inWords: 'Incomplete' },
  failed: { isSuccess: false, isDone: false, inWords: 'Failed' },
  observed: { isSuccess: true, isDone: true, inWords: 'Observed only' },
} as const;
export type PassResult = keyof typeof RESULTS;

/**
 * `isWorrying`: health is degraded while a subscription is in this state. `isAtRest`: nothing is left to be done about it.
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

/** Who moved: the checkout, or another client of the tenant. */
export const DRIFT_ORIGINS = ['git', 'remote'] as const;
export type DriftOrigin = (typeof DRIFT_ORIGINS)[number];

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
  readonly withheld: readonly Withheld[];
  /** HTTP requests sent to the API, repeats and tokens included. */
  readonly requests: number;
  /** The id of the revision the pass went by, once it was read. */
  readonly revision?: string;
  readonly error?: string;
}

/** One subscription as `/status` shows it. */
export interface SubscriptionStatus {
  readonly title: string;
  readonly state: SubscriptionState;
  readonly id?: string;
  readonly url: string;
  readonly type: readonly string[];
  readonly enabled: boolean;
  /** `file:line:column`; absent where the checkout does not mention it. */
  readonly source?: string;
  readonly differs: readonly Field[];
  readonly origin?: DriftOrigin;
  /** When this process last changed it: ISO 8601, UTC. */
  readonly lastChangeAt?: string;
  /** What is in the way: the API's answer, a conflict, an error in the file. */
  readonly error?: { readonly message: string; readonly requestId?: string };
}

/** The tenant and the checkout as the last pass that could read both has left them. */
export interface Snapshot {
  readonly revision: Revision;
  readonly subscriptions: readonly SubscriptionStatus[];
  readonly unmanaged: readonly SubscriptionStatus[];
  readonly warnings: readonly string[];
  /** How many mistakes the files of the checkout hold. */
  readonly checkoutErrors: number;
}
