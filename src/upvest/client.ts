/** The webhook calls of the Upvest API, as the rest of the program sees them. */
import type { CreateBody, Listing, Observed, UpdateBody, WebhookId } from '../subscription/subscription.ts';
import type { RequestLabel } from './errors.ts';
import type { TestAnswer, VerifyKey } from './wire.ts';

/** A value and the `upvest-request-id` of the answer that brought it. */
export interface Answer<T> {
  readonly value: T;
  readonly requestId?: string;
}

/**
 * Made by `createClient`. Listing and keys use a token for `webhooks:read`. A token for `webhooks:admin` is fetched
 * with the first change.
 * Every call may throw ApiError (an error answer, or no answer) and CredentialError, a change also NotLeaderError. With
 * an aborted `signal` it throws the signal's reason.
 * An aborted `signal` ends waiting (for the throttle, for a retry) and starts nothing. A request on the wire is
 * finished, up to its timeout, and counts if it succeeds.
 * Network errors, timeouts, 408, 429 and 5xx are retried as often as configured, unless a call says otherwise.
 */
export interface UpvestClient {
  /**
   * All subscriptions, provably complete. Lists again up to 3 times, then throws IncompleteListingError. Items without
   * title or url are read by id. Ids are in lower case, here and below.
   */
  listWebhooks(signal?: AbortSignal): Promise<Listing>;
  /** `undefined`: it does not exist (404). Uses the admin token where only that one is held. */
  getWebhook(id: WebhookId, signal?: AbortSignal): Promise<Observed | undefined>;
  /**
   * Sent once: after an ApiError with outcome `unknown` it may have been carried out (only 429 and failures before
   * sending are retried).
   */
  createWebhook(body: CreateBody, signal?: AbortSignal): Promise<Answer<Observed>>;
  /**
   * `absent`: it does not exist (404). `accepted`: the success does not show the subscription (204, or an empty body).
   */
  updateWebhook(
    id: WebhookId,
    body: UpdateBody,
    signal?: AbortSignal,
  ): Promise<Answer<Observed | 'accepted' | 'absent'>>;
  /**
   * 404 counts as done: `absent`, or `deleted` where an earlier attempt of this call may have deleted it. After a
   * success with a body, the subscription is read once: ApiError with outcome `unknown` if it still exists.
   */
  deleteWebhook(id: WebhookId, signal?: AbortSignal): Promise<Answer<'deleted' | 'absent'>>;
  /**
   * Sent once, like a create. 404 is an ApiError. The API waits for the receiver, and this call for the API for up to a
   * minute: it holds no other call up, and an aborted `signal` breaks it off, since nothing on the tenant is changed.
   */
  testWebhook(id: WebhookId, signal?: AbortSignal): Promise<Answer<TestAnswer>>;
  verifyKeys(signal?: AbortSignal): Promise<readonly VerifyKey[]>;
  /**
   * Epoch milliseconds by the API's clock, where its answers have shown that it differs from ours; otherwise by ours.
   */
  now(): number;
  /** HTTP requests sent so far, retries and tokens included. */
  readonly requestsSent: number;
  /** Aborts requests on the wire, ends all waiting and closes the connections. Later calls are refused. */
  close(): Promise<void>;
}

/**
 * Why a request is sent again. The values are few and fixed, because they are a label of a metric:
 * never connected · connection lost or answer cut · no answer in time · 408 or 5xx · 429 · a success that is not JSON ·
 * 401 for a token that looked valid · 401 for a signature dated by a clock that is off.
 */
export type RetryReason =
  | 'connect'
  | 'network'
  | 'timeout'
  | 'server-error'
  | 'rate-limit'
  | 'unreadable'
  | 'token'
  | 'clock';

/** One HTTP request, also a retry or a token request. */
export interface Answered extends RequestLabel {
  /** `error`: there was no answer, or it broke off. */
  readonly status: number | 'error';
  readonly durationMs: number;
  readonly requestId?: string;
  /** Our clock minus the API's `Date`, which has whole seconds: positive when ours is ahead. */
  readonly skewSeconds?: number;
}

export interface Retrying extends RequestLabel {
  readonly reason: RetryReason;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** The wait before the next attempt. */
  readonly waitMs: number;
  /** What went wrong, in words. */
  readonly message: string;
}

export interface ApiObserver {
  readonly answered?: (event: Answered) => void;
  readonly retrying?: (event: Retrying) => void;
}
