/** Keeps what is known of checkout, tenant and daemon for `/status`, and derives the daemon's health from it. */
import type { Change } from '../apply/outcome.ts';
import { inSlices } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { version } from '../base/version.ts';
import type { Mode } from '../config/config.ts';
import type { Pass } from '../reconcile/pass.ts';
import type { Withheld } from '../plan/plan.ts';
import type { PassReport, Snapshot } from '../reconcile/report.ts';
import type { Happening, Sink } from '../runtime/happening.ts';
import { Receivers } from './receivers.ts';
import { servedInChunks } from './served-json.ts';
import { Changes } from './status/changes.ts';
import { type Health, HealthRecord, isoOrNull } from './status/health.ts';
import { Since } from './status/since.ts';
import { ALONE, type Facts, situationOf } from './status/facts.ts';
import { failureOf } from './status/failure.ts';
import { problemOf, subscriptionDocuments } from './status/subscription-document.ts';
import type { EntryCommit, StatusDocument } from './status-document.ts';

const PASSES_KEPT = 100;
/** The document of `/status`, whose lists may be made as they are asked for. */
type Made<Document> = {
  readonly [Member in keyof Document]: Document[Member] extends readonly (infer Element)[]
    ? Iterable<Element>
    : Document[Member];
};

interface StatusOptions {
  readonly clock: Pick<Clock, 'now' | 'uptime'>;
  /** Filled by the status. */
  readonly receivers?: Receivers;
}

export class Status {
  readonly sink: Sink = (happening) => {
    if (this.#take(happening)) this.#bump();
  };
  readonly #clock: Pick<Clock, 'now' | 'uptime'>;
  readonly #receivers: Receivers;
  readonly #startedAt: number;
  readonly #passes: PassReport[] = [];
  readonly #changes = new Changes();
  readonly #health: HealthRecord;
  readonly #listeners = new Set<() => void>();
  #passing: StatusDocument['passing'] = null;
  #checkout: StatusDocument['checkout'] = null;
  #snapshot: Snapshot | undefined;
  #since = Since.nothing;
  /** By title. */
  #commits = NONE;
  #failingSince: string | null = null;
  #failure: StatusDocument['failure'];
  /** What the pass of the snapshot withheld. */
  #withheld: readonly Withheld[] = [];
  /** The ids of what was adopted, of those in the snapshot. */
  #adopted: ReadonlySet<string> = new Set();
  /** Since when everything is in sync (epoch ms), or since the latest of its entries is; undefined: it is not so. */
  #inSyncSince: number | 'latest' | undefined;
  #cached: { readonly at: string; readonly chunks: Promise<readonly Buffer[]> } | undefined;

  constructor({ clock, receivers = new Receivers() }: StatusOptions) {
    this.#clock = clock;
    this.#receivers = receivers;
    this.#startedAt = clock.now();
    this.#health = new HealthRecord(clock);
  }

  /** Whether a first pass has ended, in success or not. */
  get hasPassed(): boolean {
    return this.#passes.length > 0;
  }

  /**
   * Calls `listener` after each happening that has changed the document, once, and before anything else happens: it must
   * only take note. What it was changed to is asked for with `contents`. Returns how to stop that.
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `commits`: the last commit of each entry, and of each that was removed, as of that revision, by title. */
  attribute(revision: string, commits: ReadonlyMap<string, EntryCommit>): void {
    const hasChanged = this.#changes.attribute(revision, commits);
    const isNews = revision === this.#snapshot?.revision.id && commits !== this.#commits;
    if (isNews) {
      this.#commits = commits;
      this.#since = this.#since.attributed(commits);
    }
    if (hasChanged || isNews) this.#bump();
  }

  /** Whether the happening has changed the document. */
  #take(happening: Happening): boolean {
    const now = this.#clock.now();
    switch (happening.kind) {
      case 'pass-began': {
        const { trigger, startedAt } = happening;
        this.#passing = { startedAt: new Date(startedAt).toISOString(), trigger };
        return true;
      }
      case 'checkout-read': {
        const { revision, readAt } = happening;
        this.#checkout = { revision, readAt: new Date(readAt).toISOString() };
        return true;
      }
      case 'changed':
        this.#changes.changed(happening.change, happening.revision, now);
        this.#changed(happening.change);
        return true;
      case 'drifted':
        this.#changes.drifted(happening.drift, happening.revision, now);
        return happening.drift.origin === 'remote';
      case 'adopted':
        this.#adopted = new Set([...this.#adopted, happening.id]);
        this.#changes.adopted(happening.title, happening.id, happening.revision, now);
        return true;
      case 'pass-ended':
        this.#record(happening.pass, happening.endedAt);
        return true;
      case 'tenant-replaced':
        this.#forget();
        return true;
      case 'receiver-tested':
        this.#receivers.record(happening.tested);
        return true;
      case 'configuration-reloaded':
        this.#health.isMisconfigured = false;
        return true;
      case 'configuration-refused':
        this.#health.isMisconfigured = true;
        return false;
      // They change what is asked for with `Facts`.
      case 'leadership-gained':
      case 'leadership-lost':
      case 'standing-by':
        return true;
      case 'change-failed':
      case 'receivers-not-listed':
      case 'pass-overdue':
      case 'request-answered':
      case 'request-retried':
      case 'lease-left':
      case 'lease-out-of-reach':
      case 'lease-in-reach':
      case 'watch-impaired':
      case 'access-denied':
      case 'token-unreadable':
      case 'answer-failed':
      case 'shutting-down':
        return false;
    }
    happening satisfies never;
    return false;
  }

  #bump(): void {
    this.#cached = undefined;
    for (const listener of this.#listeners) listener();
  }

  #record(pass: Pass, endedAt: number): void {
    const { report, snapshot } = pass;
    this.#health.passed(pass, endedAt);
    this.#passing = null;
    this.#passes.unshift(report);
    this.#passes.splice(PASSES_KEPT);
    if (report.result !== 'failed') this.#failingSince = null;
    else this.#failingSince ??= report.startedAt;
    this.#failure = failureOf(pass);
    if (snapshot) {
      const isFirst = this.#snapshot === undefined;
      this.#changes.withheld(this.#snapshot, snapshot, this.#clock.now());
      // Which commits the entries of another revision are of is not known yet.
      if (snapshot.revision.id !== this.#snapshot?.revision.id) this.#commits = NONE;
      this.#snapshot = snapshot;
      this.#withheld = report.withheld;
      this.#adopted = new Set(snapshot.subscriptions.flatMap(({ id }) => (id && this.#adopted.has(id) ? id : [])));
      this.#since = this.#since.after(snapshot);
      this.#inSyncSince = inSyncSince(pass, endedAt, this.#inSyncSince ?? (isFirst ? 'latest' : endedAt));
      this.#receivers.keep(snapshot.subscriptions);
    }
  }

  #forget(): void {
    this.#snapshot = undefined;
    this.#since = Since.nothing;
    this.#inSyncSince = undefined;
    this.#health.forget();
    this.#receivers.clear();
    this.#changes.clear();
  }

  /** Of another address nothing is known yet. */
  #changed({ action, id, fields }: Change): void {
    if (action === 'delete' || fields.includes('url')) this.#receivers.forget(id);
  }

  /** `resyncMs`: the time between two scheduled passes. `troubles`: further reasons to be degraded, as sentences. */
  health(mode: Mode, resyncMs: number, leads = true, troubles: readonly string[] = []): Health {
    return this.#health.at(mode, resyncMs, leads, troubles);
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
  contents(facts: Facts): Made<StatusDocument> {
    const { tenant, instance, mode, nextPassAt, leading: { leads, lease } = ALONE, freezeWindows } = facts;
    const { revision = null, observedAt, warnings = [], checkoutErrors = 0, problems = [] } = this.#snapshot ?? {};
    const situation = situationOf(facts, this.#withheld, this.#failingSince !== null);
    const { hold, isStale } = situation;
    // A git command that takes its time says nothing of the tenant.
    const isUnsure = isStale && this.#failure?.kind !== 'checkout-busy';
    return {
      tenant,
      version,
      instance,
      startedAt: new Date(this.#startedAt).toISOString(),
      revision,
      observedAt: isoOrNull(observedAt),
      checkout: this.#checkout,
      mode,
      leader: leads,
      ...(lease && { lease }),
      ...(hold && { hold }),
      freezeWindows,
      resync: facts.resync,
      passing: this.#passing,
      nextPassAt: isoOrNull(nextPassAt),
      lastPass: this.#passes[0] ?? null,
      passes: [...this.#passes],
      failingSince: this.#failingSince,
      ...(this.#failure && { failure: this.#failure }),
      inSyncSince: isUnsure ? null : isoOrNull(this.#inSyncSince === 'latest' ? this.#since.latest : this.#inSyncSince),
      sourceUrl: facts.sourceUrl,
      checkoutErrors,
      problems: problems.values().map(problemOf),
      ...subscriptionDocuments(this.#snapshot, {
        receivers: this.#receivers,
        since: this.#since,
        commits: this.#commits,
        adopted: this.#adopted,
        situation,
      }),
      changes: this.#changes.newestFirst,
      warnings: [...this.#receivers.warnings(), ...warnings],
    };
  }
}

const NONE: ReadonlyMap<string, EntryCommit> = new Map();

/**
 * Since when nothing is left to do: as before, unless this pass had to change something. A pass that failed to look says
 * nothing of the time since the look before.
 */
function inSyncSince<T>({ report, snapshot }: Pass, endedAt: number, before: T): T | number | undefined {
  const isInSync = snapshot?.checkoutErrors === 0 && snapshot.subscriptions.every(({ state }) => state === 'InSync');
  if (!isInSync || report.result === 'failed' || report.withheld.length > 0) return undefined;
  return Object.values(report.changes).some((count) => count > 0) ? endedAt : before;
}
