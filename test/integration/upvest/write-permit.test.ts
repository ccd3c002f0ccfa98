import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotLeaderError } from '../../../src/upvest/errors.ts';
import type { UpvestClient } from '../../../src/upvest/client.ts';
import { connect } from './connect.ts';
import { hang, json, page, type Reply, reset, type ScriptedApi, scriptedApi, token, WEBHOOK } from './scripted-api.ts';

const NEW = { title: 'User webhook', url: WEBHOOK.url };
const UPDATE = { ...NEW, type: ['USER'], enabled: true, config: WEBHOOK.config };

let api: ScriptedApi;
let over: string | undefined;
/** How often the client has asked for its write permit. */
let asked: number;
const writePermit = {
  barred: () => {
    asked += 1;
    return over;
  },
  term: () => undefined,
  sending: () => (isOver: boolean) => void settled.push(isOver),
};
/** For each change that was sent: whether the API has finished with it. */
let settled: boolean[];

beforeEach(async () => {
  api = await scriptedApi();
  over = undefined;
  asked = 0;
  settled = [];
});
afterEach(async () => await api[Symbol.asyncDispose]());

/** Answers only once the test lets it. */
function held(reply: Reply) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const holding: Reply = (response, request) => void promise.then(() => reply(response, request));
  return { reply: holding, letGo: resolve };
}

const changes: readonly [string, (client: UpvestClient) => Promise<unknown>][] = [
  ['create', async (client) => client.createWebhook(NEW)],
  ['update', async (client) => client.updateWebhook(WEBHOOK.id, UPDATE)],
  ['delete', async (client) => client.deleteWebhook(WEBHOOK.id)],
  ['test delivery', async (client) => client.testWebhook(WEBHOOK.id)],
];

describe('without a write permit', () => {
  it.each(changes)('no %s is written', async (_what, change) => {
    await using connected = connect(api.url, {}, writePermit);
    over = 'another instance holds the lease';
    await expect(change(connected.client)).rejects.toThrow(new NotLeaderError(over));
    expect(api.log()).toEqual(['POST /auth/token']);
    expect(connected.retrying).toEqual([]);
  });

  it('every read still works', async () => {
    await using connected = connect(api.url, {}, writePermit);
    over = 'another instance holds the lease';
    api.next(page(WEBHOOK), json(200, WEBHOOK), json(200, { keys: [] }));
    expect(await connected.client.listWebhooks()).toMatchObject({ items: [{}] });
    expect(await connected.client.getWebhook(WEBHOOK.id)).toMatchObject({ id: WEBHOOK.id });
    await connected.client.verifyKeys();
    expect(asked).toBe(0);
  });
});

describe('a write permit that ends', () => {
  it('while a change waits for its token bars it', async () => {
    await using connected = connect(api.url, {}, writePermit);
    const fetched = held(token());
    api.nextToken(fetched.reply);
    const created = connected.client.createWebhook(NEW);
    await api.arrival();
    over = 'the term is over';
    fetched.letGo();
    await expect(created).rejects.toThrow(new NotLeaderError(over));
    expect(api.log()).toEqual(['POST /auth/token']);
  });

  it('while a change waits for the throttle, or for a connection, bars it', async () => {
    await using connected = connect(api.url, { concurrency: 1 }, writePermit);
    await connected.client.listWebhooks();
    const first = held(page());
    api.next(first.reply, json(201, WEBHOOK));
    const onTheWire = connected.client.listWebhooks();
    await api.arrival();
    const created = connected.client.createWebhook(NEW);
    over = 'the term is over';
    first.letGo();
    await onTheWire;
    await expect(created).rejects.toThrow(new NotLeaderError(over));
    expect(api.log()).not.toContain('POST /webhooks');
  });

  it('between two attempts bars the second', async () => {
    await using connected = connect(api.url, {}, writePermit);
    const busy: Reply = (response, request) => {
      over = 'the term is over';
      json(429, {})(response, request);
    };
    api.next(busy, json(201, WEBHOOK));
    await expect(connected.client.createWebhook(NEW)).rejects.toThrow(new NotLeaderError('the term is over'));
    expect(api.log()).toEqual(['POST /auth/token', 'POST /webhooks']);
  });

  it('while a change is on the wire lets it be answered', async () => {
    await using connected = connect(api.url, {}, writePermit);
    api.next((response, request) => {
      over = 'the term is over';
      json(201, WEBHOOK)(response, request);
    });
    expect(await connected.client.createWebhook(NEW)).toMatchObject({ value: { id: WEBHOOK.id } });
  });

  it('and begins again does not let a change of the term before be written', async () => {
    await using connected = connect(api.url, {}, writePermit);
    const term = new AbortController();
    const fetched = held(token());
    api.nextToken(fetched.reply);
    const created = connected.client.createWebhook(NEW, term.signal);
    await api.arrival();
    term.abort(new Error('the term is over'));
    fetched.letGo();
    await expect(created).rejects.toThrow('the term is over');
    expect(api.log()).toEqual(['POST /auth/token']);
  });
});

describe('a test delivery whose receiver is slow', () => {
  it('has more time than other calls, takes no place from them, and may be broken off', async () => {
    await using connected = connect(api.url, { concurrency: 1, timeoutMs: 100, retries: 0 }, writePermit);
    const slow = held(json(200, { response: { status: 200 } }));
    api.next(slow.reply);
    const first = connected.client.testWebhook(WEBHOOK.id);
    await api.arrival();
    await api.arrival();
    api.next(hang);
    await expect(connected.client.listWebhooks()).rejects.toThrow('time limit of 100 ms');
    slow.letGo();
    expect((await first).value.state).toBe('ok');

    const stop = new AbortController();
    api.next(hang);
    const second = connected.client.testWebhook(WEBHOOK.id, stop.signal);
    await api.arrival();
    stop.abort(new Error('stopped'));
    await expect(second).rejects.toThrow('broken off');
  });
});

describe('a write permit is notified of each change that was sent', () => {
  const settings = { retries: 0, timeoutMs: 200 };

  it.each<[string, Reply, boolean]>([
    ['over when it is answered', json(200, WEBHOOK), true],
    ['over when it is refused', json(422, {}), true],
    ['over when there is nothing to change', json(404, {}), true],
    ['not over when no answer comes in time', hang, false],
    ['not over when the connection breaks', reset, false],
    ['not over when a gateway gives up on it', json(504, {}), false],
    ['not over when it came too slowly for a proxy on the way', json(408, {}), false],
  ])('that it is %s', async (_how, reply, isOver) => {
    await using connected = connect(api.url, settings, writePermit);
    api.next(reply);
    await connected.client.updateWebhook(WEBHOOK.id, UPDATE).catch(() => undefined);
    expect(settled).toEqual([isOver]);
  });

  it('each time it is sent', async () => {
    await using connected = connect(api.url, { timeoutMs: 200 }, writePermit);
    api.next(hang, json(200, WEBHOOK));
    await connected.client.updateWebhook(WEBHOOK.id, UPDATE);
    expect(settled).toEqual([false, true]);
  });

  it('and not of reads', async () => {
    await using connected = connect(api.url, settings, writePermit);
    api.next(page(WEBHOOK));
    await connected.client.listWebhooks();
    expect(settled).toEqual([]);
  });

  it('and not of test deliveries, which leave the tenant as it is and may wait long for a receiver', async () => {
    await using connected = connect(api.url, settings, writePermit);
    api.next(json(200, { response: { status: 503 } }));
    await connected.client.testWebhook(WEBHOOK.id);
    expect(settled).toEqual([]);
  });

  it('and that it is over when it was barred and never written', async () => {
    await using connected = connect(api.url, settings, writePermit);
    over = 'another instance holds the lease';
    await expect(connected.client.updateWebhook(WEBHOOK.id, UPDATE)).rejects.toThrow(NotLeaderError);
    expect(settled).toEqual([true]);
  });
});
