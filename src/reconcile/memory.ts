/**
 * What this process remembers of each wanted subscription from pass to pass: where a difference comes from, what to
 * leave alone for a while and why. Lost on restart without harm: it only slows down, explains and counts.
 */
import type { Outcome } from '../apply/outcome.ts';
import type { Action, Standing } from '../plan/plan.ts';
import type { Desired, Field } from '../subscription.ts';
import type { DriftOrigin } from './report.ts';

const MINUTE = 60_000;
const FIRST_BACKOFF_MS = 30_000;
const LONGEST_BACKOFF_MS = 30 * MINUTE;
/** More corrections than this within the window and the subscription counts as contested (design, section 5). */
const CONTEST_LIMIT = 5;
const CONTEST_WINDOW_MS = 10 * MINUTE;
const LONGEST_CONTEST_MS = 60 * MINUTE;

/** Why a subscription is left alone until `notBefore` (Clock.uptime()). */
export interface StandDown {
  readonly state: 'NotConverging' | 'Failed' | 'Contested';
  readonly message: string;
  readonly requestId?: string;
  readonly fields: readonly Field[];
  readonly notBefore: number;
}

interface Entry {
  /** The wanted content when tenant and checkout last agreed, and when the entry was last seen to want something else. */
  settled?: string;
  wanted: string;
  origin?: DriftOrigin;
  /** The difference that has been counted already. */
  counted?: string;
  standDown?: StandDown;
  tries: number;
  /** When what somebody else had changed was corrected: Clock.uptime(). */
  corrections: number[];
  /** Epoch ms. */
  lastChangeAt?: number;
}

/** Spans of time are told by Clock.uptime(): hands that are set make neither minutes into hours nor hours into none. */
export class Memory {
  readonly #entries = new Map<string, Entry>();

  /**
   * Takes in how every wanted subscription stands. Returns the origins of differences not seen before, for counting.
   * `changedAt`: when the checkout last changed (epoch ms), the best guess on the first pass of a process.
   */
  see(standings: readonly Standing[], changedAt: number, uptime: number): readonly DriftOrigin[] {
    const drifts: DriftOrigin[] = [];
    const gone = new Set(this.#entries.keys());
    for (const standing of standings) {
      const { desired, state } = standing;
      gone.delete(desired.title);
      const entry = this.#entry(desired);
      if (state === 'in-sync') {
        this.#calm(entry, uptime);
      } else if (state === 'differs' || state === 'missing') {
        const difference = JSON.stringify([entry.wanted, standing.changes]);
        entry.origin = originOf(entry, standing, changedAt);
        if (entry.counted !== difference) drifts.push(entry.origin);
        entry.counted = difference;
      }
    }
    for (const title of gone) this.#entries.delete(title);
    return drifts;
  }

  origin(title: string): DriftOrigin | undefined {
    return this.#entries.get(title)?.origin;
  }

  lastChangeAt(title: string): number | undefined {
    return this.#entries.get(title)?.lastChangeAt;
  }

  /** Why nothing is to be done to this subscription now; undefined: go ahead. */
  standDown(action: Action, uptime: number): StandDown | undefined {
    if (!('desired' in action)) return undefined;
    const standDown = this.#entries.get(action.desired.title)?.standDown;
    return standDown && uptime < standDown.notBefore ? standDown : undefined;
  }

  /** The subscription is, or was until lately, changed back by somebody else again and again. */
  isContested(title: string): boolean {
    return this.#entries.get(title)?.standDown?.state === 'Contested';
  }

  /** Takes in what became of an action. `now`: epoch ms, for people. */
  note(outcome: Outcome, uptime: number, now: number): void {
    const { action } = outcome;
    if (!('desired' in action)) return;
    const entry = this.#entries.get(action.desired.title);
    if (!entry) return;
    switch (outcome.kind) {
      case 'done':
        entry.lastChangeAt = now;
        if (!contest(entry, action.desired.title, uptime) && entry.origin !== 'remote') {
          delete entry.standDown;
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
        backOff(entry, uptime, {
          state: 'NotConverging',
          message: `the API answered success, but still shows other values than were sent in ${fields.join(', ')}`,
          fields,
        });
        return;
      }
      case 'failed': {
        const { status, message, requestId } = outcome.failure;
        // Outages and refused credentials are the pass's affair; this is about what the API has against this entry.
        const isAboutEntry = status !== undefined && status >= 400 && status < 500 && ![401, 403, 429].includes(status);
        if (isAboutEntry)
          backOff(entry, uptime, { state: 'Failed', message, fields: [], ...(requestId && { requestId }) });
        return;
      }
      case 'outdated':
      case 'skipped':
    }
  }

  #entry(desired: Desired): Entry {
    const wanted = contentKey(desired);
    let entry = this.#entries.get(desired.title);
    if (!entry) {
      entry = { wanted, tries: 0, corrections: [] };
      this.#entries.set(desired.title, entry);
    } else if (entry.wanted !== wanted) {
      // Somebody has edited the entry: whatever was wrong with it may be mended.
      entry.wanted = wanted;
      entry.tries = 0;
      entry.corrections = [];
      delete entry.standDown;
    }
    return entry;
  }

  #calm(entry: Entry, uptime: number): void {
    entry.settled = entry.wanted;
    delete entry.origin;
    delete entry.counted;
    const { standDown } = entry;
    if (standDown?.state === 'Contested' && uptime - standDown.notBefore < CONTEST_WINDOW_MS) return;
    delete entry.standDown;
    entry.tries = 0;
  }
}

/** Counts a correction of what somebody else had changed. True: there are too many, and it is left alone for a while. */
function contest(entry: Entry, title: string, uptime: number): boolean {
  if (entry.origin !== 'remote') return false;
  const wasContested = entry.standDown?.state === 'Contested';
  entry.corrections = [...entry.corrections.filter((at) => uptime - at < CONTEST_WINDOW_MS), uptime];
  if (!wasContested && entry.corrections.length <= CONTEST_LIMIT) return false;
  entry.tries = wasContested ? entry.tries + 1 : 1;
  const waitMs = Math.min(MINUTE * 2 ** (entry.tries - 1), LONGEST_CONTEST_MS);
  entry.standDown = {
    state: 'Contested',
    message: `somebody else keeps changing "${title}" back: corrected ${entry.corrections.length} times in 10 minutes, next correction in ${waitMs / MINUTE} min at the earliest`,
    fields: [],
    notBefore: uptime + waitMs,
  };
  return true;
}

function backOff(entry: Entry, uptime: number, why: Omit<StandDown, 'notBefore'>): void {
  const waitMs = Math.min(FIRST_BACKOFF_MS * 2 ** entry.tries, LONGEST_BACKOFF_MS);
  entry.tries += 1;
  entry.standDown = { ...why, notBefore: uptime + waitMs };
}

function originOf(entry: Entry, standing: Standing, changedAt: number): DriftOrigin {
  if (entry.settled !== undefined) return entry.settled === entry.wanted ? 'remote' : 'git';
  const { observed } = standing;
  return observed && Date.parse(observed.updated_at) > changedAt ? 'remote' : 'git';
}

function contentKey({ source: _source, ...content }: Desired): string {
  return JSON.stringify(content);
}
