import { describe, expect, it } from 'vitest';
import { reasonsIn } from '../../../src/daemon/reasons.ts';
import type { Problem } from '../../../src/document/problems.ts';
import type { Snapshot, SubscriptionStatus } from '../../../src/reconcile/report.ts';
import { desired, observed } from '../../support/subscriptions.ts';

describe('the reasons of health', () => {
  it('name the subscription, its state and the cause', () => {
    const { worries } = reasonsIn(snapshot([status({ error: { message: 'another one has its url' } })]));
    expect(worries).toEqual(['"Orders" Conflict: another one has its url']);
  });

  it('name the fields where there is no message', () => {
    const differs = [{ field: 'url', from: 'a', to: 'b' }] as const;
    expect(reasonsIn(snapshot([status({ state: 'Contested', differs })])).worries).toEqual([
      '"Orders" Contested: differs in url',
    ]);
  });

  it('name the place of an error in a file, and not its entry once more', () => {
    const leftOut = status({ state: 'Failed', desired: null, observed: null, source: 'a.yaml:2:3' });
    expect(reasonsIn(snapshot([leftOut], [problem(2)])).worries).toEqual(['a.yaml:2:3: url: is missing']);
  });

  it('do not mention what may be left as it is', () => {
    const calm = (['InSync', 'Suspended', 'Unmanaged', 'Withheld'] as const).map((state) => status({ state }));
    expect(reasonsIn(snapshot(calm)).worries).toEqual([]);
  });

  it('are few, however many subscriptions and files they are about', () => {
    const failed = Array.from({ length: 1_000 }, (_, n) => status({ title: `Orders ${n}`, state: 'Failed', error }));
    const problems = Array.from({ length: 1_000 }, (_, n) => problem(n + 1));
    expect(reasonsIn({ ...snapshot(failed, problems), checkoutErrors: 5_000 }).worries).toEqual([
      'a.yaml:1:3: url: is missing',
      'a.yaml:2:3: url: is missing',
      'a.yaml:3:3: url: is missing',
      'and 4997 more errors in the files of the checkout: see /status',
      '"Orders 0" Failed: refused',
      '"Orders 1" Failed: refused',
      '"Orders 2" Failed: refused',
      'and 997 more Failed: see /status',
    ]);
  });

  it('mask what urls hold in confidence before they are cut', () => {
    const message = `https://hooks.tenant.tld/${'x'.repeat(380)}?token=canary and https://user:canary@hooks.tenant.tld/`;
    const [reason = ''] = reasonsIn(snapshot([status({ error: { message } })])).worries;
    expect(reason).not.toContain('canary');
    expect(reason.length).toBeLessThan(500);
  });
});

const error = { message: 'refused' };

function status(over: Partial<SubscriptionStatus>): SubscriptionStatus {
  return { title: 'Orders', state: 'Conflict', desired: desired(), observed: observed(), differs: [], ...over };
}

function problem(line: number): Problem {
  return { severity: 'error', file: 'a.yaml', line, column: 3, field: 'url', message: 'is missing', rule: 'required' };
}

function snapshot(subscriptions: readonly SubscriptionStatus[], problems: readonly Problem[] = []): Snapshot {
  const checkoutErrors = problems.length;
  return {
    revision: { id: 'one' },
    observedAt: 0,
    subscriptions,
    unmanaged: [],
    warnings: [],
    checkoutErrors,
    problems,
  };
}
