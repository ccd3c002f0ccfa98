/** What an exchange means for the call it was made for: a value, a failure, and whether to send again. */
import type { Exchanged } from '../http/exchange.ts';
import { LONGEST_WAIT_MS, retryAfter } from '../http/retry-after.ts';
import { contentCoding, type Success, success, Unreadable } from '../http/success.ts';
import type { ApiFailure, Outcome, RequestLabel } from './errors.ts';
import type { RetryReason } from './observer.ts';
import { problemDocument } from './problem-document.ts';

export interface Expectation<T> {
  readonly label: RequestLabel;
  /** It may be carried out twice without harm: everything but `POST /webhooks` and test deliveries. */
  readonly isRepeatable: boolean;
  /** Understands a success. Throws Unreadable. */
  readonly read: (answer: Success) => T;
  /** What 404 means, where it is not a failure. `mayBeOurs`: an earlier attempt of the same call may have been carried out. */
  readonly absent?: (mayBeOurs: boolean) => T;
}

export type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure; readonly again?: Again };

/** `afterMs`: the wait the API asked for. */
export interface Again {
  readonly reason: RetryReason;
  readonly afterMs?: number | undefined;
}

export interface Circumstances {
  readonly requestId?: string | undefined;
  /** What was sent and must not be repeated in a message. */
  readonly secrets: readonly string[];
  /** An earlier attempt may have been carried out. */
  readonly mayBeOurs: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What somebody can do about a status. */
  readonly hint: (status: number) => string | undefined;
}

export function verdict<T>(expected: Expectation<T>, exchanged: Exchanged, about: Circumstances): Verdict<T> {
  const { label, isRepeatable } = expected;
  if (!exchanged.answered) {
    const outcome = exchanged.sent ? 'unknown' : 'refused';
    const failure = { request: label, problem: { title: exchanged.message }, outcome } as const;
    // Barred is for good: by the time of another attempt somebody else may be at it.
    if (exchanged.reason === 'barred' || !mayRepeat(outcome, isRepeatable)) return { ok: false, failure };
    return { ok: false, failure, again: { reason: exchanged.reason } };
  }
  const { status, headers, body } = exchanged;
  const coding = contentCoding(headers);
  if (status >= 200 && status < 300) return understood(expected, success(status, body, coding), about.requestId);
  if (status === 404 && expected.absent) return { ok: true, value: expected.absent(about.mayBeOurs) };

  // 408 says that the request came too slowly for somebody on the way; whoever said so need not be the API. A redirect says
  // where to send it instead.
  const outcome = status >= 300 && status < 500 && status !== 408 ? 'refused' : 'unknown';
  const { problem, requestId } = problemDocument(status, body, about.secrets, coding);
  const failure: ApiFailure = {
    request: label,
    status,
    problem,
    outcome,
    requestId: about.requestId ?? requestId,
    hint: about.hint(status),
  };
  const reason = status === 429 ? 'rate-limit' : status >= 500 || status === 408 ? 'server-error' : undefined;
  const waitMs = retryAfter(headers, about.now, LONGEST_PAUSE_MS) ?? 0;
  if ((status === 429 || status === 503) && waitMs > LONGEST_WAIT_MS) {
    return { ok: false, failure: { ...failure, retryAfterMs: waitMs, hint: comeBackAt(about.now + waitMs) } };
  }
  if (reason === undefined || !mayRepeat(outcome, isRepeatable)) return { ok: false, failure };
  return { ok: false, failure, again: { reason, afterMs: Math.min(waitMs, LONGEST_WAIT_MS) } };
}

/** However long an API asks to be left alone: by then whoever asked may be gone. */
const LONGEST_PAUSE_MS = 3_600_000;

function comeBackAt(time: number): string {
  return `It asks to be left alone (Retry-After): try again at ${new Date(time).toISOString()}`;
}

function mayRepeat(outcome: Outcome, isRepeatable: boolean): boolean {
  return isRepeatable || outcome === 'refused';
}

function understood<T>(expected: Expectation<T>, answer: Success, requestId: string | undefined): Verdict<T> {
  try {
    return { ok: true, value: expected.read(answer) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const failure: ApiFailure = {
      request: expected.label,
      status: answer.status,
      problem: { title: 'with something that cannot be understood', detail: error.message },
      // It did answer with success: carried out, most likely.
      outcome: 'unknown',
      requestId,
    };
    return { ok: false, failure, ...(error.isGarbled && expected.isRepeatable && { again: { reason: 'unreadable' } }) };
  }
}
