/** The plan of a pass in which nothing prevents any action, apart from what the test names. */
import type { Policy } from '../../../src/config/config.ts';
import { compileOwns } from '../../../src/config/owns.ts';
import { planPass, type PassInput } from '../../../src/plan/plan-pass.ts';
import type { Action, Plan } from '../../../src/plan/plan.ts';
import type { FileProblem, PlanContext } from '../../../src/plan/render/describe.ts';
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

/** What a plan is shown with, where the files have no problems. */
export function contextOf(over: Partial<PlanContext> = {}): PlanContext {
  return {
    tenant: { url: 'https://sandbox.upvest.co', clientId: 'client-1' },
    mode: 'sync',
    revision: { id: 'abc' },
    problems: [],
    errors: 0,
    ...over,
  };
}

/** An error of a file and a warning, with the fields that no reader of a plan asks for. */
export const PROBLEMS = [
  {
    severity: 'error',
    file: 'webhooks/orders.yaml',
    line: 3,
    column: 5,
    field: 'config.delay',
    message: '"1 minute" is not a duration',
    rule: 'duration',
    title: 'Orders',
  },
  {
    severity: 'warning',
    file: 'webhooks/users.yaml',
    line: 1,
    column: 3,
    field: '',
    message: 'unknown category @team',
    rule: 'unknown-category',
  },
] as const satisfies readonly (FileProblem & { readonly title?: string })[];

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
