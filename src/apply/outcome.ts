/** The outcome of one planned action. */
import { isMember, type Members, ReconcilerError } from '../base/errors.ts';
import type { Action } from '../plan/plan.ts';
import type { DriftOrigin, FieldChange } from '../subscription/diff.ts';
import type { Field, Observed, WebhookId } from '../subscription/subscription.ts';
import { ApiError, type CallError, type NotLeaderError } from '../upvest/errors.ts';

export interface Failure {
  /** The message for people. It never holds a secret. */
  readonly message: string;
  readonly requestId?: string;
  /** The status of the API's answer, if there was one. */
  readonly status?: number;
  /** How long the API asked to wait. */
  readonly retryAfterMs?: number;
  /** The API or the way to it failed, rather than refused: no answer, 401, 408, 429, 5xx, a torn listing. */
  readonly isOutage?: true;
}

/** `observed`: the subscription after the action. A create that was answered has it, even if its second half failed. */
export type Outcome =
  | { readonly kind: 'done'; readonly action: Action; readonly observed: Observed | 'deleted' }
  /** The API answered with other values than it was sent, in these fields. */
  | {
      readonly kind: 'not-converging';
      readonly action: Action;
      readonly observed: Observed;
      readonly fields: readonly Field[];
    }
  | { readonly kind: 'failed'; readonly action: Action; readonly failure: Failure; readonly observed?: Observed }
  /** The API wants urls unique, and another subscription has the wanted one. */
  | { readonly kind: 'conflict'; readonly action: Action; readonly failure: Failure }
  /** The subscription exists, but the API does not show it yet. The next pass goes on. */
  | { readonly kind: 'pending'; readonly action: Action; readonly why: string; readonly observed?: Observed }
  /** The subscription has changed since the plan was made. It is left alone, and the pass has to plan again. */
  | { readonly kind: 'stale'; readonly action: Action; readonly observed?: Observed }
  /** A removal that waits because an entry does not stand, or the API fails. */
  | { readonly kind: 'withheld'; readonly action: Action }
  /** The action was not begun: the plan was dropped, or an earlier failure forbids it. */
  | { readonly kind: 'skipped'; readonly action: Action; readonly why: string; readonly observed?: Observed };

/** A change that was carried out on the tenant, as the audit line shows it. */
export interface Change {
  readonly action: 'create' | 'enable' | 'update' | 'delete';
  readonly id: string;
  readonly title: string;
  /** The fields that differed; empty for a create and a delete, which concern all of them. */
  readonly fields: readonly Field[];
  /** The same with their values; for a create what was sent, for a delete what is lost. */
  readonly changes: readonly FieldChange[];
  /** Where the difference came from that this put right. */
  readonly origin?: DriftOrigin;
  readonly because?: string;
  readonly requestId?: string;
}

/** How `because` of an update begins that disables what is to be pruned. */
const QUARANTINES: ReadonlySet<string | undefined> = new Set(['pruned, in quarantine', 'surplus, in quarantine']);

/** Whether a change disabled what is to be pruned. */
export function isQuarantine({ action, because }: Change): boolean {
  return action === 'update' && QUARANTINES.has(because?.split(', ', 2).join(', '));
}

/** A test delivery that an entry asks for after a change, to the receiver of its subscription. */
export interface TestDue {
  readonly title: string;
  readonly id: WebhookId;
}

/** The failure to report for an error that a call of the API threw. */
export function failureOf(error: CallError): Failure {
  const isOutage = isOutageError(error) ? { isOutage: true as const } : {};
  if (error.code !== 'api') return { message: error.message, ...isOutage };
  const { message, requestId, status, retryAfterMs } = error;
  return {
    message,
    ...(requestId !== undefined && { requestId }),
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...isOutage,
  };
}

function isOutageError(error: CallError): boolean {
  switch (error.code) {
    case 'credential':
    case 'incomplete-listing':
      return true;
    case 'api': {
      const { status } = error;
      return status === undefined || [401, 408, 429].includes(status) || status >= 500 || status < 300;
    }
  }
}

/** Whether a change that threw this error may have been carried out all the same. */
export function mayHaveHappened(error: unknown): error is ApiError {
  return error instanceof ApiError && error.outcome === 'unknown';
}

/** The plan was dropped while an action waited. */
export class Dropped extends ReconcilerError {
  override readonly name = 'Dropped';
  override readonly code = 'plan-dropped';
}

const DROPS_PLAN: Members<NotLeaderError | Dropped> = {
  'not-leader': true,
  'plan-dropped': true,
  api: false,
  credential: false,
  'incomplete-listing': false,
  checkout: false,
  'pass-aborted': false,
  kubernetes: false,
  'kubernetes-access': false,
  stopped: false,
};

/** Whether the change that threw this error was not sent, and nothing else of the plan may be sent either. */
export function isPlanDropped(error: unknown): error is NotLeaderError | Dropped {
  return isMember(DROPS_PLAN, error);
}
