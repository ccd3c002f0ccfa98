/** What the client tells while it works, so that metrics and logs are made elsewhere. Callbacks must not throw. */
import type { RequestLabel } from './errors.ts';

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
