/**
 * What this process remembers of each wanted subscription from pass to pass: where a difference comes from, what to
 * leave alone for a while and why. Lost on restart without harm: it only slows down, explains and counts.
 */
import type { Outcome } from '../apply/outcome.ts';
import { normaliseTitle } from '../normalise-title.ts';
import type { Action, Standing } from '../plan/plan.ts';
import { isSpelling, type NotStanding } from '../plan/unfinished.ts';
import type { Desired, Field, WebhookId } from '../subscription.ts';
import type { DriftOrigin } from './report.ts';

const MINUTE = 60_000;
const FIRST_BACKOFF_MS = 30_000;
const LONGEST_BACKOFF_MS = 30 * MINUTE;
/** More corrections than this within the window and the subscription counts as contested (design, section 5). */
const CONTEST_LIMIT = 5;
const CONTEST_WINDOW_MS = 10 * MINUTE;
const LONGEST_CONTEST_MS = 60 * MINUTE;
/** As often in a row a subscription of ours may vanish before it is no longer made again at once. */
const MOST_LOSSES = 2;
/** Having stood for so long, it was no failed create that vanished. */
const STANDS_FOR_MS = 10 * MINUTE;
/** Having failed so often in a row, an entry fails by itself and not with the API. */
const ENDURING_OUTAGES = 2;

/** Why a subscription is left alone until `notBefore` (Clock.uptime()). */
export interface StandDown {
  readonly state: 'NotConverging' | 'Failed' | 'Contested' | 'Conflict';
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
  /** What it had in the last pass that saw it. */
  last?: WebhookId;
  /** What we created for it. `at`: Clock.uptime(). */
  made?: { readonly id: WebhookId; readonly at: number };
  /** How often in a row what we created vanished. */
  losses: number;
  /** Passes in a row in which it failed as in an outage. */
  outages: number;
  /** In any of them another write was answered. */
  othersSucceeded: boolean;
  /** In all of them nothing else failed so. */
  isAlone: boolean;
}

export interface Moment {
  /** Clock.uptime(). */
  readonly uptime: number;
  /** Epoch ms, for people. */
  readonly now: number;
  /** A change was answered 2xx in this pass. */
  readonly hasSucceeded: boolean;
  /** How many actions failed in it as in an outage. */
  readonly outages: number;
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
      follow(entry, standing, uptime);
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
      const standDown = this.standDown(action, uptime);
      if (!standDown || !('desired' in action)) return [];
      const isThere = action.kind !== 'create' && standDown.state === 'NotConverging' && isSpelling(standDown.fields);
      return isThere ? [] : [{ title: action.desired.title, why: `${standDown.state}: ${standDown.message}` }];
    });
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
    if (!standDown || uptime >= standDown.notBefore) return undefined;
    return isBeyond(action, standDown) ? undefined : standDown;
  }

  /** What this entry backs off for, and what else there may be to do about it is not asked. */
  backOff(title: string): StandDown | undefined {
    return this.#entries.get(title)?.standDown;
  }

  /** The subscription is, or was until lately, changed back by somebody else again and again. */
  isContested(title: string): boolean {
    return this.#entries.get(title)?.standDown?.state === 'Contested';
  }

  /** Takes in what became of an action. */
  note(outcome: Outcome, moment: Moment): void {
    const { uptime, now } = moment;
    const { action } = outcome;
    if (!('desired' in action)) return;
    const entry = this.#entries.get(action.desired.title);
    if (!entry) return;
    countOutage(entry, outcome, moment);
    if (action.kind === 'create' && 'left' in outcome && outcome.left !== undefined && outcome.left !== 'deleted') {
      entry.lastChangeAt = now;
      entry.last = outcome.left.id;
      entry.made = { id: outcome.left.id, at: uptime };
    }
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
        const isAboutEntry =
          status !== undefined && status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
        if (isAboutEntry)
          backOff(entry, uptime, { state: 'Failed', message, fields: [], ...(requestId && { requestId }) });
        return;
      }
      case 'conflict': {
        const { message, requestId } = outcome.failure;
        backOff(entry, uptime, { state: 'Conflict', message, fields: [], ...(requestId && { requestId }) });
        return;
      }
      case 'pending':
      case 'outdated':
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

/** It is more than what it backs off for that differs now: that is put right at once. */
function isBeyond(action: Action, { state, fields }: StandDown): boolean {
  if (state !== 'NotConverging' || action.kind === 'create' || !('changes' in action)) return false;
  return action.changes.some(({ field }) => !fields.includes(field));
}

/** What an entry has, and whether what we made for it has vanished without our delete. */
function follow(entry: Entry, { desired, observed, state }: Standing, uptime: number): void {
  if (observed && state !== 'conflict') entry.last = observed.id;
  const { made } = entry;
  if (observed && made && uptime - made.at >= STANDS_FOR_MS) entry.losses = 0;
  if (state !== 'missing' || !made) return;
  delete entry.made;
  entry.losses += 1;
  if (entry.losses < MOST_LOSSES) return;
  // Each time it was there for a while, which says nothing of the next.
  entry.tries = entry.losses - MOST_LOSSES;
  backOff(entry, uptime, {
    state: 'NotConverging',
    message: `what was created for ${JSON.stringify(desired.title)} (${made.id} last) has vanished ${entry.losses} times in a row, and was not deleted here: ask Upvest, or find what deletes it`,
    fields: [],
  });
}

function countOutage(entry: Entry, outcome: Outcome, { hasSucceeded, outages }: Moment): void {
  const { kind } = outcome;
  if (kind === 'skipped' || kind === 'outdated' || kind === 'pending') return;
  const isOutage = failedAsInOutage(outcome);
  entry.outages = isOutage ? entry.outages + 1 : 0;
  entry.othersSucceeded = isOutage && (entry.othersSucceeded || hasSucceeded);
  entry.isAlone = !isOutage || (entry.isAlone && outages === 1);
}

export function failedAsInOutage(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && (outcome.failure.isOutage ?? outcome.failure.status === 403);
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
