import { describe, expect, it } from 'vitest';
import { config, load, problems } from './load.ts';

const RECONCILER_LEASE = 'payments/webhook-reconciler';

describe('the lease', () => {
  it('is absent unless it is set', async () => {
    expect((await config()).lease).toBeUndefined();
  });

  it('has the times of client-go by default, and a term that ends before a change could outlast it', async () => {
    expect((await config({ env: { RECONCILER_LEASE } })).lease).toEqual({
      namespace: 'payments',
      name: 'webhook-reconciler',
      durationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
      termMs: 4_850,
    });
  });

  it('has a term as long as the renew deadline where requests are short', async () => {
    expect((await config({ env: { RECONCILER_LEASE, UPVEST_TIMEOUT: '2s' } })).lease?.termMs).toBe(10_000);
  });

  it.each([
    ['webhook-reconciler', 'is not a lease: write namespace/name, such as payments/webhook-reconciler'],
    ['a/b/c', 'is not a lease: write namespace/name, such as payments/webhook-reconciler'],
    ['/b', 'is not a lease: write namespace/name, such as payments/webhook-reconciler'],
    ['a/', 'is not a lease: write namespace/name, such as payments/webhook-reconciler'],
  ])('cannot be called %s', async (name, message) => {
    expect(await problems({ env: { RECONCILER_LEASE: name } })).toEqual([
      `RECONCILER_LEASE lease: "${name}" ${message}`,
    ]);
  });

  it.each(['Payments/x', 'pay.ments/x', `${'p'.repeat(64)}/x`, '-a/x'])(
    'cannot be in a namespace: %s',
    async (name) => {
      expect((await problems({ env: { RECONCILER_LEASE: name } })).join()).toContain(
        'is not a namespace: write lower-case',
      );
    },
  );

  it.each(['a/X', 'a/x..y', 'a/x_y', 'a/x-', `a/${'x'.repeat(254)}`])('cannot have the name in %s', async (name) => {
    expect((await problems({ env: { RECONCILER_LEASE: name } })).join()).toContain(
      'is not the name of a lease: write lower-case',
    );
  });

  it('may have dots in its name', async () => {
    expect((await config({ flags: { lease: 'a/x.y-1.z' } })).lease?.name).toBe('x.y-1.z');
  });
});

describe('times of the lease that would let two act at once, or none,', () => {
  it.each([
    [
      '{ renewDeadline: 15s }',
      'config.yaml:2:30 kubernetes.renewDeadline: kubernetes.renewDeadline (15s) must be less than kubernetes.leaseDuration (15s): a holder gives up before another may take the lease',
    ],
    [
      '{ leaseDuration: 9s }',
      'config.yaml:2:30 kubernetes.leaseDuration: kubernetes.renewDeadline (10s) must be less than kubernetes.leaseDuration (9s): a holder gives up before another may take the lease',
    ],
    [
      '{ retryPeriod: 9s }',
      'config.yaml:2:28 kubernetes.retryPeriod: kubernetes.renewDeadline (10s) must be more than 1.2 times kubernetes.retryPeriod (9s): there must be time for another try',
    ],
    [
      '{ retryPeriod: 5s }',
      'config.yaml:2:28 kubernetes.retryPeriod: api.timeout (10s) is too long for kubernetes.leaseDuration (15s) and kubernetes.retryPeriod (5s): a change has to be over before another instance may take the lease, so that 4850 ms of each term are left to begin one, and more than 6000 ms are needed to renew it in between; lower api.timeout to 8849ms at most or raise kubernetes.leaseDuration to 17s',
    ],
    [
      '{ leaseDuration: 1500ms }',
      'config.yaml:2:30 kubernetes.leaseDuration: "1500ms" is not a whole number of seconds',
    ],
  ])('are refused: %s', async (times, problem) => {
    expect(await problems({ file: `lease: ${RECONCILER_LEASE}\nkubernetes: ${times}` })).toEqual([problem]);
  });

  it('are refused where a request may take too long, and the fix in the message works', async () => {
    const env = { RECONCILER_LEASE, UPVEST_TIMEOUT: '13s' };
    expect(await problems({ env })).toEqual([
      'UPVEST_TIMEOUT api.timeout: api.timeout (13s) is too long for kubernetes.leaseDuration (15s) and kubernetes.retryPeriod (2s): a change has to be over before another instance may take the lease, so that 1850 ms of each term are left to begin one, and more than 2400 ms are needed to renew it in between; lower api.timeout to 12449ms at most or raise kubernetes.leaseDuration to 16s',
    ]);
    expect((await load({ env: { ...env, UPVEST_TIMEOUT: '12449ms' } })).ok).toBe(true);
    expect((await load({ env, file: 'kubernetes: { leaseDuration: 16s }' })).ok).toBe(true);
  });

  it('do not matter without a lease', async () => {
    expect(await problems({ file: 'kubernetes: { renewDeadline: 15s }' })).toEqual([]);
  });
});
