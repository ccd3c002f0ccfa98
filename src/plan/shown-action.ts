/** An action as every rendering shows it. */
import { FIELDS, type SourcePosition } from '../subscription.ts';
import { fieldOf } from './diff.ts';
import type { Action, ActionKind, FieldChange } from './plan.ts';

export type Because = 'pruned' | 'surplus' | 'tombstone' | 'rename' | 'adoption';

export interface ShownAction {
  readonly kind: ActionKind;
  /** As the checkout has it, or the tenant where nothing wants it. */
  readonly title: string;
  readonly id?: string;
  /** Of the entry, or of the tombstone. */
  readonly source?: SourcePosition;
  readonly changes: readonly FieldChange[];
  /** Where its changes do not say it: delete and quarantine. */
  readonly url?: string;
  /** Of a create a sentence, of all others a `Because`. */
  readonly because?: string;
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
      ...(action.because !== undefined && { because: action.because }),
    };
  }
  const { id, title, url } = action.observed;
  if (kind === 'quarantine') {
    return { kind, title, id, url, changes: [{ field: 'enabled', from: true, to: false }], because: action.because };
  }
  if (kind === 'delete') {
    return {
      kind,
      title,
      id,
      url,
      ...(action.source && { source: action.source }),
      changes: [],
      because: action.because,
    };
  }
  const because = becauseOf(action);
  const { desired, changes } = action;
  return { kind, title: desired.title, id, source: desired.source, changes, ...(because && { because }) };
}

function becauseOf({
  adopts,
  by,
  changes,
}: Pick<Extract<Action, { kind: 'update' }>, 'adopts' | 'by' | 'changes'>): Because | undefined {
  if (adopts) return 'adoption';
  return by === 'rename' && changes.some(({ field }) => field === 'title') ? 'rename' : undefined;
}
