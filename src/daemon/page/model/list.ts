/** The list of subscriptions: in which order, how many of each state, and which of them a search finds. */
import type { SubscriptionState } from '../../../reconcile/report.ts';
import type { StatusDocument, SubscriptionDocument } from '../../status-document.ts';
import { shownState } from './states.ts';

/** The most worrying first, then what changed last, then by title. */
export function rowsOf(document: Pick<StatusDocument, 'subscriptions'>): readonly SubscriptionDocument[] {
  return document.subscriptions
    .map((subscription) => ({
      subscription,
      rank: shownState(subscription.state).rank,
      changedAt: Math.max(timeOf(subscription.since), timeOf(subscription.lastChangeAt)),
    }))
    .sort(
      (a, b) =>
        a.rank - b.rank || b.changedAt - a.changedAt || byTitle.compare(a.subscription.title, b.subscription.title),
    )
    .map(({ subscription }) => subscription);
}

/** Numbers in titles count as numbers. The same in every browser, since the address of the page may be shared. */
const byTitle = new Intl.Collator('en', { numeric: true });

function timeOf(iso: string | undefined): number {
  const time = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(time) ? 0 : time;
}

export interface StateCount {
  readonly state: SubscriptionState;
  readonly count: number;
}

/** The states that occur, the most worrying first. */
export function countsOf({ subscriptions }: Pick<StatusDocument, 'subscriptions'>): readonly StateCount[] {
  const counts = new Map<SubscriptionState, number>();
  for (const { state } of subscriptions) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .map(([state, count]) => ({ state, count }))
    .sort((a, b) => shownState(a.state).rank - shownState(b.state).rank);
}

/**
 * Finds those in whose title, url, categories, commit or "disabled" every word of a query occurs; upper and lower case are the same.
 * What is searched is made once, and not for each key that is pressed.
 */
export function searchIn(rows: readonly SubscriptionDocument[]): (query: string) => readonly SubscriptionDocument[] {
  let index: readonly { readonly row: SubscriptionDocument; readonly searched: string }[] | undefined;
  return (query) => {
    const words = wordsOf(query);
    if (words.length === 0) return rows;
    index ??= rows.map((row) => ({ row, searched: searchedOf(row) }));
    return index.filter(({ searched }) => words.every((word) => searched.includes(word))).map(({ row }) => row);
  };
}

/** More words than one types are not looked for. */
const MAX_WORDS = 20;

function wordsOf(query: string): readonly string[] {
  return folded(query).trim().split(/\s+/, MAX_WORDS).filter(Boolean);
}

/** What a row says of a subscription that delivers nothing. */
export const DISABLED = 'disabled';

function searchedOf({ title, url, desired, type = [], enabled, commit }: SubscriptionDocument): string {
  const ofCommit = [commit?.id, commit?.author, commit?.subject];
  const parts = [
    title,
    url,
    desired?.url,
    ...type,
    ...(desired?.type ?? []),
    enabled === false ? DISABLED : undefined,
    ...ofCommit,
  ];
  // Between two parts stands what nobody types, so that no word is found across them.
  return folded(parts.filter((part) => part !== undefined).join('\0'));
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
