/** A page of `GET /webhooks`. */
import { isObject, type Success, Unreadable } from '../http/success.ts';
import type { Page } from './listing.ts';
import { readItem } from './webhook-json.ts';

/**
 * Throws Unreadable. `read`: see Spellings. The echo of sort and order is not looked at: the reference's own example has one that
 * is not allowed.
 */
export function readPage(answer: Success, read?: Parameters<typeof readItem>[2]): Page {
  const { meta, data } = answer.object();
  if (!Array.isArray(data)) throw new Unreadable('there is no list of subscriptions (data) in it', false);
  const { count, total_count } = isObject(meta) ? meta : {};
  return {
    items: data.map((item, index) => readItem(item, `data[${index}]`, read)),
    count: wholeNumber(count),
    totalCount: wholeNumber(total_count),
  };
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
