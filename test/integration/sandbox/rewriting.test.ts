import { describe, expect, it } from 'vitest';
import type { Switches } from '../../../src/sandbox/switches.ts';
import type { Json } from './send.ts';
import { HOOK, running } from './running.ts';

describe('a title', () => {
  it.for<[Switches['storedTitles'], string, string]>([
    ['as-sent', 'Ä_&', 'Ä_&'],
    ['lower', 'Orders EU', 'orders eu'],
    ['cut32', `${'ö'.repeat(31)}xyz`, `${'ö'.repeat(31)}x`],
    ['html', 'A & B & C', 'A &amp; B &amp; C'],
    ['dashes', 'orders_prod_eu', 'orders-prod-eu'],
    ['nfkc', 'ﬁne Ⅳ', 'fine IV'],
    ['ascii', 'Käufe für Zoé', 'Kaufe fur Zoe'],
  ])('may be kept %s: %s becomes %s', async ([storedTitles, sent, kept]) => {
    const { caller, sandbox } = await running({ switches: { storedTitles } });
    const created = await caller.post('/webhooks', { title: sent, url: HOOK });
    expect(created.json).toMatchObject({ title: kept });
    const path = `/webhooks/${String(created.json?.['id'])}`;
    await caller.patch(path, { title: 'A' });
    expect((await caller.patch(path, { title: sent })).json).toMatchObject({ title: kept });
    expect(sandbox.subscriptions()).toMatchObject([{ title: kept }]);
  });

  it('that would be kept as another one is, is the same title', async () => {
    const { caller } = await running({ switches: { storedTitles: 'lower', duplicateTitles: 'refuse' } });
    await caller.post('/webhooks', { title: 'Orders', url: HOOK });
    expect((await caller.post('/webhooks', { title: 'ORDERS', url: HOOK })).status).toBe(409);
  });
});

describe('a url', () => {
  it.for<[Switches['storedUrls'], string, string]>([
    ['slash', 'https://hooks.example.com', 'https://hooks.example.com/'],
    ['slash', 'https://hooks.example.com/a?b=c/d', 'https://hooks.example.com/a/?b=c/d'],
    ['slash', 'https://hooks.example.com/a/?b=c', 'https://hooks.example.com/a/?b=c'],
    ['lower', 'https://Hooks.example.com/Orders', 'https://hooks.example.com/orders'],
  ])('may be kept with %s: %s becomes %s', async ([storedUrls, sent, kept]) => {
    const { caller } = await running({ switches: { storedUrls } });
    const created = await caller.post('/webhooks', { title: 'A', url: sent });
    expect(created.json).toMatchObject({ url: kept });
    expect((await caller.patch(`/webhooks/${String(created.json?.['id'])}`, { url: sent })).json).toMatchObject({
      url: kept,
    });
  });

  it('that has to be the only one is refused to a PATCH too, but not to its own subscription', async () => {
    const { caller, sandbox } = await running({ switches: { duplicateUrls: 'refuse' } });
    const [a] = sandbox.seed([
      { title: 'A', url: `${HOOK}/a` },
      { title: 'B', url: `${HOOK}/b` },
    ]);
    const path = `/webhooks/${a?.id}`;
    expect((await caller.patch(path, { url: `${HOOK}/b` })).status).toBe(409);
    expect((await caller.patch(path.toUpperCase().replace('WEBHOOKS', 'webhooks'), { url: `${HOOK}/a` })).status).toBe(
      200,
    );
    sandbox.remove('B');
    expect((await caller.patch(path, { url: `${HOOK}/b` })).status).toBe(200);
  });
});

describe('GET by id', () => {
  it('may spell the same values in another way than listings', async () => {
    const { caller, sandbox } = await running({ switches: { getSpelling: 'other' } });
    const seeded = sandbox.seed(
      ['60s', '1m', '5s'].map((delay) => ({ title: delay, url: 'https://hooks.example.com/Path', config: { delay } })),
    );
    expect((await caller.get('/webhooks')).json).toMatchObject({ data: seeded });
    const delays: unknown[] = [];
    for (const { id } of seeded) {
      const { json } = await caller.get(`/webhooks/${id}`);
      expect(json).toMatchObject({ url: 'HTTPS://HOOKS.EXAMPLE.COM/Path' });
      delays.push((json as { config: { delay: string } } | undefined)?.config.delay);
    }
    expect(delays).toEqual(['1m', '60s', '5s']);
  });
});

describe('an id', () => {
  const ID = 'abcdef01-0000-4000-8000-00000000000a';

  it.for<[Switches['idCase'], listing: string, byId: string]>([
    ['as-made', ID, ID],
    ['lower', ID, ID],
    ['upper', ID.toUpperCase(), ID.toUpperCase()],
    ['upper-by-id', ID, ID.toUpperCase()],
  ])('is shown %s', async ([idCase, listing, byId]) => {
    const { caller, sandbox } = await running({ switches: { idCase, deleteAnswer: 'object' }, newId: () => ID });
    const ids = [
      (await caller.post('/webhooks', { title: 'A', url: HOOK })).json,
      ((await caller.get('/webhooks')).json as { data: Json[] } | undefined)?.data[0],
      (await caller.get(`/webhooks/${ID}`)).json,
      (await caller.patch(`/webhooks/${ID}`, { enabled: true })).json,
      (await caller.delete(`/webhooks/${ID}`)).json,
    ].map((shown) => shown?.['id']);
    expect(ids).toEqual([byId, listing, byId, byId, byId]);
    expect(sandbox.history.map(({ id }) => id)).toEqual([ID, ID, ID]);
  });

  it('is found in either case', async () => {
    const { caller, sandbox } = await running({ newId: () => ID });
    await caller.post('/webhooks', { title: 'A', url: HOOK });
    const path = `/webhooks/${ID.toUpperCase()}`;
    expect((await caller.get(path)).json).toMatchObject({ id: ID });
    expect((await caller.patch(path, { enabled: true })).status).toBe(200);
    expect((await caller.delete(path)).status).toBe(204);
    expect(sandbox.subscriptions()).toEqual([]);
  });
});

describe('values of older rules', () => {
  const old = { title: 'orders_prod', url: HOOK, config: { delay: '1m', max_package_size: 50 } };

  it('may be sent again unchanged', async () => {
    const { caller, sandbox } = await running({ switches: { strictTitles: true } });
    const [one] = sandbox.seed(old);
    const patch = async (fields: object) => (await caller.patch(`/webhooks/${one?.id}`, fields)).status;
    expect(await patch({ ...old, enabled: true })).toBe(200);
    expect(await patch({ title: 'orders_test' })).toBe(400);
    expect(await patch({ config: { delay: '2m' } })).toBe(400);
  });

  it('are refused even unchanged where switched so, but a PATCH without them is not', async () => {
    const { caller, sandbox } = await running({ switches: { repeatedValues: 'refuse', revision: 2023 } });
    const [one] = sandbox.seed(old);
    const patch = async (fields: object) => (await caller.patch(`/webhooks/${one?.id}`, fields)).json?.['detail'];
    expect(await patch({ title: 'orders_prod' })).toContain('title: must match');
    expect(await patch({ config: { delay: '1m' } })).toContain('config.delay: must be a duration of 1s to 30s');
    expect(await patch({ config: { max_package_size: 50 } })).toContain('config.max_package_size: must be');
    expect(await patch({ url: HOOK, type: ['ALL'], enabled: true })).toBeUndefined();
    expect(sandbox.subscriptions()).toMatchObject([{ enabled: true, title: 'orders_prod' }]);
  });
});
