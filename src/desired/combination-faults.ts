/** What an entry's fields, defaults applied, may not say together. */
import { show } from '../document/show.ts';
import type { Fault } from './fault.ts';
import type { SubscriptionEntry } from './subscriptions.generated.ts';

export function combinationFaults(entry: SubscriptionEntry): Fault[] {
  return [...excludeFaults(entry), ...besideFaults(entry)];
}

function excludeFaults({ type, exclude_type }: SubscriptionEntry): Fault[] {
  if (exclude_type === undefined || type?.includes('ALL')) return [];
  const message =
    type === undefined
      ? 'exclude_type needs type: [ALL] beside it: write that too'
      : 'exclude_type goes with type: [ALL] only: remove it, or write type: [ALL]';
  return [{ path: ['exclude_type'], severity: 'error', rule: 'exclude-without-all', message }];
}

function besideFaults({ state, reconcile: { id, beside = [] } = {} }: SubscriptionEntry): Fault[] {
  const path = ['reconcile', 'beside'];
  if (state === 'absent' && beside.length > 0) {
    const message = 'beside goes with a subscription that is wanted: remove it beside state: absent';
    return [{ path, severity: 'error', rule: 'beside-absent', message }];
  }
  const own = id === undefined ? -1 : beside.findIndex((other) => other.toLowerCase() === id.toLowerCase());
  if (own === -1) return [];
  const message = `${show(beside[own])} is the reconcile.id of this very entry: beside names other subscriptions of the url, remove it there`;
  return [{ path: [...path, own], severity: 'error', rule: 'beside-itself', message }];
}
