import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/apply/outcome.ts';
import { failureOf } from '../../../src/daemon/status/failure.ts';
import { CheckoutError } from '../../../src/reconcile/errors.ts';
import { ApiError, type ApiFailure, IncompleteListingError } from '../../../src/upvest/errors.ts';
import { passEnded } from '../../support/pass-ended.ts';

const MESSAGE = 'what happened';
const request = { method: 'GET', route: '/webhooks' };

const api = (over: Partial<ApiFailure>) =>
  new ApiError({ request, problem: { title: 'it failed' }, outcome: 'refused', ...over });

function failure(error: unknown, refusal?: Failure) {
  const { report } = passEnded([], { result: 'failed', error: MESSAGE }).pass;
  return failureOf({ report, error, again: 'later', ...(refusal && { refusal }) });
}

describe('why a pass failed', () => {
  it.each([
    ['the API gave no answer', api({}), { kind: 'api', request: 'GET /webhooks' }],
    [
      'the API failed',
      api({ status: 502, requestId: 'r' }),
      { kind: 'api', request: 'GET /webhooks', status: 502, requestId: 'r' },
    ],
    ['we were refused', api({ status: 401 }), { kind: 'credentials', request: 'GET /webhooks', status: 401 }],
    ['we were to wait', api({ status: 429, retryAfterMs: 1 }), { kind: 'busy', request: 'GET /webhooks', status: 429 }],
    ['the listing was torn', new IncompleteListingError('torn'), { kind: 'api' }],
    ['the checkout is gone', new CheckoutError('hanging', 'gone'), { kind: 'checkout' }],
    ['git is at work in the checkout', new CheckoutError('busy', 'index.lock'), { kind: 'checkout-busy' }],
    ['the checkout is being written', new CheckoutError('moving', 'changed'), { kind: 'checkout-busy' }],
    ['there is a bug', new TypeError('canary'), { kind: 'other' }],
  ])('is told where %s', (_where, error, told) => {
    expect(failure(error)).toEqual({ ...told, message: MESSAGE });
  });

  it.each([
    ['every change was refused', { status: 403, requestId: 'r' }, { kind: 'credentials', status: 403, requestId: 'r' }],
    ['a credential cannot be used', {}, { kind: 'credentials' }],
    ['changes were to wait', { status: 503, retryAfterMs: 1 }, { kind: 'busy', status: 503 }],
  ])('is told where %s after the look', (_where, refusal, told) => {
    expect(failure(undefined, { message: MESSAGE, ...refusal })).toEqual({ ...told, message: MESSAGE });
  });

  it('is not told of a pass that did not fail', () => {
    expect(failureOf(passEnded([]).pass)).toBeUndefined();
  });
});
