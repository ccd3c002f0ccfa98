/** The webhook calls of the Upvest API, as the rest of the program sees them. */
import type { CreateBody, Listing, Observed, UpdateBody, WebhookId } from '../subscription/subscription.ts';
import type { RequestLabel } from './errors.ts';

/** A value and the `upvest-request-id` of the answer that brought it. */
export interface Answer<T> {
  readonly value: T;
  readonly requestId?: string;
}

/** What the receiver of a test delivery answered, where the API says so (docs/upvest-api.md, 4.2); `undefined`: accepted, no more is known. */
export type TestAnswer = unknown;

/** A public key of Upvest's for verifying deliveries (JWK, EC P-521). */
export interface VerifyKey {
  readonly kid: string;
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

/**
 * Made by `createClient`. Listing and keys use a token for `webhooks:read`; one for `webhooks:admin` is fetched with the first change.
 * Every call may throw ApiError (an answer, or none) and CredentialError, a change NotLeaderError as well; with an aborted `signal` the signal's reason.
 * `signal` stops waiting (for a place, for a retry) and starting; a request on the wire is finished, up to its timeout, and
 * counts if it succeeds. Network faults, timeouts, 408, 429 and 5xx are retried as often as configured, unless a call says otherwise.
 */
export interface UpvestClient {
  /**
   * All subscriptions, provably complete. Listed again up to 3 times, then throws IncompleteListingError. What it shows without
   * title or url is read by id. Ids are in lower case, here and below.
   */
  listWebhooks(signal?: AbortSignal): Promise<Listing>;
  /** `undefined`: there is none (404). Uses the admin token where only that one is at hand. */
  getWebhook(id: WebhookId, signal?: AbortSignal): Promise<Observed | undefined>;
  /** Sent once: an ApiError with outcome `unknown` may have been carried out (only 429 and refusals before sending are retried). */
  createWebhook(body: CreateBody, signal?: AbortSignal): Promise<Answer<Observed>>;
  /** `absent`: there is no such subscription (404). `accepted`: a success that does not show it (204, or an empty body). */
  updateWebhook(
    id: WebhookId,
    body: UpdateBody,
    signal?: AbortSignal,
  ): Promise<Answer<Observed | 'accepted' | 'absent'>>;
  /**
   * 404 counts as done: `absent`, or `deleted` where an earlier attempt of this very call may have done it. Answered with a
   * success and a body, it is looked after once: an ApiError with outcome `unknown` unless it is gone.
   */
  deleteWebhook(id: WebhookId, signal?: AbortSignal): Promise<Answer<'deleted' | 'absent'>>;
  /** Sent once, like a create. 404 is an ApiError. */
  testWebhook(id: WebhookId, signal?: AbortSignal): Promise<Answer<TestAnswer>>;
  verifyKeys(signal?: AbortSignal): Promise<readonly VerifyKey[]>;
  /** Epoch ms by the clock of the API, where its answers have shown that to be another than ours; else by ours. */
  now(): number;
  /** HTTP requests sent so far, repeats and tokens included. */
  readonly requestsSent: number;
  /** Breaks off requests on the wire, ends all waiting and closes connections. Calls made afterwards are refused. */
  close(): Promise<void>;
}

/**
 * Why a request is sent again. Few and fixed, since they become a metric's label:
 * never connected · connection lost or answer cut · no answer in time · 408 or 5xx · 429 · a success that is no JSON ·
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

/** One HTTP request, repeats and tokens included. */
export interface Answered extends RequestLabel {
  /** `error`: no answer, or one that broke off. */
  readonly status: number | 'error';
  readonly durationMs: number;
  readonly requestId?: string;
  /** Our clock minus the API's `Date`, which counts whole seconds: positive when ours is ahead. */
  readonly skewSeconds?: number;
}

export interface Retrying extends RequestLabel {
  readonly reason: RetryReason;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** Until the next attempt. */
  readonly waitMs: number;
  /** What went wrong, for people. */
  readonly message: string;
}

export interface ApiObserver {
  readonly answered?: (event: Answered) => void;
  readonly retrying?: (event: Retrying) => void;
}
