/**
 * What this process remembers of each desired subscription from pass to pass: where its drift comes from, and whether
 * it backs off. A restart loses all of it without harm, because it only delays, explains and counts.
 */
import type { Outcome } from '../apply/outcome.ts';
import type { Action, NotStanding, Standing } from '../plan/plan.ts';
import type { DriftOrigin } from '../subscription/diff.ts';
import { isSpelling, titleKey } from '../subscription/fields.ts';
import type { Desired, WebhookId } from '../subscription/subscription.ts';
import { type Drift, driftOf, isLeftOver, originOf, takenAway } from './drift.ts';
import {
  startBackOff,
  contest,
  CONTEST_WINDOW_MS,
  countOutage,
  type Entry,
  follow,
  isBeyond,
  type Moment,
  type BackOff,
} from './entry-state.ts';
import type { Between } from './report.ts';

/** After so many failures in a row, an entry is judged by itself: the cause may be the entry and not the API. */
const ENDURING_OUTAGES = 2;

/** Durations are measured by Clock.uptime(), so that a wall clock that is set does not stretch or shorten them. */
export class BackoffState {
  readonly #entries = new Map<string, Entry>();

  /**
   * Records how every desired subscription stands. Returns the drift not seen before. `changedAt`: when the checkout
   * last changed (epoch milliseconds). It decides the origin on the first pass of a process. `look`: when the listing
   * was begun (Clock.uptime()), and which time it is (epoch milliseconds).
   */
  recordStandings(
    standings: readonly Standing[],
    changedAt: number,
    uptime: number,
    look: { readonly begunAt: number; readonly now: number } = { begunAt: uptime, now: uptime },
  ): readonly Drift[] {
    const drifts: Drift[] = [];
    const iso = (at: number) => new Date(look.now - (uptime - at)).toISOString();
    const gone = new Set(this.#entries.keys());
    for (const found of standings) {
      const { desired } = found;
      gone.delete(desired.title);
      const entry = this.#entry(desired);
      const { last, seenAt } = entry;
      const standing = takenAway(found, entry);
      const { state } = standing;
      follow(entry, found, uptime, look.begunAt);
      if (state === 'in-sync') {
        this.#calm(entry, uptime);
      } else if (state === 'differs' || state === 'missing') {
        const difference = JSON.stringify([entry.wanted, standing.changes]);
        const isOurs = isLeftOver(entry, standing);
        entry.origin = isOurs ? 'git' : originOf(entry, standing, changedAt);
        if (entry.counted !== difference) {
          const between = { after: seenAt === undefined ? null : iso(seenAt), before: iso(uptime) };
          if (!isOurs) drifts.push(driftOf(standing, entry.origin, last, between));
          if (entry.origin === 'remote') entry.between = between;
          else delete entry.between;
        }
        entry.counted = difference;
      }
    }
    for (const title of gone) this.#entries.delete(title);
    return drifts;
  }

  /** The id each entry was matched with in the last pass, by normalised title. */
  last(): ReadonlyMap<string, WebhookId> {
    return new Map(
      [...this.#entries].flatMap(([title, { last }]) => (last === undefined ? [] : [[titleKey(title), last]])),
    );
  }

  /** When the ids of `last` were last seen: ISO 8601, UTC. */
  seenAt({ uptime, now }: Pick<Moment, 'uptime' | 'now'>): ReadonlyMap<WebhookId, string> {
    return new Map(
      [...this.#entries.values()].flatMap(({ last, seenAt }) =>
        last === undefined || seenAt === undefined ? [] : [[last, new Date(now - (uptime - seenAt)).toISOString()]],
      ),
    );
  }

  /**
   * Titles of entries that failed as in an outage in the passes before, the fewest failures first. The value says
   * whether the cause is the entry itself: another write was answered meanwhile, or nothing else failed.
   */
  enduring(): ReadonlyMap<string, boolean> {
    const enduring = [...this.#entries].filter(([, { outages }]) => outages >= ENDURING_OUTAGES);
    return new Map(
      enduring
        .toSorted(([, a], [, b]) => a.outages - b.outages)
        .map(([title, { othersSucceeded, isAlone }]) => [title, othersSucceeded || isAlone]),
    );
  }

  /** The entries that are not in place while their actions (`waiting`) back off, and why. */
  notStanding(waiting: readonly Action[], uptime: number): readonly NotStanding[] {
    return waiting.flatMap((action) => {
      const backOff = this.backOff(action, uptime);
      if (!backOff || !('desired' in action)) return [];
      const isThere = action.kind !== 'create' && backOff.state === 'NotConverging' && isSpelling(backOff.fields);
      return isThere ? [] : [{ title: action.desired.title, why: `${backOff.state}: ${backOff.message}` }];
    });
  }

  /** With origin `remote`: between which two looks the difference came about. */
  between(title: string): Between | undefined {
    return this.#entries.get(title)?.between;
  }

  origin(title: string): DriftOrigin | undefined {
    return this.#entries.get(title)?.origin;
  }

  /**
   * Where the difference comes from that an action puts right; undefined where it cannot be known. Another client is named
   * only where this process has seen the entry as wanted before: what is younger than the checkout's last change may as
   * well be of an earlier run of this program, for a commit that was taken back since.
   */
  originOf(action: Action, changedAt: number): DriftOrigin | undefined {
    if ('desired' in action) {
      const entry = this.#entries.get(action.desired.title);
      return entry?.settled === undefined && entry?.origin === 'remote' ? undefined : entry?.origin;
    }
    if (action.because === 'tombstone') return 'git';
    return Date.parse(action.observed.created_at) > changedAt ? undefined : 'git';
  }

  lastChangeAt(title: string): number | undefined {
    return this.#entries.get(title)?.lastChangeAt;
  }

  /** Why this action has to wait; undefined: it may be carried out now. */
  backOff(action: Action, uptime: number): BackOff | undefined {
    if (!('desired' in action)) return undefined;
    const backOff = this.#entries.get(action.desired.title)?.backOff;
    if (!backOff || uptime >= backOff.notBefore) return undefined;
    return isBeyond(action, backOff) ? undefined : backOff;
  }

  /** The back-off of an entry, whether or not it has ended or covers a given action. */
  ofEntry(title: string): BackOff | undefined {
    return this.#entries.get(title)?.backOff;
  }

  /**
   * When the back-off of an entry ends (ISO 8601, UTC); undefined: it has none, or one that has ended. In whole seconds, so
   * that it is the same by two clocks that are not read at the same instant.
   */
  retryAt(title: string, { uptime, now }: Pick<Moment, 'uptime' | 'now'>): string | undefined {
    const { notBefore = uptime } = this.#entries.get(title)?.backOff ?? {};
    if (notBefore <= uptime) return undefined;
    return new Date(Math.ceil((now + notBefore - uptime) / 1_000) * 1_000).toISOString();
  }

  /** Another client keeps changing the subscription back, or did so until lately. */
  isContested(title: string): boolean {
    return this.#entries.get(title)?.backOff?.state === 'Contested';
  }

  /** Records the outcome of an action. */
  recordOutcome(outcome: Outcome, moment: Moment): void {
    const { uptime, now } = moment;
    const { action } = outcome;
    if (!('desired' in action)) return;
    const entry = this.#entries.get(action.desired.title);
    if (!entry) return;
    countOutage(entry, outcome, moment);
    if (
      action.kind === 'create' &&
      'observed' in outcome &&
      outcome.observed !== undefined &&
      outcome.observed !== 'deleted'
    ) {
      entry.lastChangeAt = now;
      entry.last = outcome.observed.id;
      entry.seenAt = uptime;
      entry.made = { id: outcome.observed.id, at: uptime };
    }
    switch (outcome.kind) {
      case 'done':
        entry.lastChangeAt = now;
        if (!contest(entry, action.desired.title, uptime) && entry.origin !== 'remote') {
          delete entry.backOff;
          entry.tries = 0;
        }
        entry.seenAt = uptime;
        entry.settled = entry.wanted;
        delete entry.origin;
        delete entry.counted;
        delete entry.between;
        return;
      case 'not-converging': {
        const { fields } = outcome;
        entry.lastChangeAt = now;
        // The answer may differ from what was sent because another client changed it at the same moment.
        if (contest(entry, action.desired.title, uptime)) return;
        startBackOff(entry, uptime, {
          state: 'NotConverging',
          message: `the API answered success, but still shows other values than were sent in ${fields.join(', ')}: write the values it shows, or ignore these fields with reconcile.ignore`,
          fields,
        });
        return;
      }
      case 'failed': {
        const { status, message, requestId } = outcome.failure;
        // Outages and refused credentials concern the whole pass. Only a refusal of this entry starts its back-off.
        const isAboutEntry =
          status !== undefined && status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
        if (isAboutEntry)
          startBackOff(entry, uptime, { state: 'Failed', message, fields: [], ...(requestId && { requestId }) });
        return;
      }
      case 'conflict': {
        const { message, requestId } = outcome.failure;
        startBackOff(entry, uptime, { state: 'Conflict', message, fields: [], ...(requestId && { requestId }) });
        return;
      }
      case 'pending':
      case 'stale':
      case 'withheld':
      case 'skipped':
    }
  }

  #entry(desired: Desired): Entry {
    const wanted = contentKey(desired);
    let entry = this.#entries.get(desired.title);
    if (!entry) {
      entry = { wanted, tries: 0, corrections: [], losses: 0, outages: 0, othersSucceeded: false, isAlone: true };
      this.#entries.set(desired.title, entry);
    } else if (entry.wanted !== wanted) {
      // The entry was edited, which may have fixed what was wrong with it.
      entry.wanted = wanted;
      entry.tries = 0;
      entry.corrections = [];
      entry.losses = 0;
      delete entry.backOff;
    }
    return entry;
  }

  #calm(entry: Entry, uptime: number): void {
    entry.settled = entry.wanted;
    delete entry.origin;
    delete entry.counted;
    delete entry.between;
    const { backOff } = entry;
    if (backOff?.state === 'Contested' && uptime - backOff.notBefore < CONTEST_WINDOW_MS) return;
    delete entry.backOff;
    entry.tries = 0;
  }
}

function contentKey({ source: _source, ...content }: Desired): string {
  return JSON.stringify(content);
}
