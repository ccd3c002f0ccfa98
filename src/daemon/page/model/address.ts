/** What is looked at, as the query of the page's address: it can be sent to a colleague, and `back` works. */
import type { SubscriptionState } from '../../../reconcile/report.ts';
import { keyOf, type SubscriptionDocument } from '../../status-document.ts';
import { isState } from './states.ts';

/** `open`: the titles of the opened rows. `changes`: all of the last changes are listed. */
export interface Address {
  readonly state?: SubscriptionState;
  readonly q: string;
  readonly open: readonly string[];
  readonly changes?: 'all';
}

/** An address is pasted by people: it stays short enough for a chat, and for every proxy on the way. */
const MAX_TEXT = 500;
const MAX_OPEN = 20;

/** Takes any query: unknown members and values are left out. */
export function addressOf(query: string): Address {
  const parameters = new URLSearchParams(query);
  const state = parameters.get('state') ?? '';
  const open = parameters.getAll('open').filter((title) => title !== '' && title.length <= MAX_TEXT);
  return {
    ...(isState(state) && { state }),
    q: (parameters.get('q') ?? '').slice(0, MAX_TEXT),
    open: [...new Set(open)].slice(0, MAX_OPEN),
    ...(parameters.get('changes') === 'all' && { changes: 'all' as const }),
  };
}

/** Relative, so that it holds behind a path prefix: `?state=Drifted&q=isa`, or `./` where there is nothing to say. */
export function hrefOf({ state, q, open, changes }: Address): string {
  const parameters = new URLSearchParams();
  if (state) parameters.set('state', state);
  // A lone surrogate cannot be written in an address.
  if (q !== '') parameters.set('q', q.slice(0, MAX_TEXT).toWellFormed());
  for (const title of open.slice(0, MAX_OPEN)) {
    if (title !== '' && title.length <= MAX_TEXT) parameters.append('open', title.toWellFormed());
  }
  if (changes) parameters.set('changes', changes);
  const query = parameters.toString();
  return query === '' ? './' : `?${query}`;
}

/**
 * By what a row is opened in an address: its title, which people can read, where it is an entry. Several subscriptions of
 * the tenant may share a title; those that nothing wants go by their id.
 */
export function tokenOf(row: Pick<SubscriptionDocument, 'title' | 'id' | 'source'>): string {
  return row.source === undefined && row.id !== undefined ? keyOf(row) : row.title;
}
