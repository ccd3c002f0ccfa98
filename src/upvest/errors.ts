/** What can go wrong between us and the API. Messages name method, route, status and request id, never a secret. */
import { isMember, type Members, ReconcilerError } from '../base/errors.ts';
import type { CredentialError } from '../http/credential-file.ts';

/** `route`: the path with `{webhook_id}` for the id, as in metrics and logs. */
export interface RequestLabel {
  readonly method: string;
  readonly route: string;
}

/** What a problem document (RFC 9457) or the lack of one tells, bounded in length. */
export interface ApiProblem {
  readonly title: string;
  readonly detail?: string;
  /** The documentation page. Decide by status, never by this. */
  readonly type?: string;
}

/** `refused`: certainly not carried out. `unknown`: it may have been. */
export type Outcome = 'refused' | 'unknown';

/** What an ApiError is made of. */
export interface ApiFailure {
  readonly request: RequestLabel;
  readonly status?: number | undefined;
  readonly problem: ApiProblem;
  readonly outcome: Outcome;
  readonly requestId?: string | undefined;
  /** How often it was sent, where more than once. */
  readonly attempts?: number | undefined;
  /** What somebody can do about it: a sentence. */
  readonly hint?: string | undefined;
  /** So long the API asked to be left alone, where that is more than a call waits for: an hour at the most. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A request that got no success. Without `status` there was no answer at all: refused connection, reset, timeout.
 * `outcome` says whether the request may have been carried out all the same, by any of its attempts.
 */
export class ApiError extends ReconcilerError {
  override readonly name = 'ApiError';
  override readonly code = 'api';
  readonly request: RequestLabel;
  readonly status: number | undefined;
  readonly problem: ApiProblem;
  readonly outcome: Outcome;
  readonly requestId: string | undefined;
  readonly attempts: number;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly #failure: ApiFailure;

  constructor(what: ApiFailure, options?: ErrorOptions) {
    const { request, status, problem, requestId, attempts = 1, hint } = what;
    const said = [status === undefined ? 'got no answer:' : `answered ${status}`, problem.title];
    const detail = problem.detail ? `: ${problem.detail}` : '';
    const id = requestId ? ` (request ${requestId})` : '';
    const tries = attempts > 1 ? `, ${attempts} attempts` : '';
    const advice = hint ? `. ${hint}` : '';
    super(`${request.method} ${request.route} ${said.join(' ')}${detail}${id}${tries}${advice}`, options);
    this.request = request;
    this.status = status;
    this.problem = problem;
    this.outcome = what.outcome;
    this.requestId = requestId;
    this.attempts = attempts;
    this.hint = hint;
    this.retryAfterMs = what.retryAfterMs;
    this.#failure = what;
  }

  /** The same failure, for somebody to whom it means something else. */
  withOutcome(outcome: Outcome): ApiError {
    return new ApiError({ ...this.#failure, outcome }, { cause: this.cause });
  }

  /** The same failure, with other advice. */
  withHint(hint: string): ApiError {
    return new ApiError({ ...this.#failure, hint }, { cause: this.cause });
  }
}

/** The listing could not be proved complete: nothing may be decided on it. */
export class IncompleteListingError extends ReconcilerError {
  override readonly name = 'IncompleteListingError';
  override readonly code = 'incomplete-listing';
}

/** A change that was not sent, for the write permit had ended. It has certainly not been carried out. */
export class NotLeaderError extends ReconcilerError {
  override readonly name = 'NotLeaderError';
  override readonly code = 'not-leader';
}

/** What every call of the client may throw; a change may throw NotLeaderError as well. */
export type CallError = ApiError | CredentialError | IncompleteListingError;

const CALL_ERRORS: Members<CallError> = {
  api: true,
  credential: true,
  'incomplete-listing': true,
  'not-leader': false,
  'plan-dropped': false,
  checkout: false,
  'pass-aborted': false,
  kubernetes: false,
  'kubernetes-access': false,
  stopped: false,
};

/** Whether an error is one that calls of the API are known to throw. */
export function isCallError(error: unknown): error is CallError {
  return isMember(CALL_ERRORS, error);
}
