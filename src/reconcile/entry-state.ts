/** What is remembered of one desired subscription, and how outcomes change it: back-off, contest, losses, outages. */
import type { Outcome } from '../apply/outcome.ts';
import type { Action, Standing } from '../plan/plan.ts';
import type { DriftOrigin } from '../subscription/diff.ts';
import type { Field, WebhookId } from '../subscription/subscription.ts';
import type { Between } from './report.ts';

const MINUTE = 60_000;
const FIRST_BACKOFF_MS = 30_000;
const LONGEST_BACKOFF_MS = 30 * MINUTE;
/** A subscription corrected more often than this within the window is contested (docs/pass-rules.md, 6). */
const CONTEST_LIMIT = 5;
export const CONTEST_WINDOW_MS = 10 * MINUTE;
const LONGEST_CONTEST_MS = 60 * MINUTE;
/** A subscription we created that vanishes so often in a row is no longer created again at once. */
const MOST_LOSSES = 2;
/**
 * A subscription that existed for so long was created successfully: its vanishing later does not count as a loss in a
 * row.
 */
const STANDS_FOR_MS = 10 * MINUTE;

/** Why a subscription is not changed until `notBefore` (Clock.uptime()). */
export interface BackOff {
  readonly state: 'NotConverging' | 'Failed' | 'Contested' | 'Conflict';
  readonly message: string;
  readonly requestId?: string;
  readonly fields: readonly Field[];
  readonly notBefore: number;
}

export interface Entry {
  /** The desired content when tenant and checkout last agreed. */
  settled?: string;
  /** The desired content in the last pass. */
  wanted: string;
  origin?: DriftOrigin;
  /** The drift that has been counted already. */
  counted?: string;
  /** Between which looks another client has caused it. */
  between?: Between;
  backOff?: BackOff;
  tries: number;
  /** When changes by another client were corrected: Clock.uptime(). */
  corrections: number[];
  /** Epoch milliseconds. */
  lastChangeAt?: number;
  /** The subscription it was matched with in the last pass that observed one. */
  last?: WebhookId;
  /** When the last listing with it was begun, or a change of it was answered: Clock.uptime(). */
  seenAt?: number;
  /** The subscription we created for it. `at`: Clock.uptime(). */
  made?: { readonly id: WebhookId; readonly at: number };
  /** How many subscriptions in a row that we created have vanished. */
  losses: number;
  /** Passes in a row in which this entry failed as in an outage. */
  outages: number;
  /** Another write was answered in at least one of these passes. */
  othersSucceeded: boolean;
  /** Nothing else failed as in an outage in any of these passes. */
  isAlone: boolean;
}

export interface Moment {
  /** Clock.uptime(). */
  readonly uptime: number;
  /** Epoch milliseconds, shown to operators. */
  readonly now: number;
  /** A change was answered 2xx in this pass. */
  readonly hasSucceeded: boolean;
  /** How many actions of this pass failed as in an outage. */
  readonly outages: number;
}

/**
 * Counts a correction of a change by another client. True: there were too many, and the entry now backs off as
 * contested.
 */
export function contest(entry: Entry, title: string, uptime: number): boolean {
  if (entry.origin !== 'remote') return false;
  const wasContested = entry.backOff?.state === 'Contested';
  entry.corrections = [...entry.corrections.filter((at) => uptime - at < CONTEST_WINDOW_MS), uptime];
  if (!wasContested && entry.corrections.length <= CONTEST_LIMIT) return false;
  entry.tries = wasContested ? entry.tries + 1 : 1;
  const waitMs = Math.min(MINUTE * 2 ** (entry.tries - 1), LONGEST_CONTEST_MS);
  entry.backOff = {
    state: 'Contested',
    message: `another client keeps changing "${title}" back: corrected ${entry.corrections.length} times in 10 minutes, next correction in ${waitMs / MINUTE} min at the earliest`,
    fields: [],
    notBefore: uptime + waitMs,
  };
  return true;
}

/** Fields differ that the back-off is not about: the action is carried out at once. */
export function isBeyond(action: Action, { state, fields }: BackOff): boolean {
  if (state !== 'NotConverging' || action.kind === 'create' || !('changes' in action)) return false;
  return action.changes.some(({ field }) => !fields.includes(field));
}

/** Records the observed subscription of an entry, and whether one that we created has vanished without our delete. */
export function follow(entry: Entry, { desired, observed, state }: Standing, uptime: number, listedAt: number): void {
  if (observed && state !== 'conflict') {
    entry.last = observed.id;
    entry.seenAt = listedAt;
  }
  const { made } = entry;
  if (observed && made && uptime - made.at >= STANDS_FOR_MS) entry.losses = 0;
  if (state !== 'missing' || !made) return;
  delete entry.made;
  entry.losses += 1;
  if (entry.losses < MOST_LOSSES) return;
  // Each created subscription was observed in sync once, which reset `tries`: the wait goes by the number of losses.
  entry.tries = entry.losses - MOST_LOSSES;
  startBackOff(entry, uptime, {
    state: 'NotConverging',
    message: `what was created for ${JSON.stringify(desired.title)} (${made.id} last) has vanished ${entry.losses} times in a row, and was not deleted here: ask Upvest, or find what deletes it`,
    fields: [],
  });
}

export function countOutage(entry: Entry, outcome: Outcome, { hasSucceeded, outages }: Moment): void {
  const { kind } = outcome;
  if (kind === 'skipped' || kind === 'stale' || kind === 'pending') return;
  const isOutage = failedAsInOutage(outcome);
  entry.outages = isOutage ? entry.outages + 1 : 0;
  entry.othersSucceeded = isOutage && (entry.othersSucceeded || hasSucceeded);
  entry.isAlone = !isOutage || (entry.isAlone && outages === 1);
}

export function failedAsInOutage(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && (outcome.failure.isOutage ?? outcome.failure.status === 403);
}

export function startBackOff(entry: Entry, uptime: number, why: Omit<BackOff, 'notBefore'>): void {
  const waitMs = Math.min(FIRST_BACKOFF_MS * 2 ** entry.tries, LONGEST_BACKOFF_MS);
  entry.tries += 1;
  entry.backOff = { ...why, notBefore: uptime + waitMs };
}
