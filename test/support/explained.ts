/** Subscriptions and situations to explain: a test names what matters to it. */
import { unfinished } from '../../src/plan/guard.ts';
import type { Guard, Withheld } from '../../src/plan/plan.ts';
import { explain } from '../../src/reconcile/explain.ts';
import type { Explained, Situation } from '../../src/reconcile/explain/phrases.ts';
import { differs, differsFromNothing } from '../../src/subscription/diff.ts';
import type { Desired, Observed } from '../../src/subscription/subscription.ts';
import { desired, observed } from './subscriptions.ts';

export const ANNA = { id: '9c4e1fa0'.padEnd(40, '0'), author: 'Anna', subject: 'Move the order hooks' };
export const DRIFT = { after: '2026-11-24T14:25:00.000Z', before: '2026-11-24T14:26:00.412Z' };

export function situation(over: Partial<Situation> = {}): Situation {
  const policy = { adopt: 'exact', maxDeletes: { count: 1 }, quarantineMs: 0, tombstones: 'any' } as const;
  return { mode: 'sync', withheld: [], policy, isStale: false, ...over };
}

/** An entry beside what the tenant has of it; `there` undefined: nothing. */
export function wanted(
  state: Explained['state'],
  entry: Partial<Desired>,
  there: Partial<Observed> | undefined,
  over: Partial<Explained> = {},
): Explained {
  const wants = desired(entry);
  const has = there && observed(there);
  return {
    title: wants.title,
    state,
    source: 'orders.yaml:4:5',
    desired: wants,
    observed: has ?? null,
    differs: has ? differs(wants, has) : differsFromNothing(wants),
    ...over,
  };
}

/** What the tenant has and git does not want. */
export function unwanted(state: Explained['state'], over: Partial<Explained> = {}): Explained {
  const has = observed();
  return { title: has.title, state, id: has.id, desired: null, observed: has, differs: [], because: 'pruned', ...over };
}

/** The commit removed the entry. */
export const REMOVED = {
  commit: { ...ANNA, removed: { source: 'orders.yaml:4:5', lastIn: '0'.repeat(40) } },
};

/** What a pass reports of these guards, each with two deletes. */
export function withheldBy(...guards: readonly Guard[]): readonly Withheld[] {
  const { howToLift } = unfinished([{ title: 'Users', why: 'in conflict' }]);
  return guards.map((guard) => ({ guard, deletes: 2, howToLift }));
}

export function said(subscription: Explained, over: Partial<Situation> = {}): string {
  return explain(subscription, situation(over));
}
