import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { completeListing } from '../../../src/upvest/listing.ts';
import { type Page, readWebhook } from '../../../src/upvest/wire.ts';

const subscription = (number: number) =>
  readWebhook({ id: `id-${number}`, title: `Hook ${number}`, url: 'https://tenant.test/' }, 'test');
const subscriptions = (count: number) => Array.from({ length: count }, (_, number) => subscription(number));

/** A tenant that answers as the API does, at most `cap` at a time; `meddle` may change any answer. */
function tenant(
  count: number,
  meddle: (page: Page, offset: number, request: number) => Page = (page) => page,
  cap = 1000,
) {
  const asked: number[] = [];
  const waits: number[] = [];
  let most = 0;
  let underway = 0;
  const clock: Clock = { now: () => 0, uptime: () => 0, sleep: async (ms) => void waits.push(ms) };
  const list = async () =>
    await completeListing(
      async (offset) => {
        asked.push(offset);
        const request = asked.length;
        most = Math.max(most, (underway += 1));
        await Promise.resolve();
        underway -= 1;
        const items = subscriptions(count).slice(offset, offset + cap);
        return meddle({ items, count: items.length, totalCount: count }, offset, request);
      },
      { width: 4, clock },
    );
  return { list, asked, waits, most: () => most };
}

describe('a listing', () => {
  it.each([0, 1, 999, 1000])('of %i subscriptions takes one request', async (count) => {
    const { list, asked } = tenant(count);
    expect((await list()).items).toHaveLength(count);
    expect(asked).toEqual([0]);
  });

  it('of more takes a request per thousand, later ones in parallel but bounded, and keeps the order', async () => {
    const { list, asked, most } = tenant(8500);
    expect((await list()).items.map(({ id }) => id)).toEqual(subscriptions(8500).map(({ id }) => id));
    expect(asked).toHaveLength(9);
    expect(most()).toBe(4);
  });

  it('continues after the items that came where the server caps the limit', async () => {
    const { list, asked } = tenant(250, undefined, 100);
    expect((await list()).items).toHaveLength(250);
    expect(asked).toEqual([0, 100, 200]);
  });
});

describe('a listing of long titles', () => {
  const titled = (title: string) => (page: Page) => ({
    ...page,
    items: page.items.map((item) => ({ ...item, title: `${title}${item.id}` })),
  });

  it('is refused sooner where they hold accents and blanks, which cost more to compare', async () => {
    await expect(tenant(2_000, titled(' \u0301'.repeat(500))).list()).rejects.toThrow(
      'the listing is larger than 24 MiB',
    );
    expect((await tenant(2_000, titled('Payments and their reports '.repeat(40))).list()).items).toHaveLength(2_000);
    expect((await tenant(20_000, titled('Zahlungen für Österreich ')).list()).items).toHaveLength(20_000);
  });
});

describe('a listing that contradicts itself', () => {
  it.each<[string, string, (page: Page, offset: number) => Page]>([
    [
      'an item appears twice',
      'id-0 appears twice',
      (page, offset) =>
        offset === 1000 ? { ...page, items: [page.items[1]!, subscription(0), ...page.items.slice(2)] } : page,
    ],
    [
      'an item is missing',
      '1999 came, but there should be 2000',
      (page, offset) => (offset === 1000 ? { ...page, items: page.items.slice(1), count: undefined } : page),
    ],
    [
      'the totals differ',
      'one page counts 2000 in all, another 2001',
      (page, offset) => (offset === 1000 ? { ...page, totalCount: 2001 } : page),
    ],
    ['a count is wrong', 'a page says that it holds 7 and holds 1000', (page) => ({ ...page, count: 7 })],
    ['there is no total', 'does not say how many there are', (page) => ({ ...page, totalCount: undefined })],
    ['the first page is empty', 'the first page is empty, though there are 2000', (page) => ({ ...page, items: [] })],
    ['the total is absurd', 'are too many', (page) => ({ ...page, totalCount: 1e12 })],
    [
      'the offset is ignored',
      'does not take the offset for a number of items',
      (page) => ({ ...page, items: subscriptions(1000), count: 1000 }),
    ],
  ])('is made again three times, then given up: %s', async (_case, because, meddle) => {
    const { list, asked, waits } = tenant(2000, meddle);
    await expect(list()).rejects.toMatchObject({
      name: 'IncompleteListingError',
      message: expect.stringContaining(because),
    });
    expect(asked.filter((offset) => offset === 0)).toHaveLength(4);
    expect(waits).toEqual([250, 500, 1000]);
  });

  it('is complete once no other client writes in between any more', async () => {
    const { list, asked } = tenant(2000, (page, _offset, request) =>
      request === 2 ? { ...page, totalCount: 2001 } : page,
    );
    expect((await list()).items).toHaveLength(2000);
    expect(asked).toEqual([0, 1000, 0, 1000]);
  });
});

describe('an item without title or url', () => {
  const bare = (number: number) => ({ id: `id-${number}` });

  it('counts, and is listed as unusable', async () => {
    const { list } = tenant(5, (page) => ({ ...page, items: [bare(0), ...page.items.slice(1)] }));
    const { items, unusable } = await list();
    expect(items.map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3', 'id-4']);
    expect(unusable).toEqual([{ id: 'id-0' }]);
  });

  it('that appears twice makes the listing torn', async () => {
    const { list } = tenant(5, (page) => ({ ...page, items: [bare(1), ...page.items.slice(1)] }));
    await expect(list()).rejects.toThrow('id-1 appears twice');
  });

  it.each([
    [2, 4],
    [500, 1000],
  ])('is borne where %i of %i are so', async (some, of) => {
    const { list } = tenant(of, (page) => ({
      ...page,
      items: page.items.map((item, n) => (n < some ? { id: item.id } : item)),
    }));
    expect((await list()).unusable).toHaveLength(some);
  });

  it('makes the listing an error where most items are so', async () => {
    const { list, asked } = tenant(5, (page) => ({
      ...page,
      items: page.items.map((item, n) => (n < 3 ? { id: item.id, title: 'Hook' } : item)),
    }));
    await expect(list()).rejects.toMatchObject({
      name: 'IncompleteListingError',
      message: expect.stringContaining('3 of 5 lack title or url, the first (id id-0) has no url'),
    });
    expect(asked).toEqual([0]);
  });
});

describe('a page that cannot be had', () => {
  it('ends the listing, and no further page is asked for', async () => {
    const { list, asked } = tenant(20_000, (page, offset) => {
      if (offset === 1000) throw new Error('down');
      return page;
    });
    await expect(list()).rejects.toThrow('down');
    expect(asked.length).toBeLessThan(12);
  });
});
