/** Keeps what is known of checkout, tenant and daemon for `/status`, and derives the daemon's health from it. */
import type { Change } from '../apply/outcome.ts';
import { inSlices } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { version } from '../base/version.ts';
import type { Mode } from '../config/config.ts';
import type { Happening, Sink } from '../runtime/happening.ts';
import { Receivers } from './receivers.ts';
import { servedInChunks } from './served-json.ts';
import { type Health, isoOrNull } from './status/health.ts';
import { ALONE, type Facts, situationOf } from './status/facts.ts';
import { problemOf, subscriptionDocuments } from './status/subscription-document.ts';
import { TenantRecord } from './status/tenant-record.ts';
import type { EntryCommit, StatusDocument } from './status-document.ts';

const MISCONFIGURED =
  'the configuration has errors (see the log): the one before stays in effect, and a restart would not start';

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
  readonly #listeners = new Set<() => void>();
  #known: TenantRecord;
  #hasPassed = false;
  #isMisconfigured = false;
  #passing: StatusDocument['passing'] = null;
  #checkout: StatusDocument['checkout'] = null;
  #cached: { readonly at: string; readonly chunks: Promise<readonly Buffer[]> } | undefined;

  constructor({ clock, receivers = new Receivers() }: StatusOptions) {
    this.#clock = clock;
    this.#receivers = receivers;
    this.#startedAt = clock.now();
    this.#known = new TenantRecord(clock);
  }

  /** Whether a first pass has ended, in success or not, and not because it was interrupted. */
  get hasPassed(): boolean {
    return this.#hasPassed;
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
    if (this.#known.attribute(revision, commits)) this.#bump();
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
      case 'pass-overdue':
        if (this.#passing) this.#passing = { ...this.#passing, isOverdue: true };
        return true;
      case 'checkout-read': {
        const { revision, readAt } = happening;
        this.#checkout = { revision, readAt: new Date(readAt).toISOString() };
        return true;
      }
      case 'changed':
        this.#known.changes.changed(happening.change, happening.revision, now);
        this.#changed(happening.change);
        return true;
      case 'drifted':
        this.#known.changes.drifted(happening.drift, happening.revision, now);
        return happening.drift.origin === 'remote';
      case 'adopted':
        this.#known.adopt(happening.id);
        this.#known.changes.adopted(happening.title, happening.id, happening.revision, now);
        return true;
      case 'pass-ended':
        this.#passing = null;
        this.#hasPassed ||= !happening.pass.report.isInterrupted;
        this.#known.passed(happening.pass, happening.endedAt, now);
        if (happening.pass.snapshot) this.#receivers.keep(happening.pass.snapshot.subscriptions);
        return true;
      case 'tenant-replaced':
        this.#known = new TenantRecord(this.#clock);
        this.#receivers.clear();
        return true;
      case 'receiver-tested':
        this.#receivers.record(happening.tested);
        return true;
      case 'configuration-reloaded':
        this.#isMisconfigured = false;
        return true;
      case 'configuration-refused':
        this.#isMisconfigured = true;
        return true;
      // They change what is asked for with `Facts`.
      case 'pass-put-off':
      case 'leadership-gained':
      case 'leadership-lost':
      case 'standing-by':
      case 'lease-in-reach':
        return true;
      case 'change-failed':
      case 'receivers-not-listed':
      case 'request-answered':
      case 'request-retried':
      case 'lease-left':
      // It is told once it has lasted, and time alone says when.
      case 'lease-out-of-reach':
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

  /** Of another address nothing is known yet. */
  #changed({ action, id, fields }: Change): void {
    if (action === 'delete' || fields.includes('url')) this.#receivers.forget(id);
  }

  /** `resyncMs`: the time between two scheduled passes. `troubles`: further reasons to be degraded, as sentences. */
  health(mode: Mode, resyncMs: number, leads = true, troubles: readonly string[] = []): Health {
    const all = [...(this.#isMisconfigured ? [MISCONFIGURED] : []), ...troubles];
    return this.#known.health.at(mode, resyncMs, leads, all);
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
    const { snapshot, since, commits, adopted, passes, failingSince, failure, withheld, changes } = this.#known;
    const { revision = null, observedAt, warnings = [], checkoutErrors = 0, problems = [] } = snapshot ?? {};
    const situation = situationOf(facts, withheld, failingSince !== null);
    const { hold, isStale, frozenUntil } = situation;
    // A git command that takes its time says nothing of the tenant.
    const isUnsure = isStale && failure?.kind !== 'checkout-busy';
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
      ...(frozenUntil !== undefined && { frozenUntil }),
      resync: facts.resync,
      passing: this.#passing,
      nextPassAt: isoOrNull(nextPassAt),
      ...(facts.health && { health: facts.health }),
      lastPass: passes[0] ?? null,
      passes,
      failingSince,
      ...(failure && { failure }),
      inSyncSince: isUnsure ? null : isoOrNull(this.#known.inSyncSince),
      sourceUrl: facts.sourceUrl,
      checkoutErrors,
      problems: problems.values().map(problemOf),
      ...subscriptionDocuments(snapshot, { receivers: this.#receivers, since, commits, adopted, situation }),
      changes: changes.newestFirst,
      warnings: [...this.#receivers.warnings(), ...warnings],
    };
  }
}
