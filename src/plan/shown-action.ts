/** An action as every rendering shows it. */
import { FIELDS, type SourcePosition } from '../subscription.ts';
import { fieldOf } from './diff.ts';
import type { Action, ActionKind, FieldChange } from './plan.ts';

export interface ShownAction {
  readonly kind: ActionKind;
  /** As the checkout has it, or the tenant where nothing wants it. */
  readonly title: string;
  readonly id?: string;
  /** Of the entry, or of the tombstone. */
  readonly source?: SourcePosition;
  readonly changes: readonly FieldChange[];
  readonly because?: 'pruned' | 'surplus' | 'tombstone' | 'rename' | 'adoption';
}

export function shownAction(action: Action): ShownAction {
  const { kind } = action;
  if (kind === 'create') {
    const { desired } = action;
    const changes = FIELDS.map((field) => ({ field, from: undefined, to: fieldOf(desired, field) }));
    return {
      kind,
      title: desired.title,
      source: desired.source,
      changes: changes.filter(({ to }) => to !== undefined),
    };
  }
  const { id, title } = action.observed;
  if (kind === 'quarantine') {
    return { kind, title, id, changes: [{ field: 'enabled', from: true, to: false }], because: action.because };
  }
  if (kind === 'delete') {
    return { kind, title, id, ...(action.source && { source: action.source }), changes: [], because: action.because };
  }
  const because = becauseOf(action);
  const { desired, changes } = action;
  return { kind, title: desired.title, id, source: desired.source, changes, ...(because && { because }) };
}

function becauseOf({ adopts, by }: { adopts: boolean; by: string }): 'adoption' | 'rename' | undefined {
  if (adopts) return 'adoption';
  return by === 'rename' ? 'rename' : undefined;
}
