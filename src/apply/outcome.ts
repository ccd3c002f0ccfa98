/** What became of one planned action. */
import { isMember, type Members, ReconcilerError } from '../base/errors.ts';
import type { Action } from '../plan/plan.ts';
import type { Field, Observed } from '../subscription/subscription.ts';
import { ApiError, type CallError, type NotLeaderError } from '../upvest/errors.ts';

export interface Failure {
  /** For people; never holds a secret. */
  readonly message: string;
  readonly requestId?: string;
  /** Of the API's answer, if there was one. */
  readonly status?: number;
  /** So long the API asked to be left alone. */
  readonly retryAfterMs?: number;
  /** The API, or the way there, failed rather than refuse: no answer, 401, 408, 429, 5xx, a torn listing. */
  readonly isOutage?: true;
}

/** `left`: as it is on the tenant now. Of a create that was answered it is there, whatever became of the second half. */
export type Outcome =
  | { readonly kind: 'done'; readonly action: Action; readonly observed: Observed | 'deleted' }
  /** The API answered with something else than it was asked for, in these fields. */
  | {
      readonly kind: 'not-converging';
      readonly action: Action;
      readonly observed: Observed;
      readonly fields: readonly Field[];
    }
  | { readonly kind: 'failed'; readonly action: Action; readonly failure: Failure; readonly observed?: Observed }
  /** The API wants urls unique, and another subscription has the one that is asked for. */
  | { readonly kind: 'conflict'; readonly action: Action; readonly failure: Failure }
  /** It is there, and the API does not show it yet: the next pass goes on. */
  | { readonly kind: 'pending'; readonly action: Action; readonly why: string; readonly observed?: Observed }
  /** The subscription is no longer what was planned for: left alone, the pass has to plan again. */
  | { readonly kind: 'stale'; readonly action: Action; readonly observed?: Observed }
  /** A removal that waits because something that is wanted does not stand. */
  | { readonly kind: 'withheld'; readonly action: Action }
  /** Not begun: the plan was dropped, or an earlier failure forbids it. */
  | { readonly kind: 'skipped'; readonly action: Action; readonly why: string; readonly observed?: Observed };

/** A change carried out on the tenant: what the audit line says. */
export interface Change {
  readonly action: 'create' | 'enable' | 'update' | 'delete';
  readonly id: string;
  readonly title: string;
  readonly fields: readonly Field[];
  readonly because?: string;
  readonly requestId?: string;
}

/** What to say of an error thrown by a call of the API. */
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

/** Of an error thrown by a change: it may have been carried out all the same. */
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

/** Of an error thrown by a change: it was not sent, and nothing else of the plan may be. */
export function isPlanDropped(error: unknown): error is NotLeaderError | Dropped {
  return isMember(DROPS_PLAN, error);
}
