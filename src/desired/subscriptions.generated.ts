// Made of schemas/subscriptions.schema.json by `npm run generate`: change that, not this.

/**
 * A file of webhook subscriptions: one subscription, a list of them, or {defaults, subscriptions}. A file may have 1 MiB, all files together 10 MiB and 20 000 subscriptions.
 */
export type SubscriptionsDocument = SubscriptionList | (SubscriptionFile | SubscriptionEntry);
/**
 * The identity. Since 2026 the API takes letters, digits, space and ()[]{}.- only, at most 32 characters.
 */
export type Title = string;
/**
 * Where deliveries go: https, a DNS name, no user info, no fragment; only characters of RFC 3986, others escaped (%C3%BC, xn--…).
 */
export type Url = string;
/**
 * Whether deliveries are sent. Default true.
 */
export type Enabled = boolean;
/**
 * Event categories, or ALL alone. Order has no meaning.
 *
 * @minItems 1
 * @maxItems 100
 */
export type Type = [Category, ...Category[]];
/**
 * An event category, not a single event: ORDER, not ORDER.FILLED. The list grows with the API.
 */
export type Category = string;
/**
 * Event categories left out; only together with type [ALL].
 *
 * @minItems 1
 * @maxItems 100
 */
export type ExcludeType = [Category, ...Category[]];
/**
 * Changes to this subscription are suspended: true for ever, or until an instant such as 2026-12-24T08:00:00Z.
 */
export type Suspend = boolean | string;
/**
 * Fields whose drift is left alone.
 */
export type Ignore = (
  'title' | 'url' | 'enabled' | 'type' | 'exclude_type' | 'config.delay' | 'config.max_package_size'
)[];
/**
 * on-change: send a test event after a create or a change of url.
 */
export type Test = 'on-change' | 'never';
export type Id = string;
export type SubscriptionList = SubscriptionEntry[];

/**
 * A webhook subscription. Its title is its identity: unique over all files.
 */
export interface SubscriptionEntry {
  title: Title;
  url?: Url;
  /**
   * absent: a tombstone, the subscription of this title is deleted, owned or not.
   */
  state?: 'present' | 'absent';
  enabled?: Enabled;
  type?: Type;
  exclude_type?: ExcludeType;
  config?: DeliveryConfig;
  reconcile?: Reconcile;
}
export interface DeliveryConfig {
  /**
   * How long events are gathered before a delivery, 1s to 30s.
   */
  delay?: string;
  /**
   * Bytes, 100 to 1048576. A larger single event is sent all the same.
   */
  max_package_size?: number;
}
/**
 * How the reconciler treats this subscription; never sent to the API.
 */
export interface Reconcile {
  suspend?: Suspend;
  ignore?: Ignore;
  test?: Test;
  /**
   * Pins this entry to an existing subscription.
   */
  id?: string;
  /**
   * Consent: these existing subscriptions of the same url are meant to be there beside this one, e.g. for another consumer behind it. This entry takes none of them.
   *
   * @maxItems 100
   */
  beside?: Id[];
}
/**
 * Subscriptions with defaults that hold for each of them.
 */
export interface SubscriptionFile {
  defaults?: Defaults;
  subscriptions: SubscriptionList;
}
/**
 * Fields that each subscription of this document has unless it sets them itself. `config` and `reconcile` are merged member by member; a subscription with a `type` of its own takes neither `type` nor `exclude_type` from here.
 */
export interface Defaults {
  enabled?: Enabled;
  type?: Type;
  exclude_type?: ExcludeType;
  config?: DeliveryConfig;
  reconcile?: DefaultReconcile;
}
export interface DefaultReconcile {
  suspend?: Suspend;
  ignore?: Ignore;
  test?: Test;
}

export const EVENT_CATEGORIES: readonly string[] = [
  "ALL",
  "BUSINESS",
  "ROLE",
  "USER",
  "USER_CHECK",
  "ORDER",
  "ORDER_CANCELLATION",
  "EXECUTION",
  "POSITION",
  "CASH_BALANCE",
  "ACCOUNT",
  "ACCOUNT_GROUP",
  "INSTRUMENT",
  "REPORT",
  "TREASURY_REPORT",
  "DIRECT_DEBIT",
  "WITHDRAWAL",
  "PORTFOLIO",
  "PORTFOLIO_ALLOCATION",
  "PORTFOLIO_ORDER",
  "CORPORATE_ACTION",
  "ACCOUNT_VALUATION",
  "INTRADAY_ACCOUNT_VALUATION",
  "CASH_TRANSACTION",
  "SECURITY_TRANSACTION",
  "ACCOUNT_LIQUIDATION",
  "ACCOUNT_RETURNS",
  "VIRTUAL_CASH_INCREASE",
  "VIRTUAL_CASH_DECREASE",
  "FEE_COLLECTION",
  "SAVINGS_PLAN",
  "SAVINGS_PLAN_EXECUTION",
  "REBALANCING_EXECUTION_ORDER",
  "TAX_EXEMPTION",
  "TAX_COLLECTION",
  "ISA_WRAPPER",
  "ISA_WRAPPER_ALLOWANCE",
  "CREDIT_FUNDING",
  "VIRTUAL_BANK_ACCOUNT",
  "SECURITIES_TRANSFER",
  "ACCOUNT_TRANSFER",
  "TOPUP",
  "ISA_TRANSFER"
];
