/** The health of the daemon, as `/healthz` tells it: from the passes, their age, and what somebody has to look at. */
import type { Clock } from '../../base/clock.ts';
import { counted } from '../../base/text.ts';
import type { Mode } from '../../config/config.ts';
import type { Pass } from '../../reconcile/pass.ts';
import { type PassReport, RESULTS } from '../../reconcile/report.ts';
import { type Reasons, reasonsIn } from '../reasons.ts';

const PATIENCE_MS = 5 * 60_000;

export interface Health {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly reasons: readonly string[];
  /** ISO 8601, UTC; null: none yet. */
  readonly lastSuccess: string | null;
  readonly revision: string | null;
  readonly leader: boolean;
  readonly mode: Mode;
}

/** Of one tenant. */
export class HealthRecord {
  readonly #clock: Pick<Clock, 'uptime'>;
  #last: PassReport | undefined;
  #revision: string | null = null;
  #reasons: Reasons = NO_REASONS;
  /** Epoch milliseconds. */
  #lastSuccess: number | undefined;
  /** When the last pass succeeded, else the start; by `uptime`. */
  #wellAt: number;

  constructor(clock: Pick<Clock, 'uptime'>) {
    this.#clock = clock;
    this.#wellAt = clock.uptime();
  }

  passed({ report, snapshot }: Pass, endedAt: number): void {
    if (!report.isInterrupted) this.#last = report;
    if (snapshot) {
      this.#revision = snapshot.revision.id;
      this.#reasons = reasonsIn(snapshot);
    }
    if (!RESULTS[report.result].isSuccess) return;
    this.#lastSuccess = endedAt;
    this.#wellAt = this.#clock.uptime();
  }

  /** `resyncMs`: the time between two scheduled passes. `troubles`: further reasons to be degraded, as sentences. */
  at(mode: Mode, resyncMs: number, leads: boolean, troubles: readonly string[]): Health {
    const patienceMs = Math.max(PATIENCE_MS, 3 * resyncMs);
    const isLate = this.#clock.uptime() - this.#wellAt > patienceMs;
    const reasons = [...troubles, ...this.#worries()];
    if (isLate) reasons.unshift(`no successful pass for more than ${Math.round(patienceMs / 1000)} s`);
    return {
      status: isLate ? 'failing' : reasons.length > 0 ? 'degraded' : 'ok',
      reasons,
      lastSuccess: isoOrNull(this.#lastSuccess),
      revision: this.#revision,
      leader: leads,
      mode,
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
    const last = this.#last;
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

const NO_REASONS: Reasons = { worries: [], undone: [] };

export function isoOrNull(time: number | undefined): string | null {
  return time === undefined || !Number.isFinite(time) ? null : new Date(time).toISOString();
}
