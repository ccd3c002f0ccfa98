/** Keeps what is known of checkout, tenant and daemon for `/status`, and derives the daemon's health from it. */
import type { Change } from '../apply/outcome.ts';
import { inSlices } from '../base/async.ts';
import { counted } from '../base/text.ts';
import type { Mode } from '../config/config.ts';
import type { Pass } from '../reconcile/pass.ts';
import { type PassReport, RESULTS, type Snapshot, STATE_NAMES, STATES } from '../reconcile/report.ts';
import type { Sink } from '../runtime/happening.ts';
import { Receivers } from './receivers.ts';
import { servedInChunks } from './served-json.ts';

const PASSES_KEPT = 100;
const PATIENCE_MS = 5 * 60_000;
const MISCONFIGURED =
  'the configuration has errors (see the log): the one before stays in effect, and a restart would not start';

export interface Health {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly reasons: readonly string[];
  /** ISO 8601, UTC; null: none yet. */
  readonly lastSuccess: string | null;
  readonly revision: string | null;
  readonly leader: boolean;
  readonly mode: Mode;
}

/** Whether this instance may change the tenant. */
export interface Leading {
  readonly leads: boolean;
  /** Absent where there is only one instance. `holder` null: not known. */
  readonly lease?: { readonly name: string; readonly holder: string | null };
}

const ALONE: Leading = { leads: true };

export class Status {
  readonly sink: Sink = (happening) => {
    switch (happening.kind) {
      case 'pass-ended':
        return this.#record(happening.pass, happening.endedAt);
      case 'tenant-replaced':
        return this.#forget();
      case 'receiver-tested':
        this.#cached = undefined;
        return this.#receivers.record(happening.tested);
      case 'changed':
        return this.#changed(happening.change);
      case 'configuration-reloaded':
        this.#isMisconfigured = false;
        return;
      case 'configuration-refused':
        this.#isMisconfigured = true;
        return;
      case 'drifted':
      case 'change-failed':
      case 'receivers-not-listed':
      case 'pass-overdue':
      case 'request-answered':
      case 'request-retried':
      case 'leadership-gained':
      case 'leadership-lost':
      case 'standing-by':
      case 'lease-left':
      case 'lease-out-of-reach':
      case 'lease-in-reach':
      case 'watch-impaired':
      case 'access-denied':
      case 'token-unreadable':
      case 'answer-failed':
      case 'shutting-down':
        return;
    }
    happening satisfies never;
  };
  readonly #uptimeMs: () => number;
  readonly #receivers: Receivers;
  readonly #passes: PassReport[] = [];
  #snapshot: Snapshot | undefined;
  #cached: { readonly at: string; readonly chunks: Promise<readonly Buffer[]> } | undefined;
  /** Epoch ms. */
  #lastSuccess: number | undefined;
  /** When the last pass succeeded, else the start; by `uptimeMs`. */
  #wellAt: number;
  /** The last configuration was refused, so that a new process would not start. */
  #isMisconfigured = false;

  /** `uptimeMs`: Clock.uptime(). `receivers`: filled here. */
  constructor(uptimeMs: () => number, receivers = new Receivers()) {
    this.#receivers = receivers;
    this.#uptimeMs = uptimeMs;
    this.#wellAt = uptimeMs();
  }

  /** Whether a first pass has ended, in success or not. */
  get hasPassed(): boolean {
    return this.#passes.length > 0;
  }

  #record({ report, snapshot }: Pass, endedAt: number): void {
    this.#cached = undefined;
    this.#passes.unshift(report);
    this.#passes.splice(PASSES_KEPT);
    if (snapshot) {
      this.#snapshot = snapshot;
      this.#receivers.keep(snapshot.subscriptions);
    }
    if (!RESULTS[report.result].isSuccess) return;
    this.#lastSuccess = endedAt;
    this.#wellAt = this.#uptimeMs();
  }

  #forget(): void {
    this.#cached = undefined;
    this.#snapshot = undefined;
    this.#receivers.clear();
  }

  /** Of another address nothing is known yet. */
  #changed({ action, id, fields }: Change): void {
    if (action !== 'delete' && !fields.includes('url')) return;
    this.#cached = undefined;
    this.#receivers.forget(id);
  }

  /** `resyncMs`: the time between two scheduled passes. `troubles`: further reasons to be degraded, as sentences. */
  health(mode: Mode, resyncMs: number, leads = true, troubles: readonly string[] = []): Health {
    const patienceMs = Math.max(PATIENCE_MS, 3 * resyncMs);
    const isLate = this.#uptimeMs() - this.#wellAt > patienceMs;
    const reasons = [...(this.#isMisconfigured ? [MISCONFIGURED] : []), ...troubles, ...this.#reasons()];
    if (isLate) reasons.unshift(`no successful pass for more than ${Math.round(patienceMs / 1000)} s`);
    return {
      status: isLate ? 'failing' : reasons.length > 0 ? 'degraded' : 'ok',
      reasons,
      lastSuccess: isoOrNull(this.#lastSuccess),
      revision: this.#snapshot?.revision.id ?? null,
      leader: leads,
      mode,
    };
  }

  /**
   * `toJSON` of this moment in chunks. It is made once until something changes, because with thousands of subscriptions
   * it takes megabytes. A change while it is made appears in the next one.
   */
  async served(...facts: Parameters<Status['toJSON']>): Promise<readonly Buffer[]> {
    const at = JSON.stringify(facts);
    if (this.#cached?.at !== at) this.#cached = { at, chunks: inSlices(servedInChunks(this.toJSON(...facts))) };
    return this.#cached.chunks;
  }

  toJSON(mode: Mode, nextPassAt: number, { leads, lease }: Leading = ALONE) {
    const { revision, subscriptions = [], unmanaged = [], warnings = [] } = this.#snapshot ?? {};
    return {
      revision: revision ?? null,
      mode,
      leader: leads,
      ...(lease && { lease }),
      nextPassAt: isoOrNull(nextPassAt),
      lastPass: this.#passes[0] ?? null,
      passes: [...this.#passes],
      subscriptions: this.#receivers.shownWith(subscriptions),
      unmanaged,
      warnings: [...this.#receivers.warnings(), ...warnings],
    };
  }

  #reasons(): string[] {
    const last = this.#passes[0];
    if (!last) return ['the first pass has not ended yet'];
    const reasons: string[] = [];
    if (last.error !== undefined) reasons.push(`the last pass failed: ${last.error}`);
    for (const { guard, deletes, howToLift } of last.withheld) {
      const what = guard === 'freeze' ? 'every change' : counted(deletes, 'delete');
      reasons.push(`${what} withheld (${guard}): ${howToLift}`);
    }
    const { subscriptions = [], checkoutErrors = 0 } = this.#snapshot ?? {};
    if (checkoutErrors > 0) reasons.push(`${counted(checkoutErrors, 'error')} in the files of the checkout`);
    for (const state of STATE_NAMES.filter((name) => STATES[name].isWorrying)) {
      const concerned = subscriptions.filter((subscription) => subscription.state === state);
      if (concerned.length > 0) reasons.push(`${counted(concerned.length, 'subscription')} ${state}: see /status`);
    }
    if (last.result === 'incomplete' && reasons.length === 0)
      reasons.push('the last pass left something undone: see /status');
    return reasons;
  }
}

function isoOrNull(time: number | undefined): string | null {
  return time === undefined || !Number.isFinite(time) ? null : new Date(time).toISOString();
}
