/** A webhook subscription as the sandbox keeps and shows it. */
export interface Subscription {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly title: string;
  readonly url: string;
  readonly type: readonly string[];
  /** Present once it has been given, be it empty. */
  readonly exclude_type?: readonly string[];
  readonly enabled: boolean;
  readonly config: SubscriptionConfig;
}

/** `delay`: a duration as written, `5s`. `max_package_size`: bytes. */
export interface SubscriptionConfig {
  readonly delay: string;
  readonly max_package_size: number;
}

/** Whole values that replace others. The times are never a client's to change, but the sandbox's owner may set them. */
export type SubscriptionChanges = Partial<Omit<Subscription, 'id'>>;

/** What the API fills in on create is not documented; its older samples show these. */
export const DEFAULT_CONFIG: SubscriptionConfig = { delay: '5s', max_package_size: 10_240 };
