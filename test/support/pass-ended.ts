/** A pass that has ended, as sinks are told of it. */
import { PERMISSIVE } from './policy.ts';
import type { Drift } from '../../src/reconcile/drift.ts';
import type { Pass } from '../../src/reconcile/pass.ts';
import type { Snapshot, SubscriptionStatus } from '../../src/reconcile/report.ts';
import type { Facts } from '../../src/daemon/status/facts.ts';
import type { Happening } from '../../src/runtime/happening.ts';

export function status(over: Partial<SubscriptionStatus> = {}): SubscriptionStatus {
  return {
    title: 'Orders',
    state: 'InSync',
    url: 'https://hooks.example.com/orders',
    type: ['ALL'],
    enabled: true,
    source: 'webhooks.yaml:1:1',
    desired: null,
    observed: null,
    differs: [],
    ...over,
  };
}

export function passEnded(
  subscriptions: readonly SubscriptionStatus[],
  { problems = [], ...over }: Partial<Pick<Snapshot, 'problems'>> & Partial<Pass['report']> = {},
): Extract<Happening, { kind: 'pass-ended' }> {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return {
    kind: 'pass-ended',
    pass: {
      report: {
        startedAt: '2026-11-24T08:00:00.000Z',
        durationMs: 1,
        trigger: 'schedule',
        result: 'incomplete',
        changes: { create: 0, enable: 0, update: 0, delete: 0 },
        withheld: [],
        requests: 1,
        ...over,
      },
      snapshot: {
        revision: { id: 'r1' },
        observedAt: Date.parse('2026-11-24T08:00:00Z'),
        subscriptions,
        unmanaged: [],
        warnings: [],
        checkoutErrors: errors,
        problems,
      },
      again: 'no',
    },
    endedAt: Date.parse('2026-11-24T08:00:01Z'),
  };
}

/** A clock that stands still. */
export const STILL = { now: () => Date.parse('2026-11-24T08:00:00Z'), uptime: () => 0 };

/** What a daemon knows beside its passes. */
export const FACTS: Facts = {
  tenant: { url: 'https://api.tld', clientId: null },
  instance: 'reconciler-1',
  mode: 'sync',
  nextPassAt: Date.parse('2026-11-24T08:01:00Z'),
  freezeWindows: [],
  resync: { every: '* * * * *', timezone: 'UTC' },
  sourceUrl: null,
  policy: PERMISSIVE,
};

export function drifted(over: Partial<Drift> = {}): Extract<Happening, { kind: 'drifted' }> {
  const between = { after: '2026-11-24T07:59:00.000Z', before: '2026-11-24T08:00:00.000Z' };
  return {
    kind: 'drifted',
    drift: { origin: 'remote', title: 'Orders', id: 'id-1', changes: [], between, ...over },
    revision: 'r1',
  };
}
