/** Made-up events, and which subscriptions want them. */
import { randomUUID } from 'node:crypto';
import type { Subscription } from './subscription.ts';

/** What a delivery carries in `payload`. */
export interface WebhookEvent {
  readonly id: string;
  readonly created_at: string;
  /** `CATEGORY.ACTION`. */
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly webhook_id: string;
}

/** An action that really occurs, for categories that have no `CREATED`. */
const ACTIONS: Readonly<Record<string, string>> = {
  ORDER: 'FILLED',
  EXECUTION: 'FILLED',
  CASH_BALANCE: 'UPDATED',
  CASH_TRANSACTION: 'EXECUTED',
  DIRECT_DEBIT: 'CONFIRMED',
  WITHDRAWAL: 'CONFIRMED',
  TOPUP: 'CONFIRMED',
  CREDIT_FUNDING: 'CONFIRMED',
  ACCOUNT_LIQUIDATION: 'SETTLED',
  ACCOUNT_TRANSFER: 'SETTLED',
  CORPORATE_ACTION: 'UPDATED',
  INSTRUMENT: 'ACTIVATED',
  SAVINGS_PLAN_EXECUTION: 'DATA_CHANGED',
};

/** An event type the subscription would get. */
export function exampleType({ type, exclude_type = [] }: Subscription): string {
  const candidates = type.includes('ALL') ? ['USER', 'ORDER', 'ACCOUNT', 'EXECUTION'] : type;
  const category = candidates.find((name) => !exclude_type.includes(name)) ?? 'USER';
  return `${category}.${ACTIONS[category] ?? 'CREATED'}`;
}

export function wants({ enabled, type, exclude_type = [] }: Subscription, eventType: string): boolean {
  const [category = ''] = eventType.split('.');
  return enabled && (type.includes('ALL') || type.includes(category)) && !exclude_type.includes(category);
}

export function makeEvent(
  type: string,
  subscription: Subscription,
  nowMs: number,
  object: Readonly<Record<string, unknown>> = { id: randomUUID() },
): WebhookEvent {
  const created_at = new Date(nowMs).toISOString();
  return { id: randomUUID(), created_at, type, object, webhook_id: subscription.id };
}
