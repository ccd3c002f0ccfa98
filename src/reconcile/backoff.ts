/**
 * What this process remembers of each wanted subscription from pass to pass: where a difference comes from, what to
 * leave alone for a while and why. Lost on restart without harm: it only slows down, explains and counts.
 */
import type { Outcome } from '../apply/outcome.ts';
import type { Action, NotStanding, Standing } from '../plan/plan.ts';
import { isSpelling, normaliseTitle } from '../subscription/fields.ts';
import type { Desired, WebhookId } from '../subscription/subscription.ts';
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
import type { DriftOrigin } from './report.ts';

/** Having failed so often in a row, an entry fails by itself and not with the API. */
const ENDURING_OUTAGES = 2;

/** Spans of time are told by Clock.uptime(): hands that are set make neither minutes into hours nor hours into none. */
export class BackoffState {
  readonly #entries = new Map<string, Entry>();

  /**
   * Takes in how every wanted subscription stands. Returns the origins of differences not seen before, for counting.
   * `changedAt`: when the checkout last changed (epoch ms), the best guess on the first pass of a process.
   */
  recordStandings(standings: readonly Standing[], changedAt: number, uptime: number): readonly DriftOrigin[] {
    const drifts: DriftOrigin[] = [];
    const gone = new Set(this.#entries.keys());
    for (const standing of standings) {
      const { desired, state } = standing;
      gone.delete(desired.title);
      const entry = this.#entry(desired);
      follow(entry, standing, uptime);
      if (state === 'in-sync') {
        this.#calm(entry, uptime);
      } else if (state === 'differs' || state === 'missing') {
        const difference = JSON.stringify([entry.wanted, standing.changes]);
        const isOurs = isLeftOver(entry, standing);
        entry.origin = isOurs ? 'git' : originOf(entry, standing, changedAt);
        if (entry.counted !== difference && !isOurs) drifts.push(entry.origin);
        entry.counted = difference;
      }
    }
    for (const title of gone) this.#entries.delete(title);
    return drifts;
  }

  /** What each entry had in the last pass, by normalised title. */
  last(): ReadonlyMap<string, WebhookId> {
    return new Map(
      [...this.#entries].flatMap(([title, { last }]) => (last === undefined ? [] : [[normaliseTitle(title), last]])),
    );
  }

  /**
   * Entries that failed in the passes before as in an outage, those that did so least often first, and whether that is
   * their own affair: another write was answered meanwhile, or nothing else failed.
   */
  enduring(): ReadonlyMap<string, boolean> {
    const enduring = [...this.#entries].filter(([, { outages }]) => outages >= ENDURING_OUTAGES);
    return new Map(
      enduring
        .toSorted(([, a], [, b]) => a.outages - b.outages)
        .map(([title, { othersSucceeded, isAlone }]) => [title, othersSucceeded || isAlone]),
    );
  }

  /** Of actions that are left alone for now: whose entries do not stand meanwhile, and why. */
  notStanding(waiting: readonly Action[], uptime: number): readonly NotStanding[] {
    return waiting.flatMap((action) => {
      const backOff = this.backOff(action, uptime);
      if (!backOff || !('desired' in action)) return [];
      const isThere = action.kind !== 'create' && backOff.state === 'NotConverging' && isSpelling(backOff.fields);
      return isThere ? [] : [{ title: action.desired.title, why: `${backOff.state}: ${backOff.message}` }];
    });
  }

  origin(title: string): DriftOrigin | undefined {
    return this.#entries.get(title)?.origin;
  }

  lastChangeAt(title: string): number | undefined {
    return this.#entries.get(title)?.lastChangeAt;
  }

  /** Why nothing is to be done to this subscription now; undefined: go ahead. */
  backOff(action: Action, uptime: number): BackOff | undefined {
    if (!('desired' in action)) return undefined;
    const backOff = this.#entries.get(action.desired.title)?.backOff;
    if (!backOff || uptime >= backOff.notBefore) return undefined;
    return isBeyond(action, backOff) ? undefined : backOff;
  }

  /** What this entry backs off for, and what else there may be to do about it is not asked. */
  ofEntry(title: string): BackOff | undefined {
    return this.#entries.get(title)?.backOff;
  }

  /** The subscription is, or was until lately, changed back by somebody else again and again. */
  isContested(title: string): boolean {
    return this.#entries.get(title)?.backOff?.state === 'Contested';
  }

  /** Takes in what became of an action. */
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
      entry.made = { id: outcome.observed.id, at: uptime };
    }
    switch (outcome.kind) {
      case 'done':
        entry.lastChangeAt = now;
        if (!contest(entry, action.desired.title, uptime) && entry.origin !== 'remote') {
          delete entry.backOff;
          entry.tries = 0;
        }
        entry.settled = entry.wanted;
        delete entry.origin;
        delete entry.counted;
        return;
      case 'not-converging': {
        const { fields } = outcome;
        entry.lastChangeAt = now;
        // An answer that differs from what was sent may come of somebody who is as quick as we are.
        if (contest(entry, action.desired.title, uptime)) return;
        startBackOff(entry, uptime, {
          state: 'NotConverging',
          message: `the API answered success, but still shows other values than were sent in ${fields.join(', ')}: write them as it does, or leave them to it with reconcile.ignore`,
          fields,
        });
        return;
      }
      case 'failed': {
        const { status, message, requestId } = outcome.failure;
        // Outages and refused credentials are the pass's affair; this is about what the API has against this entry.
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
      // Somebody has edited the entry: whatever was wrong with it may be mended.
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
    const { backOff } = entry;
    if (backOff?.state === 'Contested' && uptime - backOff.notBefore < CONTEST_WINDOW_MS) return;
    delete entry.backOff;
    entry.tries = 0;
  }
}

/** Nothing differs but what the API showed otherwise than we sent it: nobody has changed anything. */
function isLeftOver({ backOff }: Entry, { state, changes }: Standing): boolean {
  return (
    state === 'differs' &&
    backOff?.state === 'NotConverging' &&
    changes.every(({ field }) => backOff.fields.includes(field))
  );
}

function originOf(entry: Entry, standing: Standing, changedAt: number): DriftOrigin {
  if (entry.settled !== undefined) return entry.settled === entry.wanted ? 'remote' : 'git';
  const { observed } = standing;
  return observed && Date.parse(observed.updated_at) > changedAt ? 'remote' : 'git';
}

function contentKey({ source: _source, ...content }: Desired): string {
  return JSON.stringify(content);
}
