/** Why a pass failed, by what has to be looked at. */
import type { Failure } from '../../apply/outcome.ts';
import { ReconcilerError } from '../../base/errors.ts';
import { CheckoutError } from '../../reconcile/errors.ts';
import type { Pass } from '../../reconcile/pass.ts';
import { ApiError } from '../../upvest/errors.ts';
import type { FailureStatus } from '../status-document.ts';

type Answer = Pick<Failure, 'status' | 'requestId'> & { readonly retryAfterMs?: number | undefined };

/** Undefined: it did not. */
export function failureOf({ report, error, refusal }: Pass): FailureStatus | undefined {
  if (report.result !== 'failed') return undefined;
  const { error: message = '' } = report;
  if (refusal) return { kind: kindOf(refusal, 'credentials'), message, ...answered(refusal) };
  if (!(error instanceof ApiError)) return { kind: kindOfError(error), message };
  const { request, status, requestId, retryAfterMs } = error;
  const answer = {
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    retryAfterMs,
  };
  return { kind: kindOf(answer, 'api'), message, request: `${request.method} ${request.route}`, ...answered(answer) };
}

function kindOf({ status, retryAfterMs }: Answer, otherwise: FailureStatus['kind']): FailureStatus['kind'] {
  if (retryAfterMs !== undefined) return 'busy';
  return status === 401 || status === 403 ? 'credentials' : otherwise;
}

function kindOfError(error: unknown): FailureStatus['kind'] {
  if (!(error instanceof ReconcilerError)) return 'other';
  if (error instanceof CheckoutError)
    return error.reason === 'busy' || error.reason === 'moving' ? 'checkout-busy' : 'checkout';
  if (error.code === 'credential') return 'credentials';
  return error.code === 'incomplete-listing' ? 'api' : 'other';
}

function answered({ status, requestId }: Answer): Pick<FailureStatus, 'status' | 'requestId'> {
  return { ...(status !== undefined && { status }), ...(requestId !== undefined && { requestId }) };
}
