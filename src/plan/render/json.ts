/** The plan for programs: `plan -o json`. */
import { printableJson } from '../../base/text.ts';
import type { Mode } from '../../config/config.ts';
import { formatPosition } from '../../subscription/subscription.ts';
import type { Conflict, Guard, Plan } from '../plan.ts';
import { actionsIn, type FileProblem, isInSync, type PlanContext, type ShownAction } from './describe.ts';

export interface JsonAction extends Omit<ShownAction, 'changes' | 'source' | 'reason'> {
  /** A value is `null` where there is no such member. */
  readonly changes: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[];
  /** `file:line:column` of the entry or the tombstone, or of the entry's error. */
  readonly source?: string;
}

export interface JsonPlan {
  /** Grows when a member is renamed, goes, or means something else; new members may come at any time. */
  readonly formatVersion: 1;
  readonly tenant: PlanContext['tenant'];
  readonly mode: Mode;
  readonly revision: string;
  /** The tenant equals the checkout: nothing is pending, no file has an error, the mode leaves no difference. */
  readonly inSync: boolean;
  readonly hold?: 'standby' | 'observe' | 'freeze';
  /** Errors and warnings of the files, by place. An entry with an error is left out of everything below. */
  readonly problems: readonly FileProblem[];
  readonly actions: readonly JsonAction[];
  readonly withheld: Plan['withheld'];
  /** The removals that `withheld` counts, and the guards that hold each. */
  readonly heldBack: readonly (JsonAction & { readonly guards: readonly Guard[] })[];
  readonly quarantined: readonly { readonly title: string; readonly id: string; readonly until: string }[];
  /** Entries that wait because an item of the listing may be their subscription and cannot be read. */
  readonly pending: readonly {
    readonly title: string;
    readonly id: string;
    readonly source: string;
    readonly because: string;
  }[];
  readonly conflicts: readonly {
    readonly title: string;
    readonly id?: string;
    readonly source: string;
    readonly reason: string;
  }[];
  /** How many subscriptions of the tenant are not managed here. */
  readonly unmanaged: number;
  readonly warnings: readonly string[];
}

/**
 * One JSON document, indented, with a newline at its end. Characters that act on a terminal are written as `\uXXXX`.
 */
export function renderJson(plan: Plan, context: PlanContext): string {
  return `${printableJson(JSON.stringify(jsonPlan(plan, context), undefined, 2))}\n`;
}

export function jsonPlan(plan: Plan, context: PlanContext): JsonPlan {
  const { tenant, mode, revision, problems } = context;
  const shown = actionsIn(context);
  return {
    formatVersion: 1,
    tenant,
    mode,
    revision: revision.id,
    inSync: isInSync(plan),
    ...(plan.hold && { hold: plan.hold }),
    problems: problems.map(jsonProblem),
    actions: plan.actions.map((action) => jsonAction(shown(action))),
    withheld: plan.withheld,
    heldBack: plan.heldBack.map((removal) => ({
      ...jsonAction(shown(removal)),
      guards: plan.heldBy.get(removal) ?? [],
    })),
    quarantined: plan.quarantined.map(({ observed, until }) => ({ title: observed.title, id: observed.id, until })),
    pending: plan.pending.map(({ source, ...entry }) => ({ ...entry, source: formatPosition(source) })),
    conflicts: plan.conflicts.map(jsonConflict),
    unmanaged: plan.unmanaged.length + plan.unusable.length,
    warnings: plan.warnings,
  };
}

function jsonAction(action: ShownAction): JsonAction {
  const { source, changes, reason: _, ...shown } = action;
  return {
    ...shown,
    changes: changes.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null })),
    ...(source && { source: formatPosition(source) }),
  };
}

function jsonProblem({ severity, file, line, column, field, message, rule }: FileProblem): FileProblem {
  return { severity, file, line, column, field, message, rule };
}

function jsonConflict({ title, id, source, reason }: Conflict): JsonPlan['conflicts'][number] {
  return { title, ...(id !== undefined && { id }), source: formatPosition(source), reason };
}
