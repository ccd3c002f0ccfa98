/** The webhook calls of the Upvest API, as the rest of the program sees them. */
import type { CreateBody, Observed, UpdateBody, WebhookId } from '../subscription.ts';

/** A value and the `upvest-request-id` of the answer that brought it. */
export interface Answer<T> {
  readonly value: T;
  readonly requestId?: string;
}

/** What the receiver of a test delivery answered, where the API says so (2026 reference); `undefined`: accepted, no more is known. */
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
 * Every call may throw ApiError (an answer, or none) and CredentialError; with an aborted `signal` the signal's reason.
 * `signal` stops waiting (for a place, for a retry) and starting; a request on the wire is finished, up to its timeout.
 */
export interface UpvestClient {
  /** All subscriptions, provably complete. Throws IncompleteListingError after 3 tries. */
  listWebhooks(signal?: AbortSignal): Promise<readonly Observed[]>;
  /** `undefined`: there is none (404). `admin`: use the admin token, which the caller is about to need anyway. */
  getWebhook(id: WebhookId, signal?: AbortSignal): Promise<Observed | undefined>;
  /** Sent once: an ApiError with outcome `unknown` may have been carried out (only 429 and refusals before sending are retried). */
  createWebhook(body: CreateBody, signal?: AbortSignal): Promise<Answer<Observed>>;
  /** `undefined`: there is no such subscription any more (404). */
  updateWebhook(id: WebhookId, body: UpdateBody, signal?: AbortSignal): Promise<Answer<Observed | undefined>>;
  /** 404 counts as done. */
  deleteWebhook(id: WebhookId, signal?: AbortSignal): Promise<Answer<'deleted' | 'absent'>>;
  testWebhook(id: WebhookId, signal?: AbortSignal): Promise<Answer<TestAnswer>>;
  verifyKeys(signal?: AbortSignal): Promise<readonly VerifyKey[]>;
  /** HTTP requests sent so far, repeats and tokens included. */
  readonly requestsSent: number;
  /** Ends requests in flight and closes connections. */
  close(): Promise<void>;
}
