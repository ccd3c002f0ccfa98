/** What one pass found and did: the shapes of `/status` and of the log. */
import type { Withheld } from '../plan/plan.ts';
import type { Field, Revision } from '../subscription/subscription.ts';

/** What made a pass run. */
export type Trigger = 'start' | 'watch' | 'poll' | 'schedule' | 'request' | 'retry' | 'reload' | 'lease' | 'command';

/**
 * `converged`: the tenant equals the checkout. `incomplete`: something is left undone, and the report says what.
 * `failed`: the pass could not be carried through. `observed`: nothing was to be changed (standby, mode or freeze window).
 */
export type PassResult = 'converged' | 'incomplete' | 'failed' | 'observed';

export type SubscriptionState =
  | 'InSync'
  | 'Pending'
  | 'Drifted'
  | 'Failed'
  | 'NotConverging'
  | 'Conflict'
  | 'Suspended'
  | 'Quarantined'
  | 'Contested'
  | 'Unmanaged'
  | 'Withheld';

export const STATES: readonly SubscriptionState[] = [
  'InSync',
  'Pending',
  'Drifted',
  'Failed',
  'NotConverging',
  'Conflict',
  'Suspended',
  'Quarantined',
  'Contested',
  'Unmanaged',
  'Withheld',
];

/** Who moved: the checkout, or somebody on the tenant. */
export type DriftOrigin = 'git' | 'remote';

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
