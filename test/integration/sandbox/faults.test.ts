import { describe, expect, it } from 'vitest';
import { readFault } from '../../../src/sandbox/faults/read-fault.ts';
import type { Json } from './send.ts';
import { HOOK, PATIENTLY, running } from './running.ts';

const titles = (json: Json | undefined) =>
  (json?.['data'] as { title: string }[] | undefined)?.map(({ title }) => title).join('');
const letters = (text: string) => Array.from(text, (title) => ({ title, url: HOOK }));

describe('a fault', () => {
  it('hits the requests its method and route name, once, and is over', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'answer', status: 503 } });
    const statuses = [
      await caller.post('/webhooks', { title: 'A', url: HOOK }),
      await caller.get('/webhooks'),
      await caller.get('/webhooks'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 503, 200]);
    expect(sandbox.faults).toMatchObject([{ matched: 2, hits: 1 }]);
    expect(sandbox.requests.map(({ faults }) => faults)).toEqual([[], ['answer'], []]);
  });

  it('begins with the nth request and goes on for so many, or always', async () => {
    const { caller, sandbox } = await running();
    const statuses = async (n: number) => {
      const all: number[] = [];
      for (let i = 0; i < n; i++) all.push((await caller.get('/webhooks')).status);
      return all;
    };
    sandbox.fault({ on: 'GET *', nth: 2, times: 2, effect: { kind: 'answer', status: 500 } });
    expect(await statuses(4)).toEqual([200, 500, 500, 200]);
    const id = sandbox.fault({ on: '*', times: 'always', effect: { kind: 'answer', status: 502 } });
    expect(await statuses(3)).toEqual([502, 502, 502]);
    sandbox.clearFaults(id);
    expect(await statuses(1)).toEqual([200]);
  });

  it('hits by chance where it has a probability', async () => {
    const dice = [0.9, 0.1, 0.5, 0.49];
    const { caller, sandbox } = await running({ random: () => dice.shift() ?? 1 });
    sandbox.fault({ on: '*', times: 'always', probability: 0.5, effect: { kind: 'answer', status: 500 } });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await caller.get('/webhooks')).status);
    expect(statuses).toEqual([200, 500, 200, 500]);
  });

  it('may be meant for one subscription or one client only', async () => {
    const { caller, sandbox } = await running();
    const [one] = sandbox.seed(letters('AB'));
    sandbox.fault({ on: '*', title: 'A', times: 'always', effect: { kind: 'answer', status: 500 } });
    sandbox.fault({ on: '*', clientId: 'another client', times: 'always', effect: { kind: 'answer', status: 418 } });
    expect((await caller.get(`/webhooks/${one?.id}`)).status).toBe(500);
    expect((await caller.post('/webhooks', { title: 'A', url: HOOK })).status).toBe(500);
    expect((await caller.post('/webhooks', { title: 'C', url: HOOK })).status).toBe(201);
  });
});

describe('an answer on demand', () => {
  it('comes instead of carrying the request out, as a problem document with any Retry-After', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'answer', status: 429, retryAfter: 7 } });
    const { status, json, headers } = await caller.post('/webhooks', { title: 'A', url: HOOK });
    expect([status, json?.['status'], headers['retry-after']]).toEqual([429, 429, '7']);
    expect(json?.['request_id']).toBe(headers['upvest-request-id']);
    expect(sandbox.subscriptions()).toEqual([]);
  });

  it('may come although the request was carried out', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'answer', status: 504, body: 'html', carriedOut: true } });
    const { status, headers } = await caller.post('/webhooks', { title: 'A', url: HOOK });
    expect([status, headers['content-type']]).toEqual([504, 'text/html; charset=UTF-8']);
    expect(sandbox.subscriptions()).toHaveLength(1);
  });

  it.for([
    [409, 'Conflict'],
    [412, 'Precondition failed'],
    [422, 'Unprocessable entity'],
    [423, 'Locked'],
  ] as const)('may refuse one subscription for good, with %i %s', async ([status, title]) => {
    const { caller, sandbox } = await running();
    const [one] = sandbox.seed(letters('AB'));
    sandbox.fault({ on: '* /webhooks', title: 'A', times: 'always', effect: { kind: 'answer', status } });
    sandbox.fault({ on: 'PATCH *', title: 'A', times: 'always', effect: { kind: 'answer', status } });
    const refused = { status, json: { status, title } };
    for (let n = 0; n < 2; n += 1) {
      expect(await caller.post('/webhooks', { title: 'A', url: HOOK })).toMatchObject(refused);
      expect(await caller.patch(`/webhooks/${one?.id}`, { enabled: true })).toMatchObject(refused);
      expect((await caller.post('/webhooks', { title: 'C', url: HOOK })).status).toBe(201);
    }
  });

  it('may ask for a wait of hours', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: '*', effect: { kind: 'answer', status: 503, retryAfter: 10_800 } });
    const { status, headers } = await caller.get('/webhooks');
    expect([status, headers['retry-after']]).toEqual([503, '10800']);
  });

  it('may be an empty 200', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'answer', status: 200, body: 'none', carriedOut: true } });
    const { status, text, headers } = await caller.get('/webhooks');
    expect([status, text, headers['content-type']]).toEqual([200, '', undefined]);
  });
});

describe('a connection', () => {
  it('is reset before the request is carried out', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: false } });
    await expect(caller.post('/webhooks', { title: 'A', url: HOOK })).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(sandbox.subscriptions()).toEqual([]);
    expect(sandbox.requests).toMatchObject([{ outcome: 'cut' }]);
    expect(sandbox.requests[0]?.status).toBeUndefined();
  });

  it.for(['fault', 'switch'] as const)('is reset after it was carried out, by %s', async (by) => {
    const { caller, sandbox } = await running();
    if (by === 'fault') sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
    else sandbox.set({ createAnswer: 'cut' });
    await expect(caller.post('/webhooks', { title: 'A', url: HOOK })).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(sandbox.subscriptions()).toHaveLength(1);
  });

  it('gives half an answer and breaks', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'truncate', connection: 'cut' } });
    await expect(caller.get('/webhooks')).rejects.toThrow('aborted');
  });
});

describe('an answer', () => {
  it('never comes, while the request was carried out', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'delay', ms: 'never' } });
    const patience = new AbortController();
    const answer = caller.post('/webhooks', { title: 'A', url: HOOK }, { signal: patience.signal });
    await expect.poll(() => sandbox.subscriptions().length, PATIENTLY).toBe(1);
    patience.abort();
    await expect(answer).rejects.toThrow('abort');
    await expect.poll(() => sandbox.requests[0]?.outcome, PATIENTLY).toBe('abandoned');
  });

  it('never comes, and the request is not carried out when the client gives up', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'delay', ms: 'never', carriedOut: false } });
    const patience = new AbortController();
    const answer = caller.post('/webhooks', { title: 'A', url: HOOK }, { signal: patience.signal });
    await expect.poll(() => sandbox.count(), PATIENTLY).toBe(1);
    patience.abort();
    await expect(answer).rejects.toThrow('abort');
    await expect.poll(() => sandbox.requests[0]?.outcome, PATIENTLY).toBe('abandoned');
    expect(sandbox.subscriptions()).toEqual([]);
  });

  it('never comes, and the request is carried out after the client has given up', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'delay', ms: 300, carriedOut: 'regardless' } });
    const patience = new AbortController();
    const answer = caller.post('/webhooks', { title: 'A', url: HOOK }, { signal: patience.signal });
    await expect.poll(() => sandbox.count(), PATIENTLY).toBe(1);
    patience.abort();
    await expect(answer).rejects.toThrow('abort');
    await expect.poll(() => sandbox.requests[0]?.outcome, PATIENTLY).toBe('abandoned');
    expect(sandbox.subscriptions()).toHaveLength(1);
  });

  it('comes late, or in drops, but whole', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({
      on: '*',
      effect: [
        { kind: 'delay', ms: 20 },
        { kind: 'trickle', bytes: 20, everyMs: 1 },
      ],
    });
    expect((await caller.get('/webhooks')).json).toMatchObject({ meta: { count: 0 } });
  });

  it('that never comes does not keep the sandbox from closing', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: '*', effect: { kind: 'delay', ms: 'never' } });
    const answer = expect(caller.get('/webhooks')).rejects.toThrow(/hang up|ECONNRESET/);
    await expect.poll(() => sandbox.count(), PATIENTLY).toBe(1);
    await sandbox.close();
    await answer;
  });

  it('is broken JSON with the right length', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: '*', effect: { kind: 'truncate', connection: 'kept' } });
    const { status, text, json } = await caller.get('/webhooks');
    expect([status, json]).toEqual([200, undefined]);
    expect(text).toMatch(/^\{"meta"/);
  });

  it('has other headers', async () => {
    const { caller, sandbox } = await running();
    const set = { 'Content-Type': 'text/plain', Date: 'Tue, 01 Sep 2026 12:00:00 GMT' };
    sandbox.fault({ on: '*', effect: { kind: 'headers', set } });
    const { headers, json } = await caller.get('/webhooks');
    expect([headers['content-type'], headers.date]).toEqual(['text/plain', set.Date]);
    expect(json).toMatchObject({ data: [] });
  });

  it('has members that are new, null or missing, of one subscription or of each in a listing', async () => {
    const { caller, sandbox } = await running();
    const [one] = sandbox.seed(letters('AB'));
    sandbox.fault({
      on: 'GET *',
      times: 2,
      effect: { kind: 'members', set: { type: null, colour: 'red' }, omit: ['config', 'enabled'] },
    });
    const shown = ['id', 'created_at', 'updated_at', 'title', 'url', 'type', 'colour'];
    const answer = (await caller.get(`/webhooks/${one?.id}`)).json ?? {};
    expect(Object.keys(answer)).toEqual(shown);
    expect(answer).toMatchObject({ title: 'A', type: null, colour: 'red' });
    const { data } = (await caller.get('/webhooks')).json as { data: object[] };
    expect(data.map((entry) => Object.keys(entry))).toEqual([shown, shown]);
    expect(sandbox.subscriptions()[0]).toEqual(one);
  });
});

describe('items of a listing', () => {
  const seeded = async () => {
    const { caller, sandbox } = await running();
    const [a] = sandbox.seed(letters('ABC'));
    const lacking = async (name: string) => {
      const { data } = (await caller.get('/webhooks?sort=title&order=DESC')).json as { data: Json[] };
      return data.map((item) => (name in item ? '-' : 'x')).join('');
    };
    return { caller, sandbox, a, lacking };
  };

  it('that are chosen lack members, the others and GET by id do not', async () => {
    const { caller, sandbox, a, lacking } = await seeded();
    const path = `/webhooks/${a?.id}`;
    const omit = ['title', 'url'];
    for (const [pick, expected] of [
      ['oldest', '--x'],
      ['newest', 'x--'],
      ['all', 'xxx'],
      [{ title: 'B' }, '-x-'],
      [{ id: String(a?.id).toUpperCase() }, '--x'],
      [{ title: 'none' }, '---'],
    ] as const) {
      const id = sandbox.fault({ on: 'GET *', times: 'always', effect: { kind: 'items', pick, omit } });
      expect([await lacking('title'), await lacking('url'), await lacking('id')]).toEqual([expected, expected, '---']);
      expect((await caller.get(path)).json).toEqual(a);
      sandbox.clearFaults(id);
    }
  });

  it('have members that are something else', async () => {
    const { caller, sandbox } = await seeded();
    sandbox.fault({ on: '*', effect: { kind: 'items', pick: { title: 'B' }, set: { url: null } } });
    const { json } = await caller.get('/webhooks');
    expect(json).toMatchObject({ meta: { count: 3 }, data: [{ url: HOOK }, { url: null }, { url: HOOK }] });
  });
});

describe('a listing that lies', () => {
  it.for([
    [{ totalCount: 2 }, 'ABCD', 6],
    [{ totalCount: -1 }, 'ABCD', 3],
    [{ drop: 1 }, 'ABC', 4],
    [{ repeat: 1 }, 'AABC', 4],
    [{ shift: 1 }, 'BCD', 4],
  ] as const)('%j shows %s of %i', async ([lie, shown, total]) => {
    const { caller, sandbox } = await running();
    sandbox.seed(letters('ABCD'));
    sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'listing', ...lie } });
    const { json } = await caller.get('/webhooks');
    expect(titles(json)).toBe(shown);
    expect(json).toMatchObject({ meta: { count: shown.length, total_count: total } });
    expect(titles((await caller.get('/webhooks')).json)).toBe('ABCD');
  });

  it('repeats the end of the page before it, as if a subscription had been created', async () => {
    const { caller, sandbox } = await running();
    sandbox.seed(letters('ABCD'));
    sandbox.fault({ on: 'GET /webhooks', nth: 2, effect: { kind: 'listing', shift: -1 } });
    expect(titles((await caller.get('/webhooks?limit=2')).json)).toBe('AB');
    expect(titles((await caller.get('/webhooks?limit=2&offset=2')).json)).toBe('BC');
  });
});

describe('meanwhile', () => {
  it('another client deletes, edits and creates', async () => {
    const { caller, sandbox } = await running();
    const [, second] = sandbox.seed(letters('ABC'));
    sandbox.fault({
      on: 'GET /webhooks',
      effect: { kind: 'meanwhile', delete: 'oldest', create: { title: 'X', url: HOOK } },
    });
    sandbox.fault({
      on: 'GET /webhooks',
      effect: { kind: 'meanwhile', edit: { pick: { title: 'C' }, changes: { title: 'Z' } } },
    });
    expect(titles((await caller.get('/webhooks')).json)).toBe('BZX');
    sandbox.fault({ on: 'PATCH *', effect: { kind: 'meanwhile', delete: 'target' } });
    expect((await caller.patch(`/webhooks/${second?.id}`, { enabled: true })).status).toBe(404);
    expect(sandbox.history.filter(({ by }) => by === 'control').map(({ kind }) => kind)).toEqual([
      'create',
      'delete',
      'update',
      'delete',
    ]);
  });

  it('every token expires', async () => {
    const { caller, sandbox } = await running();
    sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'expire-tokens' } });
    expect((await caller.get('/webhooks')).status).toBe(401);
    expect((await caller.token()).status).toBe(200);
  });
});

describe('a fault rule as JSON', () => {
  it.for<[unknown, string]>([
    ['POST /webhooks', 'a fault is an object'],
    [{ effect: { kind: 'cut', carriedOut: true } }, 'on must be as in "POST /webhooks"'],
    [{ on: 'POST webhooks', effect: { kind: 'expire-tokens' } }, 'on must be'],
    [{ on: '*' }, 'effect must be an effect or a list of them'],
    [{ on: '*', effect: { kind: 'explode' } }, 'effect.kind is one of answer, cut'],
    [{ on: '*', effect: { kind: 'cut' } }, 'effect.carriedOut must be true or false'],
    [{ on: '*', effect: { kind: 'answer', status: 42 } }, 'effect.status must be a status'],
    [{ on: '*', effect: [{ kind: 'delay', ms: 'soon' }] }, 'effect.ms must be milliseconds, or "never"'],
    [{ on: '*', effect: { kind: 'listing', totalcount: 1 } }, 'effect.totalcount is not one of totalCount'],
    [{ on: '*', effect: { kind: 'members', omit: 'type' } }, 'effect.omit must be a list of strings'],
    [{ on: '*', effect: { kind: 'items', pick: 'target' } }, 'effect.pick must be "oldest", "newest", "all"'],
    [{ on: '*', effect: { kind: 'items', omit: ['title'] } }, 'effect.pick must be'],
    [{ on: '*', effect: { kind: 'cached', ageSeconds: -1 } }, 'effect.ageSeconds must be whole seconds'],
    [{ on: '*', nth: 0, effect: { kind: 'expire-tokens' } }, 'nth must be an integer from 1'],
    [{ on: '*', probability: 2, effect: { kind: 'expire-tokens' } }, 'probability must be a number above 0'],
    [{ on: '*', effect: { kind: 'meanwhile', create: { title: 'A' } } }, 'subscription 1: url is missing'],
    [{ on: '*', effect: { kind: 'meanwhile', delete: 'some' } }, 'effect.delete must be "oldest"'],
  ])('%j is refused, and why', ([rule, said]) => {
    expect(() => readFault(rule)).toThrow(said);
  });
});
