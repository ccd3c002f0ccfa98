/** What is remembered of one wanted subscription, and what an outcome makes of it: back-off, contest, losses, outages. */
import type { Outcome } from '../apply/outcome.ts';
import type { Action, Standing } from '../plan/plan.ts';
import type { Field, WebhookId } from '../subscription/subscription.ts';
import type { DriftOrigin } from './report.ts';

const MINUTE = 60_000;
const FIRST_BACKOFF_MS = 30_000;
const LONGEST_BACKOFF_MS = 30 * MINUTE;
/** More corrections than this within the window and the subscription counts as contested (docs/pass-rules.md, 6). */
const CONTEST_LIMIT = 5;
export const CONTEST_WINDOW_MS = 10 * MINUTE;
const LONGEST_CONTEST_MS = 60 * MINUTE;
/** As often in a row a subscription of ours may vanish before it is no longer made again at once. */
const MOST_LOSSES = 2;
/** Having stood for so long, it was no failed create that vanished. */
const STANDS_FOR_MS = 10 * MINUTE;

/** Why a subscription is left alone until `notBefore` (Clock.uptime()). */
export interface BackOff {
  readonly state: 'NotConverging' | 'Failed' | 'Contested' | 'Conflict';
  readonly message: string;
  readonly requestId?: string;
  readonly fields: readonly Field[];
  readonly notBefore: number;
}

export interface Entry {
  /** The wanted content when tenant and checkout last agreed, and when the entry was last seen to want something else. */
  settled?: string;
  wanted: string;
  origin?: DriftOrigin;
  /** The difference that has been counted already. */
  counted?: string;
  backOff?: BackOff;
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

/** Counts a correction of what somebody else had changed. True: there are too many, and it is left alone for a while. */
export function contest(entry: Entry, title: string, uptime: number): boolean {
  if (entry.origin !== 'remote') return false;
  const wasContested = entry.backOff?.state === 'Contested';
  entry.corrections = [...entry.corrections.filter((at) => uptime - at < CONTEST_WINDOW_MS), uptime];
  if (!wasContested && entry.corrections.length <= CONTEST_LIMIT) return false;
  entry.tries = wasContested ? entry.tries + 1 : 1;
  const waitMs = Math.min(MINUTE * 2 ** (entry.tries - 1), LONGEST_CONTEST_MS);
  entry.backOff = {
    state: 'Contested',
    message: `somebody else keeps changing "${title}" back: corrected ${entry.corrections.length} times in 10 minutes, next correction in ${waitMs / MINUTE} min at the earliest`,
    fields: [],
    notBefore: uptime + waitMs,
  };
  return true;
}

/** It is more than what it backs off for that differs now: that is put right at once. */
export function isBeyond(action: Action, { state, fields }: BackOff): boolean {
  if (state !== 'NotConverging' || action.kind === 'create' || !('changes' in action)) return false;
  return action.changes.some(({ field }) => !fields.includes(field));
}

/** What an entry has, and whether what we made for it has vanished without our delete. */
export function follow(entry: Entry, { desired, observed, state }: Standing, uptime: number): void {
  if (observed && state !== 'conflict') entry.last = observed.id;
  const { made } = entry;
  if (observed && made && uptime - made.at >= STANDS_FOR_MS) entry.losses = 0;
  if (state !== 'missing' || !made) return;
  delete entry.made;
  entry.losses += 1;
  if (entry.losses < MOST_LOSSES) return;
  // Each time it was there for a while, which says nothing of the next.
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
