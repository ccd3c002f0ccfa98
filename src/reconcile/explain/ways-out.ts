/** The edits that lift the guards of a removal, or settle a conflict, as texts to be copied. */
import type { Settlement } from '../../plan/plan.ts';
import { differs } from '../../subscription/diff.ts';
import type { Desired, Observed } from '../../subscription/subscription.ts';
import { guardLiftsOf, tombstone, yamlText } from './guards.ts';
import { type Explained, fieldsOf, listed, type Situation } from './phrases.ts';

/** A way out: what is done, and the YAML to copy. */
export interface Lift {
  readonly what: string;
  readonly yaml: string;
}

/** The safer first; empty: there is nothing to decide, or the ways out are not edits that could be copied. */
export function liftsOf(subscription: Explained, situation: Situation): readonly Lift[] {
  const { state, settlement } = subscription;
  if (state === 'Withheld') return guardLiftsOf(subscription, situation);
  if (state !== 'Conflict' || !settlement) return [];
  return settlement.ways.map((way) => WAYS[way](settlement, subscription));
}

/** More of them are not written again: the list in the entry is only added to. */
const MAX_BESIDE = 10;

const WAYS: Readonly<Record<Settlement['ways'][number], (settlement: Settlement, subscription: Explained) => Lift>> = {
  pin: ({ other }, { desired }) => ({
    what: `Take it over: in the entry, name its id. ${desired ? takenOver(desired, other) : ''}Its delivery queue stays.`,
    yaml: `reconcile:\n  id: ${yamlText(other.id)}\n`,
  }),
  'adopt-title': () => ({
    what: 'Take over whatever has the title of an entry, this one too: in the configuration.',
    yaml: 'policy:\n  adopt: title\n',
  }),
  beside: ({ other: { id } }, { desired }) => {
    const there = desired?.beside ?? [];
    const isAdded = there.length > MAX_BESIDE;
    const ids = (isAdded ? [id] : [...there, id]).map(yamlText);
    return {
      what: `Keep both: in the entry, say that the other is meant to be there${isAdded ? ', by adding it to the others' : ''}. What both deliver comes twice.`,
      yaml: `reconcile:\n  beside: [${ids.join(', ')}]\n`,
    };
  },
  delete: ({ other: { id, title } }) => ({
    what: 'Delete the other: write a tombstone (state: absent) with its id in git. What its delivery queue holds is lost, and the client that made it gets nothing more through it.',
    yaml: tombstone(title, id),
  }),
};

/** What a takeover changes, and for whom. */
function takenOver(desired: Desired, other: Observed): string {
  const fields = fieldsOf({ differs: differs(desired, other) });
  const isRerouted = fields.includes('url');
  const hasCategories = fields.includes('type') || fields.includes('exclude_type');
  const named =
    fields.length === 0
      ? 'Nothing of it changes. '
      : `Its ${listed(fields)} then ${fields.length === 1 ? 'becomes' : 'become'} what git wants`;
  if (fields.length === 0) return named;
  if (isRerouted) return `${named}: the url it has now gets nothing more. `;
  return `${named}${hasCategories ? ': other categories of events are delivered than now. ' : '; the categories stay. '}`;
}
