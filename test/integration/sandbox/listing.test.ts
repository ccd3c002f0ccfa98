import { describe, expect, it } from 'vitest';
import type { Json } from './send.ts';
import { HOOK, running } from './running.ts';

const seeded = async (options: Parameters<typeof running>[0] = {}) => {
  const { caller, sandbox } = await running(options);
  const entry = (title: string, url: string, day: number, enabled: boolean) => ({
    title,
    url,
    enabled,
    created_at: `2026-01-0${day}T00:00:00Z`,
    updated_at: `2026-02-0${9 - day}T00:00:00Z`,
  });
  sandbox.seed([
    entry('B', 'https://c.example.com/', 1, true),
    entry('C', 'https://a.example.com/', 2, false),
    entry('A', 'https://b.example.com/', 3, true),
  ]);
  const titles = async (query: string) => titlesOf((await caller.get(`/webhooks${query}`)).json);
  return { caller, sandbox, titles };
};

function titlesOf(json: Json | undefined): string {
  return (json?.['data'] as { title: string }[] | undefined)?.map(({ title }) => title).join('') ?? '';
}

describe('a listing', () => {
  it('has its bounds and the total', async () => {
    const { caller } = await seeded();
    const { status, json } = await caller.get('/webhooks?offset=1&limit=1');
    expect(status).toBe(200);
    expect(json?.['meta']).toEqual({ offset: 1, limit: 1, count: 1, total_count: 3, sort: 'created_at', order: 'ASC' });
    expect(titlesOf(json)).toBe('C');
  });

  it('begins with the oldest hundred unless asked otherwise', async () => {
    const { caller, titles } = await seeded();
    expect((await caller.get('/webhooks')).json).toMatchObject({ meta: { offset: 0, limit: 100, count: 3 } });
    expect(await titles('')).toBe('BCA');
  });

  it.for([
    ['?sort=created_at&order=DESC', 'ACB'],
    ['?sort=updated_at', 'ACB'],
    ['?sort=title', 'ABC'],
    ['?sort=title&order=DESC', 'CBA'],
    ['?sort=url', 'CAB'],
    ['?sort=enabled&limit=1', 'C'],
    ['?offset=2', 'A'],
    ['?offset=3', ''],
    ['?unknown=x', 'BCA'],
  ] as const)('%s gives %s', async ([query, expected]) => {
    const { titles } = await seeded();
    expect(await titles(query)).toBe(expected);
  });

  it('sorts times by the instant, however many digits their fractions have', async () => {
    const { caller, sandbox } = await running();
    const times = ['00.5Z', '00Z', '00.25Z', '00.000001Z', '01Z'];
    sandbox.seed(times.map((time) => ({ title: time, url: HOOK, created_at: `2026-01-01T00:00:${time}` })));
    expect(titlesOf((await caller.get('/webhooks')).json)).toBe('00Z00.000001Z00.25Z00.5Z01Z');
  });

  it('orders equal sort values by id', async () => {
    const { caller, sandbox } = await running();
    const ids = ['c', 'a', 'b'].map((letter) => `${letter}0000000-0000-4000-8000-000000000000`);
    sandbox.seed(ids.map((id) => ({ id, title: id.slice(0, 1), url: HOOK, created_at: '2026-01-01T00:00:00Z' })));
    expect(titlesOf((await caller.get('/webhooks')).json)).toBe('abc');
    expect(titlesOf((await caller.get('/webhooks?order=DESC')).json)).toBe('abc');
  });

  it('keeps the order of creation within one millisecond', async () => {
    const now = Date.now();
    const { caller, sandbox } = await running({ now: () => now });
    sandbox.seed(Array.from({ length: 50 }, (_, i) => ({ title: String(i), url: HOOK })));
    expect(titlesOf((await caller.get('/webhooks')).json)).toBe(Array.from({ length: 50 }, (_, i) => i).join(''));
  });

  it.for([
    ['?limit=0', 'limit: must be at least 1'],
    ['?limit=1001', 'limit: must be at least 1 and at most 1000'],
    ['?limit=ten', 'limit: must be an integer'],
    ['?limit=', 'limit: must be an integer'],
    ['?offset=-1', 'offset: must be at least 0'],
    ['?offset=1.5', 'offset: must be an integer'],
    ['?sort=id', 'sort: must be one of created_at'],
    ['?order=asc', 'order: must be one of ASC, DESC'],
    ['?limit=1&limit=2', 'limit: given more than once'],
  ] as const)('refuses %s', async ([query, detail]) => {
    const { caller } = await seeded();
    const answer = await caller.get(`/webhooks${query}`);
    expect([answer.status, answer.json?.['detail']]).toEqual([400, expect.stringContaining(detail)]);
  });

  it('clamps what is out of bounds, or counts pages, where switched so', async () => {
    const { caller, titles, sandbox } = await seeded({ switches: { pageBounds: 'clamp' } });
    expect((await caller.get('/webhooks?limit=5000&offset=-3')).json).toMatchObject({
      meta: { limit: 1000, offset: 0 },
    });
    sandbox.set({ offsetCounts: 'pages' });
    expect(await titles('?offset=1&limit=2')).toBe('A');
  });

  it('holds no more items a page than it is switched to, whatever is asked for', async () => {
    const { caller, titles, sandbox } = await seeded({ switches: { itemsPerPage: 2 } });
    expect((await caller.get('/webhooks?limit=1000')).json).toMatchObject({
      meta: { limit: 2, count: 2, total_count: 3 },
    });
    expect(await titles('?limit=1000&offset=2')).toBe('A');
    expect(sandbox.subscriptions()).toHaveLength(3);
  });

  it('lags behind writes where switched so, while reading by id does not', async () => {
    let now = Date.now();
    const { caller, sandbox, titles } = await seeded({ switches: { listingLagSeconds: 2 }, now: () => now });
    const id = String((await caller.post('/webhooks', { title: 'New', url: HOOK })).json?.['id']);
    sandbox.edit('B', { title: 'Edited' });
    sandbox.remove('C');
    expect(await titles('')).toBe('BCA');
    expect((await caller.get(`/webhooks/${id}`)).status).toBe(200);
    now += 2000;
    expect(await titles('')).toBe('EditedANew');
  });
});
