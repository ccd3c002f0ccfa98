/** Delivers signed events to subscriptions and remembers which deliveries keep failing. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Store } from '../api/store.ts';
import type { Subscription } from '../api/subscription.ts';
import type { Log } from '../input-error.ts';
import { type DeliveryKeys, signDelivery } from './keys.ts';

export interface DeliveryResult {
  readonly webhookId: string;
  readonly title: string;
  readonly url: string;
  readonly event: WebhookEvent;
  readonly response: ReceiverResponse;
}

/** An event to deliver. With `webhookId` it goes to this subscription only. */
export interface EventToDeliver {
  /** `CATEGORY.ACTION`, e.g. `ORDER.FILLED`. */
  readonly type: string;
  readonly object?: Readonly<Record<string, unknown>>;
  readonly webhookId?: string;
}

export class Deliverer {
  readonly #store: Store;
  readonly #keys: DeliveryKeys;
  readonly #now: () => number;
  readonly #log: Log;
  /** How long a receiver may take. */
  readonly #timeoutSeconds: () => number;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<DeliveryResult>>();
  /** Subscriptions whose deliveries all failed since `at` (epoch milliseconds), by id. */
  readonly #failingSince = new Map<string, { readonly tenant: string; readonly at: number }>();

  constructor(store: Store, keys: DeliveryKeys, now: () => number, log: Log, timeoutSeconds: () => number) {
    this.#store = store;
    this.#keys = keys;
    this.#now = now;
    this.#log = log;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Sends a test event at once, also to a disabled subscription. */
  test(tenant: string, subscription: Subscription): Promise<DeliveryResult> {
    return this.#track(tenant, subscription, makeEvent(exampleType(subscription), subscription, this.#now()));
  }

  /** Delivers to every subscription that is enabled and wants the event, once each and without a retry. */
  deliver(tenant: string, { type, object, webhookId }: EventToDeliver): Promise<readonly DeliveryResult[]> {
    const receivers = this.#store
      .list(tenant)
      .filter((subscription) => wants(subscription, type) && (webhookId ?? subscription.id) === subscription.id);
    return Promise.all(receivers.map((to) => this.#track(tenant, to, makeEvent(type, to, this.#now(), object))));
  }

  /** Removes subscriptions whose deliveries failed for `afterSeconds`, as Upvest's sandbox does after 30 days. */
  removeFailing(afterSeconds: number): void {
    for (const [id, { tenant, at }] of this.#failingSince) {
      if (this.#now() - at < afterSeconds * 1000) continue;
      this.#failingSince.delete(id);
      if (this.#store.delete(tenant, id, 'sandbox')) this.#log('warn', `removed ${id}: its deliveries kept failing`);
    }
  }

  /** Aborts the deliveries that are running. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the sandbox is closing'));
    await Promise.allSettled(this.#underWay);
  }

  async #track(tenant: string, to: Subscription, event: WebhookEvent): Promise<DeliveryResult> {
    const sending = this.#send(to, event);
    this.#underWay.add(sending);
    try {
      const result = await sending;
      this.#recordResult(tenant, result);
      return result;
    } finally {
      this.#underWay.delete(sending);
    }
  }

  async #send(to: Subscription, event: WebhookEvent): Promise<DeliveryResult> {
    const response = await this.#post(to, event).catch(({ message }: Error) => {
      // A seeded url may be one that cannot be posted to.
      return { status: 0, headers: {}, body: '', error: message };
    });
    return { webhookId: to.id, title: to.title, url: to.url, event, response };
  }

  async #post(to: Subscription, event: WebhookEvent): Promise<ReceiverResponse> {
    const url = new URL(to.url);
    const body = Buffer.from(JSON.stringify({ payload: [event] }));
    const created = Math.floor(this.#now() / 1000);
    const { headers } = await signDelivery({ url, body, key: this.#keys.current(), created });
    return sendDelivery(url, headers, body, { signal: this.#closing.signal, timeoutSeconds: this.#timeoutSeconds() });
  }

  /** Only 200 counts as received, by the stricter page of the documentation; another page says 2xx. */
  #recordResult(tenant: string, { webhookId, url, event, response }: DeliveryResult): void {
    const received = response.status === 200;
    this.#log(received ? 'info' : 'warn', `delivery of ${event.type} to ${url}: ${response.error ?? response.status}`);
    if (received) this.#failingSince.delete(webhookId);
    else if (!this.#failingSince.has(webhookId)) this.#failingSince.set(webhookId, { tenant, at: this.#now() });
  }
}

/** What a delivery carries in `payload`. */
interface WebhookEvent {
  readonly id: string;
  readonly created_at: string;
  /** `CATEGORY.ACTION`. */
  readonly type: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly webhook_id: string;
}

/** A documented action for the categories that have no `CREATED`. */
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

/** An event type that the subscription would get. */
function exampleType({ type, exclude_type = [] }: Subscription): string {
  const candidates = type.includes('ALL') ? ['USER', 'ORDER', 'ACCOUNT', 'EXECUTION'] : type;
  const category = candidates.find((name) => !exclude_type.includes(name)) ?? 'USER';
  return `${category}.${ACTIONS[category] ?? 'CREATED'}`;
}

function wants({ enabled, type, exclude_type = [] }: Subscription, eventType: string): boolean {
  const [category = ''] = eventType.split('.');
  return enabled && (type.includes('ALL') || type.includes(category)) && !exclude_type.includes(category);
}

function makeEvent(
  type: string,
  subscription: Subscription,
  nowMs: number,
  object: Readonly<Record<string, unknown>> = { id: randomUUID() },
): WebhookEvent {
  const created_at = new Date(nowMs).toISOString();
  return { id: randomUUID(), created_at, type, object, webhook_id: subscription.id };
}

/** The receiver's response. `error` and status 0 mean that it could not be reached. */
interface ReceiverResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly error?: string;
}

/** Bytes of a response that are kept. The rest is read and dropped. */
const BODY_KEPT = 65_536;

function sendDelivery(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  { signal, timeoutSeconds }: { readonly signal: AbortSignal; readonly timeoutSeconds: number },
): Promise<ReceiverResponse> {
  return new Promise((resolve) => {
    const unreachable = (error: Error & { code?: string }) => {
      const timedOut = error.name === 'TimeoutError' || (error.cause as Error | undefined)?.name === 'TimeoutError';
      const said = timedOut ? `no answer within ${timeoutSeconds} s` : error.message || error.code || error.name;
      resolve({ status: 0, headers: {}, body: '', error: said });
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = {
      method: 'POST',
      headers,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(Math.round(timeoutSeconds * 1000))]),
    };
    const outgoing = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let kept = 0;
      response.on('data', (chunk: Buffer) => {
        if (kept < BODY_KEPT) chunks.push(chunk.subarray(0, BODY_KEPT - kept));
        kept += chunk.length;
      });
      response.on('error', unreachable);
      response.on('end', () => {
        const { statusCode = 0, headersDistinct } = response;
        const named = Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(', ') ?? '']);
        resolve({
          status: statusCode,
          headers: Object.fromEntries(named),
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.on('error', unreachable);
    outgoing.end(body);
  });
}
