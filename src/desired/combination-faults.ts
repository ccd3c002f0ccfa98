/** What an entry's fields, defaults applied, may not say together. */
import type { Fault } from './fault.ts';
import type { SubscriptionEntry } from './subscriptions.generated.ts';

export function combinationFaults({ type, exclude_type }: SubscriptionEntry): Fault[] {
  if (exclude_type === undefined || type?.includes('ALL')) return [];
  const message =
    type === undefined
      ? 'exclude_type needs type: [ALL] beside it: write that too'
      : 'exclude_type goes with type: [ALL] only: remove it, or write type: [ALL]';
  return [{ path: ['exclude_type'], severity: 'error', rule: 'exclude-without-all', message }];
}
