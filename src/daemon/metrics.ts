/**
 * The Prometheus metrics. No label carries a title, a url or an id, but for those of `tenant_info` and the bounded
 * `subscription_info`.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { oneLine } from '../base/text.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';
import { version } from '../base/version.ts';
import { GUARDS } from '../plan/plan.ts';
import type { Pass } from '../reconcile/pass.ts';
import { RESULTS, type Snapshot, STATE_NAMES, STATES, type SubscriptionStatus } from '../reconcile/report.ts';
import type { Sink } from '../runtime/happening.ts';
import { DRIFT_ORIGINS } from '../subscription/diff.ts';
import type { Answered } from '../upvest/client.ts';
import { Receivers } from './receivers.ts';
import type { Tenant } from './status/facts.ts';

const PREFIX = 'webhook_reconciler_';
const ACTIONS = ['create', 'enable', 'update', 'delete'] as const;

/** Series of `subscription_info`, however many subscriptions are not in sync. */
const MOST_SUBSCRIPTIONS = 100;
const MAX_LABEL = 200;

/** What is asked anew each time the metrics are read: a term also ends by the clock, and a reload changes the rest. */
export interface Facts {
  readonly leads: boolean;
  readonly tenant: Tenant;
  /** `server.subscriptionMetrics`. */
  readonly showsSubscriptions: boolean;
}

export class Metrics {
  readonly sink: Sink = (happening) => {
    switch (happening.kind) {
      case 'changed':
        return this.#actions.inc({ action: happening.change.action, result: 'done' });
      case 'drifted':
        return this.#drift.inc({ origin: happening.drift.origin });
      case 'change-failed': {
        const { kind } = happening.action;
        return this.#actions.inc({ action: kind === 'quarantine' ? 'update' : kind, result: 'failed' });
      }
      case 'pass-ended':
        return this.#pass(happening.pass, happening.endedAt);
      case 'request-answered':
        return this.#request(happening.answer);
      case 'request-retried':
        return this.#retries.inc({ reason: happening.retry.reason });
      case 'tenant-replaced':
        return this.#show(undefined);
      // What is known of receivers is asked for when the metrics are read.
      case 'receiver-tested':
      case 'receivers-not-listed':
      case 'pass-began':
      case 'pass-put-off':
      case 'checkout-read':
      case 'adopted':
      case 'pass-overdue':
      case 'leadership-gained':
      case 'leadership-lost':
      case 'standing-by':
      case 'lease-left':
      case 'lease-out-of-reach':
      case 'lease-in-reach':
      case 'configuration-reloaded':
      case 'configuration-refused':
      case 'watch-impaired':
      case 'access-denied':
      case 'token-unreadable':
      case 'answer-failed':
      case 'shutting-down':
        return;
    }
    happening satisfies never;
  };
  readonly #receivers: Receivers;
  readonly #facts: () => Facts;
  /** The worrying ones first. */
  #notInSync: readonly SubscriptionStatus[] = [];
  #lastRevision: string | undefined;
  readonly #registry = new Registry();
  readonly #passes = this.#counter('pass_total', 'Passes by result', ['result']);
  readonly #passDuration = this.#histogram(
    'pass_duration_seconds',
    'Duration of passes',
    [],
    [0.1, 0.3, 1, 3, 10, 30, 100, 300],
  );
  readonly #lastSuccess = this.#gauge('last_success_timestamp_seconds', 'When a pass last succeeded (Unix time)');
  readonly #subscriptions = this.#gauge('subscriptions', 'Subscriptions by state', ['state']);
  readonly #subscription = this.#gauge(
    'subscription_info',
    `Subscriptions that are not in sync, ${MOST_SUBSCRIPTIONS} at the most`,
    ['title', 'state'],
  );
  readonly #tenant = this.#gauge('tenant_info', 'The tenant that is kept equal to the checkout', ['url', 'client_id']);
  readonly #actions = this.#counter('actions_total', 'Changes asked of the tenant, by result', ['action', 'result']);
  readonly #drift = this.#counter('drift_total', 'Differences from the checkout, by origin', ['origin']);
  readonly #withheld = this.#gauge('deletes_withheld', 'Deletes held back in the last pass, by guard', ['guard']);
  readonly #requests = this.#counter('api_requests_total', 'Requests to the API', ['method', 'route', 'status']);
  readonly #requestDuration = this.#histogram(
    'api_request_duration_seconds',
    'Duration of requests to the API',
    ['method', 'route'],
    [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
  );
  readonly #retries = this.#counter('api_retries_total', 'Requests to the API repeated, by reason', ['reason']);
  readonly #checkout = this.#gauge('checkout_info', 'The revision of the last pass', ['revision']);
  readonly #checkoutErrors = this.#gauge('checkout_errors', 'Errors in the files of the checkout');
  readonly #leader = this.#gauge('leader', '1 while this instance may change the tenant');
  readonly #receiver = this.#gauge('receiver', 'Receivers by what their last test delivery came to', ['state']);
  readonly #skew = this.#gauge(
    'clock_skew_seconds',
    "Our clock less the API's, from its Date header: positive while ours is ahead",
  );
  readonly #toConverged = this.#histogram(
    'commit_to_converged_seconds',
    'From the commit (or the newest file) to the tenant being equal to it',
    [],
    [1, 3, 10, 30, 60, 120, 300, 900, 3600],
  );

  constructor(facts: () => Facts, receivers = new Receivers()) {
    this.#facts = facts;
    this.#receivers = receivers;
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('build_info', 'The version that runs', ['version', 'node']).set({ version, node: process.version }, 1);
    // Every series exists from the start, so that a rate over it needs no first event.
    for (const result of Object.keys(RESULTS)) this.#passes.inc({ result }, 0);
    for (const origin of DRIFT_ORIGINS) this.#drift.inc({ origin }, 0);
    for (const guard of GUARDS) this.#withheld.set({ guard }, 0);
    for (const state of STATE_NAMES) this.#subscriptions.set({ state }, 0);
    for (const action of ACTIONS) for (const result of ['done', 'failed']) this.#actions.inc({ action, result }, 0);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    const { leads, tenant, showsSubscriptions } = this.#facts();
    this.#leader.set(leads ? 1 : 0);
    this.#tenant.reset();
    this.#tenant.set({ url: label(tenant.url), client_id: label(tenant.clientId ?? '') }, 1);
    this.#subscription.reset();
    const listed = showsSubscriptions ? this.#notInSync : [];
    for (const { title, state } of listed) this.#subscription.set({ title: label(title), state }, 1);
    for (const [state, count] of Object.entries(this.#receivers.counts())) this.#receiver.set({ state }, count);
    return this.#registry.metrics();
  }

  #pass({ report, snapshot, changedAt }: Pass, endedAt: number): void {
    const { result, durationMs, withheld } = report;
    this.#passes.inc({ result });
    this.#passDuration.observe(durationMs / 1000);
    for (const guard of GUARDS) this.#withheld.set({ guard }, 0);
    for (const { guard, deletes } of withheld) this.#withheld.set({ guard }, deletes);
    if (RESULTS[result].isSuccess) this.#lastSuccess.set(endedAt / 1000);
    if (snapshot) this.#show(snapshot);
    if (result !== 'converged' || report.revision === undefined) return;
    // The first revision after a start does not count: its age says nothing about how fast the daemon converges.
    const isNew = this.#lastRevision !== undefined && this.#lastRevision !== report.revision;
    this.#lastRevision = report.revision;
    if (isNew && changedAt !== undefined) this.#toConverged.observe(Math.max(0, endedAt - changedAt) / 1000);
  }

  /** `snapshot` undefined: nothing is known of the tenant any more. */
  #show(snapshot: Snapshot | undefined): void {
    const { revision, subscriptions = [], unmanaged = [], checkoutErrors = 0 } = snapshot ?? {};
    this.#checkout.reset();
    if (revision) this.#checkout.set({ revision: revision.id }, 1);
    this.#checkoutErrors.set(checkoutErrors);
    const counts = new Map(STATE_NAMES.map((state) => [state, 0]));
    for (const list of [subscriptions, unmanaged])
      for (const { state } of list) counts.set(state, (counts.get(state) ?? 0) + 1);
    for (const [state, count] of counts) this.#subscriptions.set({ state }, count);
    const worrying = subscriptions.filter(({ state }) => STATES[state].isWorrying);
    const others = subscriptions.filter(({ state }) => state !== 'InSync' && !STATES[state].isWorrying);
    this.#notInSync = [...worrying.slice(0, MOST_SUBSCRIPTIONS), ...others.slice(0, MOST_SUBSCRIPTIONS)].slice(
      0,
      MOST_SUBSCRIPTIONS,
    );
  }

  #request({ method, route, status, durationMs, skewSeconds }: Answered): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#requestDuration.observe({ method, route }, durationMs / 1000);
    if (skewSeconds !== undefined) this.#skew.set(skewSeconds);
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    return new Gauge({ name: PREFIX + name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: readonly string[], buckets: number[]): Histogram {
    return new Histogram({
      name: PREFIX + name,
      help,
      labelNames: [...labelNames],
      buckets,
      registers: [this.#registry],
    });
  }
}

/** Masked as in /status, and bounded. */
function label(text: string): string {
  return oneLine(withoutUrlSecrets(text), MAX_LABEL);
}
