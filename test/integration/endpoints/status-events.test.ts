/** The status as a stream of events, over real HTTP. */
import { Agent, get, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inSlices } from '../../../src/base/async.ts';
import { Secret } from '../../../src/base/secret.ts';
import { Admission, type Tokens } from '../../../src/daemon/endpoints/access.ts';
import { Listener } from '../../../src/daemon/endpoints/listener.ts';
import { listen, portOf } from '../../../src/daemon/endpoints/server.ts';
import { EVENT_TIMES, type StatusSource } from '../../../src/daemon/endpoints/status-events.ts';
import { servedInChunks } from '../../../src/daemon/served-json.ts';
import { createLog } from '../../../src/runtime/log.ts';
import { endpointsWith } from '../../support/endpoints.ts';
import { EventReader } from '../../support/event-reader.ts';
import { type Copy, inOrder } from '../../support/status-copy.ts';

/** A document that changes when a test says so. */
class Document implements StatusSource {
  readonly listeners = new Set<() => void>();
  /** How often it was looked at. */
  looks = 0;
  broken: Error | undefined;
  #members: Copy = { subscriptions: [], unmanaged: [], passes: [], changes: [] };

  contents(): Copy & { readonly passes: readonly unknown[] } {
    this.looks += 1;
    if (this.broken) throw this.broken;
    return { ...this.#members, passes: this.#members['passes'] as readonly unknown[] };
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  set(members: Readonly<Record<string, unknown>>): void {
    this.#members = { ...this.#members, ...members };
    for (const listener of this.listeners) listener();
  }
}

const orders = (count: number, error = '') =>
  Array.from({ length: count }, (_, n) => ({
    title: `Orders ${n}`,
    source: `a.yaml:${n}:1`,
    state: 'InSync',
    error: error && `${n} ${error}`,
    url: `https://user:canary@hooks.tld/${n}?canary`,
  }));

let document: Document;
let server: Server;
let tokens: Tokens;
let failures: unknown[];
const readers: EventReader[] = [];

async function serve(times: Partial<typeof EVENT_TIMES> = {}, readMs = 10_000): Promise<void> {
  const admission = new Admission(() => undefined);
  const endpoints = endpointsWith({
    status: async () => inSlices(servedInChunks(document.contents())),
    statusSource: document,
    denial: async (request, access) => admission.denial(request, access, tokens),
    mayReconcile: async (request) => admission.mayReconcile(request, tokens),
    failed: (error) => void failures.push(error),
  });
  server = await listen('127.0.0.1', 0, endpoints, { readMs, events: { ...EVENT_TIMES, settleMs: 5, ...times } });
}
beforeEach(async () => {
  document = new Document();
  tokens = {};
  failures = [];
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader[Symbol.dispose]();
  await close();
});

async function close(): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

async function follow(headers: Readonly<Record<string, string>> = {}): Promise<EventReader> {
  const reader = await EventReader.connect(portOf(server), headers);
  readers.push(reader);
  return reader;
}

const hasDocument = ({ events }: EventReader): boolean => events.length > 0;
const following = async (headers: Readonly<Record<string, string>> = {}): Promise<EventReader> =>
  (await follow(headers)).until(hasDocument);

async function status(): Promise<Copy> {
  const answer = await fetch(`http://127.0.0.1:${portOf(server)}/status`);
  return inOrder((await answer.json()) as Copy);
}

const namesOf = ({ events }: EventReader): readonly string[] => events.map(({ name }) => name);

describe('a client that follows the status', () => {
  it('gets the whole document first, as /status has it, with secrets masked', async () => {
    await serve();
    document.set({ mode: 'sync', subscriptions: orders(3) });
    const reader = await following();
    expect(reader.answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-content-type-options': 'nosniff',
    });
    expect(reader.retryMs).toBe(3_000);
    expect(reader.events[0]).toMatchObject({
      name: 'snapshot',
      id: '1',
      data: { at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string, mayReconcile: 'yes' },
    });
    expect(reader.copy).toEqual(await status());
    expect(JSON.stringify(reader.events)).not.toContain('canary');
  });

  it('gets what changes, and nothing else', async () => {
    await serve();
    document.set({ mode: 'sync', leader: true, subscriptions: orders(3), passes: ['first'] });
    const reader = await following();
    const [first, ...others] = orders(3);
    document.set({
      mode: 'observe',
      passes: ['second', 'first'],
      subscriptions: [{ ...first, state: 'Drifted' }, ...others],
    });
    await reader.until(({ events }) => events.length === 2);
    expect(reader.events[1]).toEqual({
      name: 'change',
      id: '2',
      data: {
        at: expect.any(String) as string,
        set: { mode: 'observe' },
        subscriptions: {
          put: [{ ...first, state: 'Drifted', url: 'https://***@hooks.tld/0?***' }],
          gone: [],
        },
        passes: { added: ['second'], length: 2 },
      },
    });
    document.set({ leader: undefined, subscriptions: [] });
    await reader.until(({ events }) => events.length === 3);
    expect(reader.events[2]?.data).toMatchObject({
      unset: ['leader'],
      subscriptions: { put: [], gone: ['title Orders 0', 'title Orders 1', 'title Orders 2'] },
    });
  });

  it('is not sent an event for each of a thousand changes, and has the last of them', async () => {
    await serve({ settleMs: 50 });
    const reader = await following();
    for (let n = 1; n <= 1_000; n += 1) {
      document.set({ changes: Array.from({ length: Math.min(n, 500) }, (_, at) => n - at), subscriptions: orders(n) });
      if (n % 100 === 0) await new Promise(setImmediate);
    }
    await reader.until(({ copy }) => copy.subscriptions.length === 1_000);
    expect(reader.events.length).toBeLessThan(10);
    expect(reader.copy).toEqual(await status());
  });

  it('is sent nothing where only the moment changed', async () => {
    await serve();
    document.set({ mode: 'sync' });
    const reader = await following();
    document.set({ mode: 'sync' });
    document.set({ mode: 'observe' });
    await reader.until(({ copy }) => copy['mode'] === 'observe');
    expect(namesOf(reader)).toEqual(['snapshot', 'change']);
  });

  it('hears from time to time that the stream is alive, and what time alone has changed', async () => {
    await serve({ aliveMs: 20 });
    const reader = await following();
    await reader.until(({ comments }) => comments.includes('still here'));
    document.listeners.clear();
    document.set({ hold: 'freeze' });
    await reader.until(({ copy }) => copy['hold'] === 'freeze');
  });

  it.each([
    { hold: 'freeze' },
    { frozenUntil: '2026-11-30T07:00:00.000Z' },
    { leader: false },
    { lease: { name: 'a' } },
  ])('gets subscriptions too where time has changed what they are explained by: %o', async (members) => {
    await serve({ aliveMs: 20 });
    document.set({ subscriptions: orders(1) });
    const reader = await following();
    document.listeners.clear();
    document.set({ ...members, subscriptions: orders(1, 'waits') });
    await reader.until(({ events }) => events.length === 2);
    expect(reader.copy).toEqual(await status());
  });

  it('hears that it may trigger a pass, or no longer, once another configuration says so', async () => {
    await serve({ aliveMs: 20 });
    const reader = await following();
    tokens = { trigger: async () => new Secret('go') };
    await reader.until(({ events }) => events.length === 2);
    expect(reader.events[1]).toMatchObject({ name: 'change', data: { mayReconcile: 'token' } });
    await reader.until(({ comments }) => comments.length >= 5);
    expect(reader.events).toHaveLength(2);
  });

  it('shares what is compared with the others', async () => {
    await serve({ settleMs: 100 });
    const all = await Promise.all(Array.from({ length: 10 }, async () => following()));
    const { looks } = document;
    document.set({ mode: 'observe' });
    await Promise.all(all.map(async (reader) => reader.until(({ copy }) => copy['mode'] === 'observe')));
    expect(document.looks - looks).toBe(1);
  });

  it('leaves nothing behind', async () => {
    await serve();
    const reader = await following();
    expect(document.listeners.size).toBe(1);
    const gone = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
    const other = await following();
    for (const each of [reader, other]) each[Symbol.dispose]();
    await gone;
    while (document.listeners.size > 0) await new Promise(setImmediate);
    const { looks } = document;
    document.set({ mode: 'observe' });
    expect(document.looks).toBe(looks);
  });

  it('that asks for the headers alone gets them', async () => {
    await serve();
    const { status: code, headers } = await fetch(`http://127.0.0.1:${portOf(server)}/status/events`, {
      method: 'HEAD',
    });
    expect([code, headers.get('content-type'), document.listeners.size]).toEqual([200, 'text/event-stream', 0]);
  });

  it('has at rest what /status has, whenever it came and whatever happened', async () => {
    await serve({ settleMs: 1 });
    let end = 0;
    const member = fc.constantFrom('mode', 'hold', 'leader');
    const change = fc.oneof(
      fc.record({ name: member, value: fc.constantFrom(undefined, null, 'a', 'b') }),
      fc.record({ name: fc.constantFrom('subscriptions', 'unmanaged'), value: fc.nat(30).map((n) => orders(n)) }),
      fc.record({ name: fc.constant('changes'), value: fc.array(fc.nat(3), { maxLength: 4 }) }),
      fc.constant('joins' as const),
      fc.constant('waits' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (sequence) => {
        const all = [await follow()];
        for (const step of sequence) {
          if (step === 'joins' && all.length < 5) all.push(await follow());
          else if (step === 'waits') await new Promise(setImmediate);
          else if (typeof step === 'object') document.set({ [step.name]: step.value });
        }
        end += 1;
        document.set({ end });
        try {
          const told = await Promise.all(
            all.map(async (each) => (await each.until((one) => hasDocument(one) && one.copy['end'] === end)).copy),
          );
          const served = await status();
          for (const copy of told) expect(copy).toEqual(served);
        } finally {
          for (const each of all) each[Symbol.dispose]();
          while (document.listeners.size > 0) await new Promise(setImmediate);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('whether a client may trigger a pass', () => {
  const trigger = async () => new Secret('go');
  it.each([
    ['yes', 'the page, by way of this host', { host: 'localhost:8080', 'sec-fetch-site': 'same-origin' }, {}],
    ['no', 'the page behind a proxy', { host: 'localhost:8080', 'x-forwarded-for': '10.0.0.7' }, {}],
    ['token', 'the page behind a proxy, with a trigger token', { 'x-forwarded-for': '10.0.0.7' }, { trigger }],
    ['token', 'the page by way of this host, with a trigger token', { 'sec-fetch-site': 'same-origin' }, { trigger }],
    ['yes', 'a tool that shows the trigger token', { authorization: 'Bearer go' }, { trigger }],
    ['yes', 'a tool that shows the token for reading', { authorization: 'Bearer go' }, { reading: trigger }],
    ['no', 'an address that was typed in', { 'sec-fetch-site': 'none' }, { trigger }],
  ] as const)('is said at the beginning: %s for %s', async (answer, _, headers, some) => {
    await serve();
    tokens = some;
    expect((await following(headers)).events[0]?.data['mayReconcile']).toBe(answer);
  });
});

describe('the events of the status', () => {
  it('need what /status needs', async () => {
    await serve();
    const statuses = async (headers: Readonly<Record<string, string>>) => (await follow(headers)).answer.statusCode;
    expect(await statuses({ host: 'evil.example.com' })).toBe(403);
    tokens = { reading: async () => new Secret('token') };
    expect([await statuses({}), await statuses({ authorization: 'Bearer other' })]).toEqual([401, 401]);
    expect(await statuses({ authorization: 'Bearer token', host: 'reconciler.example.com' })).toBe(200);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example.com' },
  ])(
    'are refused to a page of another origin, which could not read them but would take a place: %o',
    async (headers) => {
      await serve();
      expect((await follow({ host: 'localhost:8080', ...headers })).answer.statusCode).toBe(403);
    },
  );

  it('end for a client whose token counts no more', async () => {
    await serve({ aliveMs: 20 });
    tokens = { reading: async () => new Secret('token') };
    const reader = await following({ authorization: 'Bearer token' });
    tokens = { reading: async () => new Secret('another') };
    await reader.ended;
  });

  it('are for sixteen at a time, and the next one gets the place of the oldest', async () => {
    await serve();
    const all: EventReader[] = [];
    for (let count = 0; count < 16; count += 1) all.push(await following());
    const next = await following();
    await all[0]?.ended;
    document.set({ mode: 'observe' });
    await Promise.all(
      [...all.slice(1), next].map(async (reader) => reader.until(({ copy }) => copy['mode'] === 'observe')),
    );
    expect(document.listeners.size).toBe(1);
  });

  it('stay with a caller that has few of them, however often another one comes', async () => {
    await serve();
    for (let count = 0; count < 10; count += 1) await following();
    const other = await EventReader.connect(portOf(server), {}, '127.0.0.2');
    readers.push(other);
    await other.until(hasDocument);
    for (let count = 0; count < 20; count += 1) await following();
    document.set({ mode: 'observe' });
    await other.until(({ copy }) => copy['mode'] === 'observe');
  });

  it('are for sixteen at a time where many ask in the same moment, too', async () => {
    await serve();
    const all = await Promise.all(Array.from({ length: 40 }, async () => follow()));
    const last = await following();
    let ended = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const each of all)
      void each.ended.then(() => {
        ended += 1;
        if (ended === 25) resolve();
      });
    await promise;
    document.set({ mode: 'observe' });
    await last.until(({ copy }) => copy['mode'] === 'observe');
    expect(ended).toBe(25);
  });

  it.each([
    { 'sec-fetch-mode': 'navigate' },
    ...['document', 'iframe', 'frame', 'embed', 'object'].map((destination) => ({ 'sec-fetch-dest': destination })),
    { 'upgrade-insecure-requests': '1' },
    { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' },
  ])(
    'are refused to a browser that would open them as a page, for a link or a frame of any other: %o',
    async (headers) => {
      await serve();
      expect((await follow({ 'sec-fetch-site': 'none', ...headers })).answer.statusCode).toBe(403);
    },
  );

  it.each([
    { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' },
    { accept: 'text/event-stream', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
  ])('are for pages that read them: %o', async (headers) => {
    await serve();
    expect((await follow(headers)).answer.statusCode).toBe(200);
  });

  it('end at once when the server closes', async () => {
    await serve();
    const reader = await following();
    await close();
    await reader.ended;
    await serve();
  });

  it('end at once when the daemon moves to another address', async () => {
    await serve();
    const log = await createLog({ level: 'error', format: 'json' });
    const listener = new Listener(endpointsWith({ statusSource: document }), log);
    const address = { host: '127.0.0.1', port: 0 };
    using reader = await EventReader.connect(await listener.at(address));
    await reader.until(hasDocument);
    expect(await listener.move(address, address)).toBeUndefined();
    await reader.ended;
    await listener.end();
    expect(document.listeners.size).toBe(0);
  });

  it('end where the document cannot be made, and can be followed again', async () => {
    await serve();
    const broken = new Error('/var/run/upvest/secret');
    const reader = await following();
    document.broken = broken;
    document.set({ mode: 'observe' });
    await reader.ended;
    expect(failures).toEqual([broken]);
    document.broken = undefined;
    expect((await following()).copy['mode']).toBe('observe');
  });
});

/** Sends the request on a connection of its own, which reads nothing before it is resumed. */
async function dial(bytes: string): Promise<Socket> {
  const socket = connect(portOf(server), '127.0.0.1');
  socket.on('error', () => undefined).pause();
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(bytes);
  return socket;
}

const ASK = 'GET /status/events HTTP/1.1\r\nhost: a\r\n\r\n';
const LARGE = orders(15_000, 'x'.repeat(1_000));

describe('a stream', () => {
  it('is cut where its client does not read, and the others go on', async () => {
    await serve({ unreadMs: 500 });
    document.set({ subscriptions: LARGE });
    const cut = new Promise((resolve) => server.once('connection', (socket: Socket) => socket.once('close', resolve)));
    const unread = await dial(ASK);
    const reader = await following();
    await cut;
    document.set({ mode: 'observe' });
    await reader.until(({ copy }) => copy['mode'] === 'observe');
    unread.destroy();
  });

  it('is cut where another request follows on its connection: that would never be answered', async () => {
    await serve();
    const cut = new Promise((resolve) => server.once('connection', (socket: Socket) => socket.once('close', resolve)));
    const socket = await dial(ASK);
    socket.resume();
    await new Promise((resolve) => socket.once('data', resolve));
    socket.write('GET /livez HTTP/1.1\r\nhost: a\r\n\r\n');
    await cut;
  });

  it('is not cut for a connection that asks nothing, nor does it keep a probe out', async () => {
    await serve();
    const all = await Promise.all(Array.from({ length: 16 }, async () => following()));
    const idle = await Promise.all(Array.from({ length: 300 }, async () => dial('')));
    const agent = new Agent();
    const [probe] = await new Promise<IncomingMessage[]>((resolve) =>
      get({ port: portOf(server), host: '127.0.0.1', path: '/livez', agent }, (...answers) => resolve(answers)),
    );
    expect(probe && (await text(probe))).toBe('{"status":"ok"}\n');
    document.set({ mode: 'observe' });
    await Promise.all(all.map(async (reader) => reader.until(({ copy }) => copy['mode'] === 'observe')));
    for (const socket of idle) socket.destroy();
  });

  it('of a large document leaves probes their turn', async () => {
    await serve();
    document.set({ subscriptions: LARGE });
    const agent = new Agent({ keepAlive: true });
    const probe = async (): Promise<void> => {
      const [answer] = await new Promise<IncomingMessage[]>((resolve) =>
        get({ port: portOf(server), host: '127.0.0.1', path: '/livez', agent }, (...answers) => resolve(answers)),
      );
      if (answer) await buffer(answer);
    };
    await probe();
    const socket = await dial(ASK);
    const received = { bytes: 0 };
    socket.on('data', (chunk) => (received.bytes += chunk.length)).resume();
    let probes = 0;
    while (received.bytes < 15_000_000) {
      await probe();
      probes += 1;
    }
    expect(probes).toBeGreaterThan(5);
    socket.destroy();
    agent.destroy();
  });
});
