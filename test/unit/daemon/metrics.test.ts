import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/daemon/metrics.ts';
import type { SubscriptionState } from '../../../src/reconcile/report.ts';

const TENANT = { url: 'https://user:canary@api.tenant.tld/?key=canary', clientId: 'client-1' };

describe('the metrics', () => {
  it('name the tenant, without what its url holds in confidence', async () => {
    expect(await seriesOf('tenant_info', [])).toEqual([
      'webhook_reconciler_tenant_info{url="https://***@api.tenant.tld/?***",client_id="client-1"} 1',
    ]);
  });

  it('name what is not in sync, and nothing that is', async () => {
    expect(await seriesOf('subscription_info', ['InSync', 'Withheld', 'Conflict'])).toEqual([
      'webhook_reconciler_subscription_info{title="Orders 2",state="Conflict"} 1',
      'webhook_reconciler_subscription_info{title="Orders 1",state="Withheld"} 1',
    ]);
  });

  it('name 100 subscriptions at the most, the worrying ones first', async () => {
    const pending = Array<SubscriptionState>(500).fill('Pending');
    const series = await seriesOf('subscription_info', [...pending, 'Failed']);
    expect(series).toHaveLength(100);
    expect(series[0]).toContain('{title="Orders 500",state="Failed"}');
  });

  it('forget a subscription once it is in sync', async () => {
    const metrics = metricsOf(true);
    ends(metrics, ['Failed']);
    await metrics.text();
    ends(metrics, ['InSync']);
    expect(await metrics.text()).not.toContain('subscription_info{');
  });

  it('name no subscription where server.subscriptionMetrics is false', async () => {
    expect(await seriesOf('subscription_info', ['Failed'], false)).toEqual([]);
  });
});

async function seriesOf(name: string, states: readonly SubscriptionState[], showsSubscriptions = true) {
  const metrics = metricsOf(showsSubscriptions);
  ends(metrics, states);
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(`webhook_reconciler_${name}{`));
}

function metricsOf(showsSubscriptions: boolean): Metrics {
  return new Metrics(() => ({ leads: true, tenant: TENANT, showsSubscriptions }));
}

function ends(metrics: Metrics, states: readonly SubscriptionState[]): void {
  const subscriptions = states.map(
    (state, n) => ({ title: `Orders ${n}`, state, desired: null, observed: null, differs: [] }) as const,
  );
  const snapshot = {
    revision: { id: 'one' },
    subscriptions,
    unmanaged: [],
    warnings: [],
    observedAt: 0,
    checkoutErrors: 0,
    problems: [],
  };
  const changes = { create: 0, enable: 0, update: 0, delete: 0 };
  const report = {
    startedAt: '2026-11-24T08:00:00.000Z',
    durationMs: 0,
    trigger: 'schedule',
    result: 'incomplete',
    changes,
    withheld: [],
    requests: 2,
  } as const;
  metrics.sink({ kind: 'pass-ended', pass: { report, snapshot, again: 'no' }, endedAt: 0 });
}
