/** An entry with what it inherits from its document's defaults. */
import type { Defaults, SubscriptionEntry } from './subscriptions.generated.ts';

/**
 * `config` and `reconcile` member by member, everything else as a whole. `exclude_type` is half of what `type` says:
 * an entry with a `type` of its own inherits neither.
 */
export function mergeDefaults(defaults: Defaults, entry: SubscriptionEntry): SubscriptionEntry {
  const { type, exclude_type, ...others } = defaults;
  const inherited = {
    ...others,
    ...(entry.type === undefined && type !== undefined ? { type } : {}),
    ...(entry.type === undefined && exclude_type !== undefined ? { exclude_type } : {}),
  };
  return {
    ...inherited,
    ...entry,
    config: { ...defaults.config, ...entry.config },
    reconcile: { ...defaults.reconcile, ...entry.reconcile },
  };
}
