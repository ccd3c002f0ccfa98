/** What became of one planned action. */
import type { Action } from '../plan/plan.ts';
import type { Field, Observed } from '../subscription.ts';
import { ApiError } from '../upvest/errors.ts';

export interface Failure {
  /** For people; never holds a secret. */
  readonly message: string;
  readonly requestId?: string;
  /** Of the API's answer, if there was one. */
  readonly status?: number;
  /** So long the API asked to be left alone. */
  readonly retryAfterMs?: number;
}

export type Outcome =
  | { readonly kind: 'done'; readonly action: Action; readonly left: Observed | 'deleted' }
  /** The API answered with something else than it was asked for, in these fields. */
  | {
      readonly kind: 'not-converging';
      readonly action: Action;
      readonly left: Observed;
      readonly fields: readonly Field[];
    }
  | { readonly kind: 'failed'; readonly action: Action; readonly failure: Failure }
  /** The subscription is no longer what was planned for: left alone, the pass has to plan anew. */
  | { readonly kind: 'outdated'; readonly action: Action }
  /** Not begun: the plan was dropped, or an earlier failure forbids it. */
  | { readonly kind: 'skipped'; readonly action: Action; readonly why: string };

/** A change carried out on the tenant: what the audit line says. */
export interface Change {
  readonly action: 'create' | 'enable' | 'update' | 'delete';
  readonly id: string;
  readonly title: string;
  readonly fields: readonly Field[];
  readonly because?: string;
  readonly requestId?: string;
}

/** What to say of an error thrown by a call of the API. Throws on what is not one: a fault of ours must not pass for theirs. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) throw error;
  if (!(error instanceof ApiError)) return { message: error.message };
  const { message, requestId, status, retryAfterMs } = error;
  return {
    message,
    ...(requestId !== undefined && { requestId }),
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Of an error thrown by a change: it may have been carried out all the same. */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof ApiError && error.outcome === 'unknown';
}
