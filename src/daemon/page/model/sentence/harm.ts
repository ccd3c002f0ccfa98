/** What a difference does to deliveries while it waits: the part of it that nobody should have to work out at night. */
import type { StatusDocument, SubscriptionDocument } from '../../../status-document.ts';
import { tokenOf } from '../address.ts';
import { oneLine, type Piece, type Text } from '../text.ts';
import { hostOf } from '../urls.ts';

const MAX_TITLE = 80;
const MAX_HOST = 80;
const MAX_DETAIL = 120;
/** As many as are read in one sentence each. */
const NAMED = 2;

/** The title of a subscription, which opens its row. */
export function named(subscription: SubscriptionDocument): Piece {
  return { name: oneLine(subscription.title, MAX_TITLE), isStrong: true, row: tokenOf(subscription) };
}

/** " is disabled and delivers nothing", " delivers to old.example.net, which git does not have"; undefined: no harm is known. */
export function harmOf({ desired, observed, differs }: SubscriptionDocument): Text | undefined {
  if (!desired) return undefined;
  if (!observed) return [' is not on the tenant and delivers nothing'];
  const enabled = differs.find(({ field }) => field === 'enabled');
  if (enabled?.from === false) return [' is disabled and delivers nothing'];
  if (enabled) return [' is enabled and delivers, which git does not want'];
  const url = differs.find(({ field }) => field === 'url');
  if (!url) return undefined;
  const host = typeof url.from === 'string' ? hostOf(url.from) : undefined;
  const isSameHost = host === undefined || host === hostOf(desired.url);
  return isSameHost
    ? [' delivers to a url that git does not have']
    : [' delivers to ', { code: oneLine(host, MAX_HOST) }, ', which git does not have'];
}

/** A sentence for each of the first; `until`: how long it stays so. */
export function harmsOf(subscriptions: readonly SubscriptionDocument[], until: Text = []): Text {
  const harmed = subscriptions.filter((each) => harmOf(each) !== undefined);
  const more = harmed.length - NAMED;
  const text: Piece[] = [];
  for (const each of harmed.slice(0, NAMED)) {
    const harm = harmOf(each) ?? [];
    text.push(named(each), ...harm, ...ended(harm, until), '. ');
  }
  if (more > 0) text.push(`So ${more === 1 ? 'does 1 other' : `do ${more} others`} what git does not want. `);
  return text;
}

function ended(harm: Text, until: Text): Text {
  if (until.length === 0) return [];
  return harm.some((piece) => typeof piece === 'string' && piece.startsWith(', ')) ? [',', ...until] : until;
}

/** Whether its receiver does not take what Upvest delivers, as far as it was tested. */
export function isRefused({ receiver, enabled }: SubscriptionDocument): boolean {
  return enabled !== false && receiver !== undefined && receiver !== 'ok' && receiver !== 'unknown';
}

export function refusedIn({ subscriptions }: Pick<StatusDocument, 'subscriptions'>): readonly SubscriptionDocument[] {
  return subscriptions.filter(isRefused);
}

/** "1 receiver does not take deliveries". */
export function refusedCount(refused: readonly SubscriptionDocument[]): string {
  return refused.length === 1
    ? '1 receiver does not take deliveries'
    : `${refused.length} receivers do not take deliveries`;
}

/** Each with what it answered and when, where there are at most two. */
export function refusedNext(refused: readonly SubscriptionDocument[]): Text {
  const more = refused.length - NAMED;
  const text: Piece[] = [];
  for (const subscription of refused.slice(0, NAMED)) {
    const { receiver, receiverDetail, receiverTestedAt } = subscription;
    const said = oneLine(receiverDetail ?? receiver ?? '', MAX_DETAIL);
    text.push(text.length === 0 ? 'The receiver of ' : ' The receiver of ', named(subscription), `: ${said}`);
    if (receiverTestedAt !== undefined) text.push(' (tested ', { time: receiverTestedAt, at: true }, ')');
    text.push('.');
  }
  if (more > 0) text.push(` ${more} more ${more === 1 ? 'does' : 'do'} not take deliveries.`);
  return text;
}
