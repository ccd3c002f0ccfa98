/** A change made from outside the API, by somebody else's hand. */
import type { Subscription, SubscriptionChanges, SubscriptionConfig } from './subscription.ts';

/** Members of `config` that are left out stay. `updated_at` is now unless given, which lets a test age a subscription. */
export type SubscriptionEdit = Omit<SubscriptionChanges, 'config'> & { readonly config?: Partial<SubscriptionConfig> };

export function changesOf({ config, ...rest }: SubscriptionEdit, current: Subscription): SubscriptionChanges {
  return config ? { ...rest, config: { ...current.config, ...config } } : rest;
}
