/**
 * A delete answered with a success and a body. A page that a gateway sends with 200 is no answer of the API, and what the API
 * would say there is not documented: only a look tells whether it was done.
 */
import { CredentialError } from '../http/credential-error.ts';
import type { Success } from '../http/success.ts';
import type { Observed } from '../subscription.ts';
import type { Answer } from './client.ts';
import { ApiError } from './errors.ts';

/** Throws ApiError with outcome `unknown` unless `look` finds nothing any more: 404 is proof here. */
export async function deletedForSure(
  { value: { status }, requestId }: Answer<Success>,
  look: () => Promise<Observed | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const left = await whatIsLeft(look, signal);
  if (!left) return;
  const { detail, cause } = left;
  const retryAfterMs = cause instanceof ApiError ? cause.retryAfterMs : undefined;
  const problem = { title: 'with a body, so that it may not have come from the API', detail };
  const request = { method: 'DELETE', route: '/webhooks/{webhook_id}' };
  throw new ApiError({ request, status, problem, outcome: 'unknown', requestId, retryAfterMs }, { cause });
}

async function whatIsLeft(
  look: () => Promise<Observed | undefined>,
  signal: AbortSignal,
): Promise<{ readonly detail: string; readonly cause?: unknown } | undefined> {
  try {
    return (await look()) && { detail: 'the subscription is still there' };
  } catch (error) {
    const isExpected = error instanceof ApiError || error instanceof CredentialError || signal.aborted;
    if (!isExpected || !(error instanceof Error)) throw error;
    return { detail: `it could not be looked for: ${error.message}`, cause: error };
  }
}
