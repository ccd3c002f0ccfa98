import type { ActionKind } from './plan.ts';
import type { Because, ShownAction } from './shown-action.ts';

const REASONS: Readonly<Record<Because, string>> = {
  pruned: 'nothing in the checkout wants it',
  surplus: 'a duplicate: the checkout wants one of this title, and another is it',
  tombstone: 'a tombstone wants it deleted',
  rename: 'renamed in place: it has the same url, and its queue stays with its receiver',
  adoption: 'adopted: it was not owned until now',
};

/** Why an action is in the plan, where its fields do not say it by themselves. */
export function why({
  kind,
  because,
}: {
  readonly kind: ActionKind;
  readonly because?: ShownAction['because'];
}): string | undefined {
  if (because === undefined) return undefined;
  const reason = because in REASONS ? REASONS[because as Because] : because;
  return kind === 'quarantine' ? `${reason}: disabled now, deleted after the quarantine` : reason;
}
