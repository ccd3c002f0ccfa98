/** Repeats an attempt that may be repeated, with growing waits, until it succeeds or the retries are used up. */
import pRetry from 'p-retry';
import type { Clock } from '../base/clock.ts';
import { ReconcilerError } from '../base/errors.ts';
import type { Retrying } from './client.ts';
import { ApiError, type ApiFailure } from './errors.ts';
import type { Again, Verdict } from './verdict.ts';

export interface RetryOptions {
  readonly retries: number;
  readonly clock: Clock;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Whether to repeat even what cannot succeed before somebody changes something, such as a certificate. */
  readonly isPatient: boolean;
  readonly onRetrying?: ((event: Retrying) => void) | undefined;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Thrown to p-retry for an attempt that is to be repeated. */
class Unlucky extends ReconcilerError {
  override readonly name = 'Unlucky';
  override readonly code = 'worth-retrying';
  readonly failure: ApiFailure;
  readonly again: Again;

  constructor(failure: ApiFailure, again: Again) {
    super('worth another attempt');
    this.failure = failure;
    this.again = again;
  }
}

/**
 * Throws ApiError. With an aborted `signal` it throws the reason, but only instead of waiting or starting: an attempt
 * that succeeds after the abort counts as a success, and one that fails for good throws its ApiError.
 * `attempt` gets whether an earlier attempt may have been carried out.
 */
export async function retry<T>(
  attempt: (mayBeOurs: boolean) => Promise<Verdict<T>>,
  { retries, clock, random, isPatient, onRetrying }: RetryOptions,
  signal?: AbortSignal,
): Promise<T> {
  let mayBeOurs = false;
  let attempts = 0;
  try {
    return await pRetry(
      async () => {
        attempts += 1;
        const outcome = await attempt(mayBeOurs);
        if (outcome.ok) return outcome.value;
        mayBeOurs ||= outcome.failure.outcome === 'unknown';
        if (outcome.again && (isPatient || !outcome.again.isLasting)) throw new Unlucky(outcome.failure, outcome.again);
        throw new ApiError(told(outcome.failure));
      },
      {
        retries,
        // The wait is done below: p-retry does not know Retry-After, and with a signal it would drop a late success.
        minTimeout: 0,
        shouldRetry: async ({ error }) => {
          if (!(error instanceof Unlucky)) return false;
          const waitMs = wait(attempts, error.again, random());
          const { reason } = error.again;
          // What to do about it is said once, by the error, should the last attempt fail too.
          const { message } = new ApiError({ ...error.failure, hint: undefined });
          signal?.throwIfAborted();
          onRetrying?.({ ...error.failure.request, reason, attempt: attempts, waitMs, message });
          await clock.sleep(waitMs, signal);
          return true;
        },
      },
    );
  } catch (error) {
    if (error instanceof Unlucky) throw new ApiError(told(error.failure));
    // Getting ready for a further attempt has failed, such as its token request. The earlier attempt may still count.
    if (error instanceof ApiError && mayBeOurs) throw error.withOutcome('unknown');
    throw error;
  }

  function told(failure: ApiFailure): ApiFailure {
    return { ...failure, attempts, outcome: mayBeOurs ? 'unknown' : failure.outcome };
  }
}

/**
 * Milliseconds: doubling from half a second, less a random part of up to half, and never less than the API asked for.
 */
function wait(attempts: number, { afterMs = 0 }: Again, chance: number): number {
  const backOff = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  return Math.round(Math.max(backOff * (1 - chance / 2), afterMs));
}
