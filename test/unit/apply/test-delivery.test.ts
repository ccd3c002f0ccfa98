import { describe, expect, it, vi } from 'vitest';
import type { Failure } from '../../../src/apply/outcome.ts';
import { sendTest } from '../../../src/apply/update.ts';
import { PassAborted } from '../../../src/reconcile/errors.ts';
import { ApiError } from '../../../src/upvest/errors.ts';

const ORDERS = { title: 'Orders', testOnChange: true };

/** A test delivery whose call throws `error`; gives what was reported of it. */
async function failing(error: unknown, signal = new AbortController().signal): Promise<readonly Failure[]> {
  const reported: Failure[] = [];
  const testWebhook = vi.fn<() => Promise<never>>().mockRejectedValue(error);
  const onTestFailed = (_title: string, failure: Failure) => void reported.push(failure);
  await sendTest(ORDERS, 'id-1', { client: { testWebhook }, signal, onTestFailed });
  return reported;
}

describe('a test delivery after a change', () => {
  it('that is refused is reported with the request id, and the change stands', async () => {
    const refused = new ApiError({
      request: { method: 'POST', route: '/webhooks/{webhook_id}/test' },
      status: 422,
      problem: { title: 'no receiver' },
      outcome: 'refused',
      requestId: 'request-1',
    });
    expect(await failing(refused)).toMatchObject([{ status: 422, requestId: 'request-1' }]);
  });

  it('that is stopped with the pass is reported, and the change stands', async () => {
    const stop = new AbortController();
    const reason = new PassAborted('shutting down');
    stop.abort(reason);
    expect(await failing(reason, stop.signal)).toEqual([{ message: 'shutting down' }]);
  });

  it('does not hide a fault of this program', async () => {
    await expect(failing(new TypeError('x is undefined'))).rejects.toThrow('x is undefined');
  });
});
