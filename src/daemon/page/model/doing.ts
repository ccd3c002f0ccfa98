/** Whose doing it is that a subscription is as it is: the commit of this entry, or somebody on the tenant. */
import type { Revision } from '../../../subscription/subscription.ts';
import type { Commit, SubscriptionDocument } from '../../status-document.ts';
import { oneLine, type Text } from './text.ts';

/** People are called by their name where git knows it, all others so. */
export const SOMEBODY = 'somebody on the tenant';

/** `by`: who. `how`: the commit, or between which two looks. `fields`: what differs, or what is to happen to all of it. */
export interface Doing {
  readonly by: Text;
  readonly how: Text;
  readonly fields: readonly string[];
}

/** `revision`: of the checkout; it tells an entry that is not committed from one of which nothing is known. */
export function doingOf(subscription: SubscriptionDocument, revision?: Revision | null): Doing {
  const fields = changedFields(subscription);
  if (isOfTenant(subscription)) return { by: [SOMEBODY], how: lookedBetween(subscription), fields };
  const { commit } = subscription;
  if (commit) return { by: authorOf(commit), how: commitText(commit), fields };
  if (subscription.state === 'Unmanaged') return { by: [SOMEBODY], how: [], fields };
  if (revision?.dirty) return { by: ['uncommitted'], how: [], fields };
  if (revision?.id.startsWith('sha256:')) return { by: ['files without git'], how: [], fields };
  return { by: ['not known'], how: [], fields };
}

/** Whether another client of the tenant made it differ. */
export function isOfTenant({ state, origin }: SubscriptionDocument): boolean {
  return origin === 'remote' || state === 'Contested' || state === 'Drifted';
}

function changedFields({ differs, state, desired, observed, source }: SubscriptionDocument): readonly string[] {
  if (differs.length > 0 && observed) return differs.map(({ field }) => field);
  if (source === undefined && ['Withheld', 'Pending', 'Quarantined', 'Failed'].includes(state)) return ['delete'];
  if (desired && !observed && state !== 'InSync' && state !== 'Suspended') return ['create'];
  return [];
}

function lookedBetween({ drift, since }: SubscriptionDocument): Text {
  if (!drift) return ['seen ', { time: since }];
  return drift.after === null ? ['before ', { time: drift.before }] : between(drift.after, drift.before);
}

/** Two looks within a minute are told apart by their seconds. */
function between(after: string, before: string): Text {
  const minuteOf = (iso: string) => Math.floor(Date.parse(iso) / 60_000);
  const seconds = minuteOf(after) === minuteOf(before);
  return [{ time: after, seconds }, ' – ', { time: before, seconds }];
}

/** A commit by its id and subject. */
export function commitText({ id, subject, isOldestKnown }: Commit & { readonly isOldestKnown?: true }): Text {
  const said = subject === undefined || subject === '' ? [] : [' ', oneLine(subject, MAX_SUBJECT)];
  return [{ code: shortId(id) }, ...said, ...(isOldestKnown ? [' or earlier'] : [])];
}

/** Longer subjects are cut, so that a sentence stays two lines. */
export const MAX_SUBJECT = 60;

export function authorOf({ author }: Pick<Commit, 'author'>): Text {
  return author === undefined || author.trim() === '' ? ['unknown author'] : [{ name: oneLine(author, MAX_SUBJECT) }];
}

/** `8f3c1e9`, `sha256:0b5f6a1c`; anything else is cut. */
export function shortId(id: string): string {
  if (/^[0-9a-f]{7,}$/.test(id)) return id.slice(0, 7);
  return /^sha256:[0-9a-f]{8,}$/.test(id) ? id.slice(0, 15) : oneLine(id, 15);
}
