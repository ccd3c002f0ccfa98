/** Keeps what is known of checkout, tenant and daemon for `/status`, and derives the daemon's health from it. */
import type { Change } from '../apply/outcome.ts';
import { inSlices } from '../base/async.ts';
import { counted, listStart } from '../base/text.ts';
import { version } from '../base/version.ts';
import type { Mode } from '../config/config.ts';
import type { Pass } from '../reconcile/pass.ts';
import { type PassReport, RESULTS, type Snapshot, type SubscriptionStatus } from '../reconcile/report.ts';
import type { Sink } from '../runtime/happening.ts';
import { differsFromNothing } from '../subscription/diff.ts';
import { fieldOf, withFields } from '../subscription/fields.ts';
import { type Reasons, reasonsIn } from './reasons.ts';
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

/** The tenant that the configuration names. */
export interface Tenant {
  readonly url: string;
  readonly clientId: string | null;
}

/** What the daemon knows beside what passes tell. */
export interface Facts {
  readonly tenant: Tenant;
  readonly mode: Mode;
  /** Epoch ms; infinity: there is none. */
  readonly nextPassAt: number;
  readonly leading?: Leading;
}

export class Status {
  readonly sink: Sink = (happening) => {
    this.#record(happening);
    if (happening.kind !== 'request-answered') for (const listener of this.#listeners) listener();
  };
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` whenever the document may be other than before, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  readonly #record: Sink = (happening) => {
    switch (happening.kind) {
      case 'pass-ended':
        return this.#recordPass(happening.pass, happening.endedAt);
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
  #reasons: Reasons = NO_REASONS;
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

  #recordPass({ report, snapshot }: Pass, endedAt: number): void {
    this.#cached = undefined;
    this.#passes.unshift(report);
    this.#passes.splice(PASSES_KEPT);
    if (snapshot) {
      this.#snapshot = snapshot;
      this.#receivers.keep(snapshot.subscriptions);
      this.#reasons = reasonsIn(snapshot);
    }
    if (!RESULTS[report.result].isSuccess) return;
    this.#lastSuccess = endedAt;
    this.#wellAt = this.#uptimeMs();
  }

  #forget(): void {
    this.#cached = undefined;
    this.#snapshot = undefined;
    this.#reasons = NO_REASONS;
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
    const reasons = [...(this.#isMisconfigured ? [MISCONFIGURED] : []), ...troubles, ...this.#worries()];
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
   * `contents` of this moment in chunks. It is made once until something changes, because with thousands of subscriptions
   * it takes megabytes. A change while it is made appears in the next one.
   */
  async served(facts: Facts): Promise<readonly Buffer[]> {
    const at = JSON.stringify(facts);
    if (this.#cached?.at !== at) this.#cached = { at, chunks: inSlices(servedInChunks(this.contents(facts))) };
    return this.#cached.chunks;
  }

  /** The document of `/status`. Subscriptions are made as they are asked for, each once. */
  contents({ tenant, mode, nextPassAt, leading: { leads, lease } = ALONE }: Facts) {
    const { revision, subscriptions = [], unmanaged = [], warnings = [] } = this.#snapshot ?? {};
    const shown = shownWithin(mostListed([subscriptions, unmanaged]));
    return {
      tenant,
      version,
      revision: revision ?? null,
      mode,
      leader: leads,
      ...(lease && { lease }),
      nextPassAt: isoOrNull(nextPassAt),
      lastPass: this.#passes[0] ?? null,
      passes: [...this.#passes],
      subscriptions: this.#receivers.shownWith(subscriptions).values().map(shown),
      unmanaged: unmanaged.values().map(shown),
      warnings: [...this.#receivers.warnings(), ...warnings],
    };
  }

  /** What worked before with the same settings is not likely to be an error in them, whatever the error advises. */
  #workedBefore(): string {
    const last = isoOrNull(this.#lastSuccess);
    return last === null
      ? ''
      : `. It worked at ${last}, and is tried again by itself: see first whether something is down`;
  }

  #worries(): string[] {
    const last = this.#passes[0];
    if (!last) return ['the first pass has not ended yet'];
    const reasons: string[] = [];
    if (last.error !== undefined) reasons.push(`the last pass failed: ${last.error}${this.#workedBefore()}`);
    const { worries, undone } = this.#reasons;
    // First what is wrong with the files: what a guard counts may be a consequence of it.
    reasons.push(...worries);
    for (const { guard, deletes, howToLift } of last.withheld) {
      const what = guard === 'freeze' ? 'every change' : counted(deletes, 'delete');
      reasons.push(`${what} withheld (${guard}): ${howToLift}`);
    }
    if (last.result === 'incomplete' && reasons.length === 0)
      reasons.push(...(undone.length > 0 ? undone : ['the last pass left something undone: see /status']));
    return reasons;
  }
}

function isoOrNull(time: number | undefined): string | null {
  return time === undefined || !Number.isFinite(time) ? null : new Date(time).toISOString();
}

const NO_REASONS: Reasons = { worries: [], undone: [] };

/** Categories in all lists of a document that are shown one by one: more of them would take the memory of the daemon. */
const MOST_CATEGORIES = 500_000;
const FEW = 5;

/** How much of a list is shown: all of it, unless there are very many long ones. */
function mostListed(lists: readonly (readonly SubscriptionStatus[])[]): number {
  let count = 0;
  const countOf = (holder: Holder | null) => (holder?.type?.length ?? 0) + (holder?.exclude_type?.length ?? 0);
  for (const list of lists) for (const { desired, observed } of list) count += countOf(desired) + 2 * countOf(observed);
  return count > MOST_CATEGORIES ? FEW : Number.POSITIVE_INFINITY;
}

/**
 * Subscriptions with the fields alone of what is desired and observed, and with so many elements of a list. A value is
 * `null` where there is no such member.
 */
function shownWithin(most: number) {
  const short = (value: unknown) => listStart(value ?? null, most);
  const fieldsIn = (holder: Holder) => {
    const { config, ...members } = withFields((field) => fieldOf(holder, field));
    const values = Object.entries(members).map(([name, value]) => [name, short(value)]);
    return Object.fromEntries(Object.keys(config).length === 0 ? values : [...values, ['config', config]]) as object;
  };
  return ({ desired, observed, differs, type, ...rest }: SubscriptionStatus) => ({
    ...rest,
    ...(type && { type: short(type) }),
    desired: desired && fieldsIn(desired),
    observed: observed && fieldsIn(observed),
    differs: (desired && !observed ? differsFromNothing(desired) : differs).map(({ field, from, to }) => ({
      field,
      from: short(from),
      to: short(to),
    })),
  });
}

type Holder = Parameters<typeof fieldOf>[0];
