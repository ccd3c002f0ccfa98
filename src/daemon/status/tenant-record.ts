/** What the status knows of one tenant. A daemon that is told to keep another one begins with a new record. */
import type { Clock } from '../../base/clock.ts';
import type { Withheld } from '../../plan/plan.ts';
import type { Pass } from '../../reconcile/pass.ts';
import type { PassReport, Snapshot } from '../../reconcile/report.ts';
import type { EntryCommit, StatusDocument } from '../status-document.ts';
import { Changes } from './changes.ts';
import { failureOf } from './failure.ts';
import { HealthRecord } from './health.ts';
import { Since } from './since.ts';

const PASSES_KEPT = 100;
const NO_COMMITS: ReadonlyMap<string, EntryCommit> = new Map();

export class TenantRecord {
  readonly changes = new Changes();
  readonly health: HealthRecord;
  /** Newest first. Replaced rather than changed: a document that is being made goes on with the one it began with. */
  passes: readonly PassReport[] = [];
  snapshot: Snapshot | undefined;
  since = Since.nothing;
  /** Of the revision of the snapshot, by title. */
  commits = NO_COMMITS;
  failingSince: string | null = null;
  failure: StatusDocument['failure'];
  /** What the pass of the snapshot withheld. */
  withheld: readonly Withheld[] = [];
  /** The ids of what was adopted, of those in the snapshot. */
  adopted: ReadonlySet<string> = new Set();
  /** The ids of what was adopted since. */
  readonly #adopting = new Set<string>();
  /** Epoch milliseconds, or since the latest of the entries is; undefined: not everything is in sync. */
  #inSyncSince: number | 'latest' | undefined;

  constructor(clock: Pick<Clock, 'uptime'>) {
    this.health = new HealthRecord(clock);
  }

  /** Since when everything is in sync (epoch milliseconds); undefined: it is not so. */
  get inSyncSince(): number | undefined {
    return this.#inSyncSince === 'latest' ? this.since.latest : this.#inSyncSince;
  }

  /** A pass that began before `pass-ended` shows what it has adopted. */
  adopt(id: string): void {
    this.#adopting.add(id);
  }

  /** `endedAt`, `now`: epoch milliseconds. */
  passed(pass: Pass, endedAt: number, now: number): void {
    const { report, snapshot } = pass;
    this.health.passed(pass, endedAt);
    this.passes = [report, ...this.passes.slice(0, PASSES_KEPT - 1)];
    if (!report.isInterrupted) {
      if (report.result !== 'failed') this.failingSince = null;
      else this.failingSince ??= report.startedAt;
      this.failure = failureOf(pass);
    }
    if (!snapshot) return;
    const isFirst = this.snapshot === undefined;
    this.changes.withheld(this.snapshot, snapshot, now);
    // Which commits the entries of another revision are of is not known yet.
    if (snapshot.revision.id !== this.snapshot?.revision.id) this.commits = NO_COMMITS;
    this.snapshot = snapshot;
    this.withheld = report.withheld;
    const isAdopted = (id: string) => this.adopted.has(id) || this.#adopting.has(id);
    this.adopted = new Set(snapshot.subscriptions.flatMap(({ id }) => (id !== undefined && isAdopted(id) ? id : [])));
    this.#adopting.clear();
    this.since = this.since.after(snapshot);
    this.#inSyncSince = inSyncSince(pass, endedAt, this.#inSyncSince ?? (isFirst ? 'latest' : endedAt));
  }

  /** The commits of the entries of that revision, by title. Returns whether that is news. */
  attribute(revision: string, commits: ReadonlyMap<string, EntryCommit>): boolean {
    const hasChanged = this.changes.attribute(revision, commits);
    if (revision !== this.snapshot?.revision.id || commits === this.commits) return hasChanged;
    this.commits = commits;
    this.since = this.since.attributed(commits);
    return true;
  }
}

/**
 * Since when nothing is left to do: as before, unless this pass had to change something. A pass that failed to look says
 * nothing of the time since the look before.
 */
function inSyncSince<T>({ report, snapshot }: Pass, endedAt: number, before: T): T | number | undefined {
  const isInSync = snapshot?.checkoutErrors === 0 && snapshot.subscriptions.every(({ state }) => state === 'InSync');
  if (!isInSync || report.result === 'failed' || report.withheld.length > 0) return undefined;
  return Object.values(report.changes).some((count) => count > 0) ? endedAt : before;
}
