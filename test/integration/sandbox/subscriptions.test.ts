import { describe, expect, it } from 'vitest';
import type { Switches } from '../../../src/sandbox/switches.ts';
import { HOOK, running } from './running.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('creating a subscription', () => {
  it('answers 201 with the object, disabled, its defaults filled in', async () => {
    const { caller, sandbox } = await running();
    const { status, json, headers } = await caller.post('/webhooks', { title: 'Users', url: HOOK });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(UUID),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/),
      updated_at: json?.['created_at'],
      title: 'Users',
      url: HOOK,
      type: ['ALL'],
      enabled: false,
      config: { delay: '5s', max_package_size: 10_240 },
    });
    expect(headers['content-type']).toBe('application/json');
    expect(sandbox.subscriptions()).toEqual([json]);
  });

  it('gives back what was sent as it was sent', async () => {
    const { caller } = await running();
    const sent = {
      title: 'Everything (but reports)',
      url: `${HOOK}?a=b`,
      type: ['ALL'],
      exclude_type: ['REPORT', 'TREASURY_REPORT'],
      config: { delay: '30s', max_package_size: 1_048_576 },
    };
    expect((await caller.post('/webhooks', sent)).json).toMatchObject(sent);
  });

  it('allows a title and a url that exist already', async () => {
    const { caller, sandbox } = await running();
    await caller.post('/webhooks', { title: 'Twice', url: HOOK });
    expect((await caller.post('/webhooks', { title: 'Twice', url: HOOK })).status).toBe(201);
    expect(sandbox.subscriptions()).toHaveLength(2);
  });

  it.for<[string, Record<string, unknown> | unknown[], string]>([
    ['no title', { url: HOOK }, "(root): field 'title' was not filled"],
    ['no url', { title: 'A' }, "(root): field 'url' was not filled"],
    ['a list', [], '(root): must be an object'],
    ['an empty title', { title: '' }, 'title: must not be empty'],
    ['a title of 101 characters', { title: 'x'.repeat(101) }, 'title: must be at most 100'],
    ['a title that is not text', { title: 7 }, 'title: must be a string'],
    ['enabled', { enabled: true }, 'enabled: field is not allowed'],
    ['a read-only field', { id: 'x' }, 'id: field is not allowed'],
    ['a misspelt field', { tittle: 'A' }, 'tittle: field is not allowed'],
    ['a title that cannot become text', { title: { toString: 1 } }, 'title: must be a string'],
    ['a url that cannot become text', { url: { toString: 1 } }, 'url: must be a string'],
    ['a category that cannot become text', { type: [{ toString: 1 }] }, 'type.0: {"toString":1} is not an event'],
    ['http', { url: 'http://hooks.example.com/' }, 'url: must begin with https://'],
    ['an IP address', { url: 'https://192.0.2.1/' }, 'url: must name a host, not an IP'],
    ['an IPv6 address', { url: 'https://[2001:db8::1]/' }, 'url: must name a host, not an IP'],
    ['an IP address in disguise', { url: 'https://3221225985/' }, 'url: must name a host, not an IP'],
    ['user info', { url: 'https://me:pw@hooks.example.com/' }, 'url: must not contain user info'],
    ['a fragment', { url: `${HOOK}#a` }, 'url: must not contain a fragment'],
    ['a url without its slashes', { url: 'https:hooks.example.com/' }, 'url: must begin with https://'],
    ['a url with backslashes', { url: String.raw`https:\\hooks.example.com` }, 'url: must begin with https://'],
    ['a url that is none', { url: 'hooks.example.com' }, 'url: must be a url'],
    ['a url with a line break', { url: `${HOOK}\n` }, 'url: must be a url'],
    ['a url of 1001 characters', { url: `${HOOK}/${'x'.repeat(1000)}` }, 'url: must be at most 1000'],
    ['no categories', { type: [] }, 'type: must not be empty'],
    ['a category as text', { type: 'USER' }, 'type: must be an array'],
    ['an unknown category', { type: ['USER', 'MANDATE'] }, 'type.1: "MANDATE" is not an event category'],
    ['an event type', { type: ['ORDER.FILLED'] }, 'type.0: "ORDER.FILLED" is not an event category'],
    [
      'an exclusion without ALL',
      { type: ['USER'], exclude_type: ['ORDER'] },
      'exclude_type: only together with type ALL',
    ],
    ['an exclusion of ALL', { exclude_type: ['ALL'] }, 'exclude_type: must not contain ALL'],
    ['an unknown exclusion', { exclude_type: ['X'] }, 'exclude_type.0: "X" is not an event category'],
    ['config as text', { config: '5s' }, 'config: must be an object'],
    ['a misspelt member of config', { config: { dely: '5s' } }, 'config.dely: field is not allowed'],
    ['a delay above 30 s', { config: { delay: '31s' } }, 'config.delay: must be a duration of 1s to 30s'],
    ['a delay in minutes', { config: { delay: '1m' } }, 'config.delay: must be a duration of 1s to 30s'],
    ['a delay as a number', { config: { delay: 5 } }, 'config.delay: must be a duration'],
    ['a small package', { config: { max_package_size: 99 } }, 'config.max_package_size: must be an integer from 100'],
    ['a large package', { config: { max_package_size: 1_048_577 } }, 'config.max_package_size: must be an integer'],
    ['half a byte', { config: { max_package_size: 100.5 } }, 'config.max_package_size: must be an integer'],
    ['null', { type: null }, 'type: must be an array'],
  ])('refuses %s, and says which field and why', async ([name, fields, detail]) => {
    const { caller, sandbox } = await running();
    const complete =
      Array.isArray(fields) || name.startsWith('no t') || name === 'no url'
        ? fields
        : { title: 'A', url: HOOK, ...fields };
    const answer = await caller.post('/webhooks', complete);
    expect([answer.status, answer.json?.['detail']]).toEqual([400, expect.stringContaining(detail)]);
    expect(sandbox.history).toEqual([]);
  });

  it('names every error at once', async () => {
    const { caller } = await running();
    const answer = await caller.post('/webhooks', { title: '', url: 'x', type: ['X'], config: { delay: '1h' } });
    expect(
      String(answer.json?.['detail'])
        .split('; ')
        .map((one) => one.split(':')[0]),
    ).toEqual(['title', 'url', 'type.0', 'config.delay']);
  });

  it('accepts an old title, with a warning in the log', async () => {
    const { caller, log } = await running();
    expect((await caller.post('/webhooks', { title: 'Bestellungen / Österreich', url: HOOK })).status).toBe(201);
    expect(log.join('\n')).toMatch(/warn title: must match .*accepted nevertheless/);
  });

  it.for(['http://127.0.0.1:8080/hook', 'http://localhost/', 'http://[::1]:9/', 'http://hook.localhost:1/'])(
    'takes %s for local development, unless urls are strict',
    async (url) => {
      const { caller, sandbox } = await running();
      expect((await caller.post('/webhooks', { title: 'Local', url })).status).toBe(201);
      sandbox.set({ strictUrls: true });
      expect((await caller.post('/webhooks', { title: 'Local', url })).status).toBe(400);
    },
  );

  it('makes ALL beside others plain ALL', async () => {
    const { caller } = await running();
    const answer = await caller.post('/webhooks', { title: 'A', url: HOOK, type: ['USER', 'ALL'] });
    expect(answer.json).toMatchObject({ type: ['ALL'] });
  });
});

describe('changing a subscription', () => {
  const given = async (switches: Partial<Switches> = {}) => {
    const { caller, sandbox, log } = await running({ switches });
    const config = { delay: '10s', max_package_size: 50_000 };
    const [one] = sandbox.seed({
      title: 'Users',
      url: HOOK,
      type: ['USER'],
      config,
      created_at: '2021-07-21T14:10:00.00Z',
    });
    return { caller, sandbox, log, path: `/webhooks/${one?.id}`, one };
  };

  it('keeps what is left out, and its id and creation', async () => {
    const { caller, path, one } = await given();
    const { status, json } = await caller.patch(path, { enabled: true });
    expect(status).toBe(200);
    expect(json).toEqual({ ...one, enabled: true, updated_at: expect.any(String) });
    expect(Date.parse(String(json?.['updated_at']))).toBeGreaterThan(Date.parse('2021-07-21T14:10:00Z'));
  });

  it('replaces lists and merges config', async () => {
    const { caller, path } = await given();
    const { json } = await caller.patch(path, { type: ['ORDER', 'EXECUTION'], config: { delay: '1s' } });
    expect(json).toMatchObject({ type: ['ORDER', 'EXECUTION'], config: { delay: '1s', max_package_size: 50_000 } });
  });

  it('by nothing at all changes nothing', async () => {
    const { caller, path, one, sandbox } = await given();
    const { status, json } = await caller.patch(path, {});
    expect([status, json]).toEqual([200, one]);
    expect(sandbox.history.map(({ kind }) => kind)).toEqual(['create']);
  });

  it('away from ALL needs the exclusion taken away along', async () => {
    const { caller, path } = await given();
    await caller.patch(path, { type: ['ALL'], exclude_type: ['REPORT'] });
    expect((await caller.patch(path, { type: ['USER'] })).status).toBe(400);
    const { json } = await caller.patch(path, { type: ['USER'], exclude_type: [] });
    expect(json).toMatchObject({ type: ['USER'], exclude_type: [] });
  });

  it.for(['id', 'created_at', 'updated_at'])('refuses the read-only field %s', async (name) => {
    const { caller, path } = await given();
    const answer = await caller.patch(path, { enabled: true, [name]: '2021-07-21T14:10:00.00Z' });
    expect([answer.status, answer.json?.['detail']]).toEqual([
      400,
      expect.stringContaining(`${name}: field is not allowed`),
    ]);
  });

  it('checks the body before it looks for the subscription', async () => {
    const { caller } = await given();
    const absent = '/webhooks/00000000-0000-4000-8000-000000000000';
    expect((await caller.patch(absent, { enabled: 'yes' })).status).toBe(400);
    expect((await caller.patch(absent, { enabled: true })).status).toBe(404);
  });

  it('is remembered with what was before and after, and who did it', async () => {
    const { caller, path, sandbox } = await given();
    await caller.patch(path, { title: 'People' });
    sandbox.edit('People', { enabled: true });
    await caller.delete(path);
    expect(
      sandbox.history.map(({ kind, title, before, after, by }) => [kind, title, before?.title, after?.title, by]),
    ).toEqual([
      ['create', 'Users', undefined, 'Users', 'seed'],
      ['update', 'People', 'Users', 'People', sandbox.credentials.clientId],
      ['update', 'People', 'People', 'People', 'control'],
      ['delete', 'People', 'People', undefined, sandbox.credentials.clientId],
    ]);
  });

  it('from outside may set its times, so that it can be old at once', async () => {
    const { sandbox, one } = await given();
    const edited = sandbox.edit('Users', {
      enabled: true,
      updated_at: '2026-01-01T00:00:00Z',
      config: { delay: '2s' },
    });
    expect(edited).toEqual({
      ...one,
      enabled: true,
      updated_at: '2026-01-01T00:00:00Z',
      config: { ...one?.config, delay: '2s' },
    });
    expect(sandbox.edit('Users', { enabled: false }).updated_at).not.toBe(edited.updated_at);
  });

  it('resets what the switches say is reset', async () => {
    const { caller, path } = await given({ patchType: 'reset', patchConfig: 'replace' });
    const { json } = await caller.patch(path, { config: { delay: '1s' } });
    expect(json).toMatchObject({ type: ['ALL'], config: { delay: '1s', max_package_size: 10_240 } });
  });
});

describe('reading and deleting', () => {
  it('shows one, deletes it with 204, and answers 404 afterwards', async () => {
    const { caller, sandbox } = await running();
    const [one] = sandbox.seed({ title: 'One', url: HOOK });
    const path = `/webhooks/${one?.id}`;
    expect((await caller.get(path)).json).toEqual(one);
    const deleted = await caller.delete(path);
    expect([deleted.status, deleted.text, deleted.headers['content-type']]).toEqual([204, '', undefined]);
    expect((await caller.delete(path)).status).toBe(404);
    expect((await caller.get(path)).status).toBe(404);
    expect((await caller.get('/webhooks/not-a-uuid')).status).toBe(404);
  });
});

describe('the revision of 2023', () => {
  it('knows minutes, long titles and limit 0, but neither exclude_type nor newer categories', async () => {
    const { caller } = await running({ switches: { revision: 2023, strictTitles: false } });
    const create = async (fields: object) =>
      (await caller.post('/webhooks', { title: 'A', url: HOOK, ...fields })).status;
    expect(await create({ title: 'ä'.repeat(100), config: { delay: '99m' } })).toBe(201);
    expect(await create({ config: { delay: '100s' } })).toBe(400);
    expect(await create({ exclude_type: ['REPORT'] })).toBe(400);
    expect(await create({ type: ['FEE_COLLECTION'] })).toBe(201);
    expect(await create({ type: ['INSTRUMENT'] })).toBe(400);
    expect(await create({ type: ['TOPUP'] })).toBe(400);
    expect((await caller.get('/webhooks?limit=0')).json).toMatchObject({
      meta: { limit: 0, count: 0, total_count: 2 },
    });
  });
});

describe('switches', () => {
  it.for<[Partial<Switches>, object, number]>([
    [{ strictTitles: true }, { title: 'Under_score', url: HOOK }, 400],
    [{ strictTitles: true }, { title: 'x'.repeat(33), url: HOOK }, 400],
    [{ strictTitles: true }, { title: 'Users (prod) [a]{b}.-', url: HOOK }, 201],
    [{ unknownMembers: 'ignore' }, { title: 'A', url: HOOK, enabled: true, config: { extra: 1 } }, 201],
    [{ duplicateTitles: 'refuse' }, { title: 'There', url: HOOK }, 409],
    [{ duplicateUrls: 'refuse' }, { title: 'A', url: 'https://there.example.com/' }, 409],
    [{ maxSubscriptions: 1 }, { title: 'A', url: HOOK }, 422],
    [{ maxSubscriptions: 2 }, { title: 'A', url: HOOK }, 201],
  ])('%j: creating %j gets %i', async ([switches, body, status]) => {
    const { caller, sandbox } = await running({ switches });
    sandbox.seed({ title: 'There', url: 'https://there.example.com/' });
    const answer = await caller.post('/webhooks', body);
    expect(answer.status).toBe(status);
    if (status === 201) expect(answer.json).toMatchObject({ enabled: false });
  });

  it('let a server rewrite values', async () => {
    const { caller } = await running({ switches: { normalisation: 'rewrite', revision: 2023 } });
    const sent = { title: 'A', url: 'https://Hooks.Example.com', type: ['USER', 'ORDER'], config: { delay: '60s' } };
    const { json } = await caller.post('/webhooks', sent);
    expect(json).toMatchObject({ url: 'https://hooks.example.com/', type: ['ORDER', 'USER'], config: { delay: '1m' } });
  });

  it('that do not exist, or have invalid values, are refused by name', async () => {
    const { sandbox } = await running();
    expect(() => sandbox.set({ revison: 2023 } as object)).toThrow('there is no switch "revison"');
    expect(() => sandbox.set({ revision: 2024 } as object)).toThrow('revision is one of 2026, 2023');
    expect(() => sandbox.set({ rateLimit: -1 })).toThrow('rateLimit is a number of 0 or more');
  });
});
