/** The plan of a pass in which nothing prevents any action, apart from what the test names. */
import type { Policy } from '../../../src/config/config.ts';
import { compileOwns } from '../../../src/config/owns.ts';
import { planPass, type PassInput } from '../../../src/plan/plan-pass.ts';
import type { Action, Plan } from '../../../src/plan/plan.ts';
import type { Observed } from '../../../src/subscription/subscription.ts';
import { observed } from '../../support/subscriptions.ts';
import { PERMISSIVE } from '../../support/policy.ts';

export const NOW = Date.parse('2026-06-01T12:00:00Z');

export function planOf({
  policy: some,
  ...over
}: Partial<Omit<PassInput, 'policy'>> & { policy?: Partial<Policy> }): Plan {
  const policy: Policy = { ...PERMISSIVE, ...some };
  return planPass({
    desired: [],
    tombstones: [],
    observed: [],
    isOwned: compileOwns(policy.owns),
    checkoutValid: true,
    now: NOW,
    ...over,
    policy,
  });
}

/** `Old 0`, `Old 1`, each with its own url. */
export function several(count: number, title: string, over: Partial<Observed> = {}): Observed[] {
  return Array.from({ length: count }, (_, index) =>
    observed({ title: `${title} ${index}`, url: `https://a.tld/${title}/${index}`, ...over }),
  );
}

/** `update Users → People`, `delete Old (pruned)`: what a reader of the plan would say. */
export function said(actions: readonly Action[]): string[] {
  return actions.map((action) => {
    if (action.kind === 'create') return `create ${action.desired.title}`;
    if ('because' in action) return `${action.kind} ${action.observed.title} (${action.because})`;
    const { desired, observed } = action;
    return `${action.kind} ${observed.title === desired.title ? '' : `${observed.title} → `}${desired.title}`;
  });
}
