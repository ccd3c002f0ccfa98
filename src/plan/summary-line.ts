/** The plan in one line. */
import type { ActionKind, Plan, Standing } from './plan.ts';
import { planExitStatus } from './plan-exit-status.ts';

const VERBS: Readonly<Record<ActionKind, string>> = {
  create: 'to create',
  enable: 'to enable',
  update: 'to update',
  quarantine: 'to quarantine',
  delete: 'to delete',
};

/** `Plan: 2 to create, 1 to delete, 3 withheld.`, or `In sync: 12 subscriptions.` */
export function summaryLine(plan: Plan): string {
  if (planExitStatus(plan) === 0) return settled(plan);
  const counts = Object.groupBy(plan.actions, ({ kind }) => kind);
  const parts = [
    ...(['create', 'enable', 'update', 'quarantine', 'delete'] as const).map((kind) => part(counts[kind], VERBS[kind])),
    part(plan.heldBack, 'withheld'),
    part(plan.conflicts, plan.conflicts.length === 1 ? 'conflict' : 'conflicts'),
    part(plan.pending, 'pending'),
  ].flatMap((text) => text ?? []);
  return `Plan: ${parts.join(', ')}.${plan.hold ? ` ${HOLDS[plan.hold]}` : ''}`;
}

const HOLDS: Readonly<Record<NonNullable<Plan['hold']>, string>> = {
  standby: 'Nothing of it is carried out by this instance: another one holds the lease.',
  observe: 'Nothing of it is carried out: the mode is observe.',
  freeze: 'Nothing of it is carried out now: a freeze window is open.',
};

/** Entries that differ, or are missing, and that this plan leaves so: suspended, or not for this mode to change. */
export function leftAsTheyAre({ actions, standings }: Plan): readonly Standing[] {
  const acted = new Set(actions.flatMap((action) => ('desired' in action ? action.desired.title : [])));
  return standings.filter(
    ({ desired, observed, state, changes }) =>
      state !== 'conflict' && state !== 'pending' && !acted.has(desired.title) && (changes.length > 0 || !observed),
  );
}

function settled(plan: Plan): string {
  if (plan.standings.length === 0) return 'Nothing to change: the checkout wants nothing.';
  const left = leftAsTheyAre(plan).length;
  if (plan.isPartial)
    return `Nothing to change for what can be read: ${subscriptions(plan.standings.length)}. The checkout has errors.`;
  const notes = [
    subscriptions(plan.standings.length),
    ...(left > 0 ? [`${left} of them left as ${left === 1 ? 'it is' : 'they are'}`] : []),
    ...(plan.quarantined.length > 0 ? [`${plan.quarantined.length} in quarantine`] : []),
  ];
  return `${left > 0 ? 'Nothing to change' : 'In sync'}: ${notes.join(', ')}.`;
}

function part(items: readonly unknown[] | undefined, words: string): string | undefined {
  return items && items.length > 0 ? `${items.length} ${words}` : undefined;
}

function subscriptions(count: number): string {
  return count === 1 ? '1 subscription' : `${count} subscriptions`;
}
