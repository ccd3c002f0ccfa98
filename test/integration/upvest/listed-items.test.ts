/** Items of a listing without title or url, and ids that are not in lower case. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { json, page, raw, type Reply, type ScriptedApi, scriptedApi, WEBHOOK } from './scripted-api.ts';

let api: ScriptedApi;
beforeEach(async () => {
  api = await scriptedApi();
});
afterEach(async () => await api[Symbol.asyncDispose]());

const ID = 'B8EB3540-5A84-40F9-B2BB-7F99F282FC5A';
const SMALL = ID.toLowerCase();
const NAMELESS = { ...WEBHOOK, id: 'nameless', title: null };
/** So many items: the first half without url, the second half complete. */
const many = (nameless: number) => [
  ...Array.from({ length: nameless }, (_, n) => ({ id: `nameless-${n}`, title: `Hook ${n}` })),
  ...Array.from({ length: nameless }, (_, n) => ({ ...WEBHOOK, id: `whole-${n}` })),
];

describe('an item of a listing without title', () => {
  it('is read by id, and listed where that shows it', async () => {
    await using connected = connect(api.url);
    api.next(page(NAMELESS, WEBHOOK), json(200, { ...NAMELESS, title: 'Orders' }));
    const { items, unusable } = await connected.client.listWebhooks();
    expect(items.map(({ title }) => title).toSorted()).toEqual(['Orders', 'User webhook']);
    expect(unusable).toEqual([]);
    expect(api.log().slice(1)).toEqual(['GET /webhooks', 'GET /webhooks/nameless']);
  });

  it.each<[string, Reply]>([
    ['shows no more', json(200, NAMELESS)],
    ['finds nothing', json(404, { title: 'Not found' })],
    ['fails', json(500, {})],
    ['is refused', json(403, {})],
    ['is nonsense', raw(200, '<html>')],
  ])('stays unusable where reading it by id %s', async (_, reply) => {
    await using connected = connect(api.url, { retries: 0 });
    api.next(page(NAMELESS, WEBHOOK), reply);
    const { items, unusable } = await connected.client.listWebhooks();
    expect(items.map(({ id }) => id)).toEqual([WEBHOOK.id]);
    expect(unusable).toEqual([{ id: 'nameless', url: WEBHOOK.url }]);
  });

  it('is read by id, for a hundred items at most', async () => {
    await using connected = connect(api.url);
    api.next(page(...many(120)), json(404, {}));
    expect((await connected.client.listWebhooks()).unusable).toHaveLength(120);
    expect(connected.client.requestsSent).toBe(2 + 100);
  });

  it('is not read by id when the API fails', async () => {
    await using connected = connect(api.url, { retries: 0, concurrency: 2 });
    api.next(page(...many(50)), json(500, {}));
    expect((await connected.client.listWebhooks()).unusable).toHaveLength(50);
    expect(connected.client.requestsSent).toBeLessThan(2 + 5);
  });

  it('makes the listing fail when the API asks for a long wait', async () => {
    await using connected = connect(api.url);
    api.next(page(NAMELESS, WEBHOOK), json(503, {}, { 'retry-after': '600' }));
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({ retryAfterMs: 600_000 });
  });
});

describe('an id', () => {
  it('is read in lower case, and sent as the API last spelled it', async () => {
    await using connected = connect(api.url);
    const { client } = connected;
    api.next(page({ ...WEBHOOK, id: ID }), json(200, { ...WEBHOOK, id: ID }), raw(204, ''));
    expect((await client.listWebhooks()).items.map(({ id }) => id)).toEqual([SMALL]);
    expect((await client.getWebhook(SMALL))?.id).toBe(SMALL);
    await client.deleteWebhook(SMALL);
    api.next(page({ ...WEBHOOK, id: SMALL }), raw(202, ''));
    await client.listWebhooks();
    await client.testWebhook(ID);
    expect(api.log().filter((line) => line.includes('webhooks/'))).toEqual([
      `GET /webhooks/${ID}`,
      `DELETE /webhooks/${ID}`,
      `POST /webhooks/${SMALL}/test`,
    ]);
  });

  it('that comes twice, in another case, makes the listing torn', async () => {
    await using connected = connect(api.url);
    api.next(page({ ...WEBHOOK, id: ID }, { ...WEBHOOK, id: SMALL }));
    await expect(connected.client.listWebhooks()).rejects.toThrow(`${SMALL} appears twice`);
  });

  it('is compared without case in the answer to an update', async () => {
    await using connected = connect(api.url);
    api.next(json(200, { ...WEBHOOK, id: ID }));
    const body = { url: WEBHOOK.url, enabled: true, type: ['USER'] };
    expect((await connected.client.updateWebhook(ID, body)).value).toMatchObject({ id: SMALL });
  });
});
