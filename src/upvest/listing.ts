/**
 * A listing that is provably complete, or none. The API pages by offset over a live table, so a create or delete
 * between two pages hides an item or shows it twice (docs/upvest-api.md, 4.3): such a listing is dropped, and all pages
 * are read again.
 */
import { mapBounded } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { oneLine } from '../base/text.ts';
import type { Listing } from '../subscription/subscription.ts';
import { IncompleteListingError } from './errors.ts';
import { isUsable, type Item, missing, type Page } from './wire.ts';

export const PAGE_SIZE = 1000;

/** Reads the page at `offset`, which counts items. */
export type GetPage = (offset: number, signal?: AbortSignal) => Promise<Page>;

/** How often the tenant is listed again after the first listing. */
const RELISTINGS = 3;
/** Milliseconds, doubling: another client that writes to the tenant may have finished by then. */
const FIRST_WAIT_MS = 250;
/** Far more than any tenant has. A wrong `total_count` must not cause a flood of requests. */
const MAX_PAGES = 1000;
/** Characters of a whole listing, with the cost of keeping each item: some 40 000 subscriptions of usual size. */
const MAX_WEIGHT = 24 * 1024 * 1024;
const WEIGHT_OF_ONE = 200;
/** A title that stays as it is when titles are normalised for comparing. */
const TIDY = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
/** The weight of a character in any other title: composing accents takes a hundred times as long as copying. */
const WEIGHT_OF_UNTIDY = 16;

type Listed = { readonly ok: true; readonly items: readonly Item[] } | { readonly ok: false; readonly because: string };

/**
 * Further pages are fetched `width` at a time once the first one has given the total.
 * Throws IncompleteListingError after three more listings than the first, or where most items are unusable; and what
 * `getPage` throws.
 */
export async function completeListing(
  getPage: GetPage,
  { width, clock, signal }: { readonly width: number; readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<Listing> {
  for (let relistings = 0; ; relistings += 1) {
    const weigh = scales();
    const getWeighed = async (offset: number) => weigh(await getPage(offset, signal));
    const listing = await listOnce(getWeighed, width);
    if (listing.ok) return sorted(listing.items);
    if (relistings === RELISTINGS) {
      throw new IncompleteListingError(
        `the listing of subscriptions could not be proved complete in ${relistings + 1} tries: ${listing.because}`,
      );
    }
    await clock.sleep(FIRST_WAIT_MS * 2 ** relistings, signal);
  }
}

/** Throws IncompleteListingError where most items are unusable: such a listing does not describe the tenant. */
function sorted(all: readonly Item[]): Listing {
  const items = all.filter(isUsable);
  const unusable = all.filter((item) => !isUsable(item));
  const [first] = unusable;
  if (!first || unusable.length <= items.length) return { items, unusable };
  const example = `the first (id ${oneLine(first.id, 40)}) has no ${missing(first)}`;
  throw new IncompleteListingError(
    `the listing of subscriptions says too little: ${unusable.length} of ${all.length} lack title or url, ${example}`,
  );
}

async function listOnce(getPage: (offset: number) => Promise<Page>, width: number): Promise<Listed> {
  const first = await getPage(0);
  const total = first.totalCount;
  // The server may cap the limit, so the step is the number of items that came and not PAGE_SIZE.
  const step = first.items.length;
  if (total === undefined)
    return { ok: false, because: 'the answer does not say how many there are (meta.total_count)' };
  if (step === 0 && total > 0) return { ok: false, because: `the first page is empty, though there are ${total}` };
  if (total > step * MAX_PAGES) return { ok: false, because: `${total} subscriptions at ${step} a page are too many` };
  const offsets: number[] = [];
  for (let offset = step; offset < total; offset += step) offsets.push(offset);
  const rest = await mapBounded(offsets, width, getPage);
  return prove([first, ...rest], total);
}

/** Passes pages on until their total size is too large; then throws IncompleteListingError. */
function scales(): (page: Page) => Page {
  let weight = 0;
  return (page) => {
    for (const item of page.items) {
      const { title = '', url = '' } = item;
      weight += WEIGHT_OF_ONE + title.length * (TIDY.test(title) ? 1 : WEIGHT_OF_UNTIDY) + url.length;
      if (!isUsable(item)) continue;
      const { type, exclude_type = [] } = item;
      for (const category of [...type, ...exclude_type]) weight += 8 + category.length;
    }
    if (weight <= MAX_WEIGHT) return page;
    throw new IncompleteListingError(
      `the listing is larger than ${MAX_WEIGHT / 1024 / 1024} MiB: no tenant is known to have as many subscriptions, or as long ones`,
    );
  };
}

function prove(pages: readonly Page[], total: number): Listed {
  const byId = new Map<string, Item>();
  const firstId = pages[0]?.items[0]?.id;
  for (const [index, { items, count, totalCount }] of pages.entries()) {
    if (totalCount !== total)
      return { ok: false, because: `one page counts ${total} in all, another ${totalCount ?? 'none'}` };
    if (count !== undefined && count !== items.length) {
      return { ok: false, because: `a page says that it holds ${count} and holds ${items.length}` };
    }
    if (index > 0 && firstId !== undefined && items[0]?.id === firstId) {
      return {
        ok: false,
        because: 'a later page repeats the first: this server does not take the offset for a number of items',
      };
    }
    for (const item of items) {
      if (byId.has(item.id)) return { ok: false, because: `${item.id} appears twice` };
      byId.set(item.id, item);
    }
  }
  if (byId.size !== total) return { ok: false, because: `${byId.size} came, but there should be ${total}` };
  return { ok: true, items: [...byId.values()] };
}
