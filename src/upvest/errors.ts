/** The errors of API calls. Messages name method, route, status and request id, never a secret. */
import { isMember, type Members, ReconcilerError } from '../base/errors.ts';
import type { CredentialError } from '../http/credential-file.ts';

/** `route`: the path with `{webhook_id}` for the id, as in metrics and logs. */
export interface RequestLabel {
  readonly method: string;
  readonly route: string;
}

/** The content of a problem document (RFC 9457), or a substitute where there is none, bounded in length. */
export interface ApiProblem {
  readonly title: string;
  readonly detail?: string;
  /** The documentation page. Decide by status, never by this. */
  readonly type?: string;
}

/** `refused`: the request was certainly not carried out. `unknown`: it may have been. */
export type Outcome = 'refused' | 'unknown';

/** The parts of an ApiError. */
export interface ApiFailure {
  readonly request: RequestLabel;
  readonly status?: number | undefined;
  readonly problem: ApiProblem;
  readonly outcome: Outcome;
  readonly requestId?: string | undefined;
  /** The number of attempts, where there was more than one. */
  readonly attempts?: number | undefined;
  /** What the operator can do about it: a sentence. */
  readonly hint?: string | undefined;
  /** The wait the API asked for, where it is longer than a call waits: at most an hour. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * A request without a success. Without `status` there was no answer at all: refused connection, reset, timeout.
 * `outcome` says whether any of its attempts may have been carried out nevertheless.
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

  /** The same failure with another outcome, for a caller whose own request was not the one that failed. */
  withOutcome(outcome: Outcome): ApiError {
    return new ApiError({ ...this.#failure, outcome }, { cause: this.cause });
  }

  /** The same failure, with other advice. */
  withHint(hint: string): ApiError {
    return new ApiError({ ...this.#failure, hint }, { cause: this.cause });
  }
}

/** The listing could not be proved complete, so that no decision may be based on it. */
export class IncompleteListingError extends ReconcilerError {
  override readonly name = 'IncompleteListingError';
  override readonly code = 'incomplete-listing';
}

/** A change was not sent because the write permit had ended. It has certainly not been carried out. */
export class NotLeaderError extends ReconcilerError {
  override readonly name = 'NotLeaderError';
  override readonly code = 'not-leader';
}

/** The errors every call of the client may throw; a change may also throw NotLeaderError. */
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

/** Whether calls of the API are known to throw this error. */
export function isCallError(error: unknown): error is CallError {
  return isMember(CALL_ERRORS, error);
}
