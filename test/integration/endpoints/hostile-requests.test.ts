/** The endpoints as strangers use them, over raw sockets. */
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anyBytes } from '../../fuzz/http-bytes.ts';
import { mayTrigger } from '../../../src/daemon/may-trigger.ts';
import { type Endpoints, listen, portOf } from '../../../src/daemon/server.ts';

const NUM_RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);

let server: Server;
let answer: Buffer;
let triggered: number;
let pass: PromiseWithResolvers<{ readonly result: string }>;
beforeEach(async () => {
  triggered = 0;
  answer = Buffer.from('{}\n');
  pass = Promise.withResolvers();
  server = await listen('127.0.0.1', 0, endpoints());
});

const endpoints = (): Endpoints => ({
  health: () => ({ status: 'ok' }),
  stuck: () => undefined,
  unready: () => undefined,
  status: () => answer,
  metrics: async () => ({ text: '', contentType: 'text/plain' }),
  mayTrigger: async (request) => mayTrigger(request, undefined),
  trigger: () => {
    triggered++;
    return { ended: pass.promise };
  },
});
afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

async function dial(): Promise<Socket> {
  const socket = connect(portOf(server), '127.0.0.1');
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** All that comes back until the server closes; the bytes are sent in one go. */
async function send(bytes: string | Uint8Array): Promise<string> {
  const socket = await dial();
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.end(bytes);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

const statusOf = async (bytes: string | Uint8Array): Promise<number> =>
  Number(/^HTTP\/1\.1 (\d+)/.exec(await send(bytes))?.[1]);
const post = async (headers: string, version = '1.1'): Promise<number> =>
  statusOf(`POST /-/reconcile HTTP/${version}\r\n${headers}connection: close\r\n\r\n`);
const get = async (path: string): Promise<number> =>
  statusOf(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);

describe('a pass is triggered without a token', () => {
  it.each([
    ['git-sync', 'host: localhost:8080\r\nuser-agent: Go-http-client/1.1\r\ncontent-length: 0\r\n'],
    ['an address', 'host: 127.0.0.1:8080\r\n'],
    ['an address of IPv6', 'host: [::1]:8080\r\n'],
    ['a name of the pod', 'host: reconciler-0\r\n'],
    ['a service', 'host: reconciler.payments.svc.cluster.local:8080\r\n'],
  ])('by %s', async (_, headers) => {
    expect([await post(headers), triggered]).toEqual([202, 1]);
  });

  it('by a tool that speaks HTTP/1.0 and names no host', async () => {
    expect([await post('', '1.0'), triggered]).toEqual([202, 1]);
  });
});

describe('no pass is triggered without a token', () => {
  it.each([
    ['a page of another site', 'host: localhost\r\norigin: https://evil.example.com\r\n'],
    ['a page without a site', 'host: localhost\r\norigin: null\r\n'],
    ['a browser that hides where it is', 'host: localhost\r\nsec-fetch-site: cross-site\r\n'],
    ['a name that was pointed here (DNS rebinding)', 'host: evil.example.com\r\n'],
    ['a name that only looks like an address', 'host: 127.0.0.1.evil.example.com:8080\r\n'],
    ['a name that only begins like ours', 'host: localhost.evil.com\r\n'],
    ['a proxy on this host for somebody else', 'host: localhost\r\nx-forwarded-for: 10.0.0.7\r\n'],
    ['a mesh', 'host: localhost\r\nx-forwarded-proto: http\r\n'],
  ])('by %s', async (_, headers) => {
    expect([await post(headers), triggered]).toEqual([403, 0]);
  });

  it('by two names at once, nor by none in HTTP/1.1', async () => {
    expect(await post('host: localhost\r\nhost: evil.example.com\r\n')).toBeOneOf([400, 403]);
    expect(await post('')).toBe(400);
    expect(triggered).toBe(0);
  });
});

describe('a request is refused', () => {
  it.each([
    ['with headers too large', `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(10_000)}\r\n\r\n`, 431],
    ['with a body too large', 'POST /-/reconcile HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n', 413],
    ['with two lengths', 'POST /livez HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    ['that is no HTTP', 'hello\r\n\r\n', 400],
    ['with the wrong method', 'DELETE /-/reconcile HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 405],
  ])('%s', async (_, bytes, status) => {
    expect([await statusOf(bytes), triggered]).toEqual([status, 0]);
  });

  it.each(['//livez', '/livez/', '/LIVEZ', '/%6civez', '/livez%00', '/livez;x', '/..;/livez', '/__proto__', '*'])(
    'for the path %s, which is none of ours',
    async (path) => {
      expect(await get(path)).toBe(404);
    },
  );

  it('when its body has no end', async () => {
    const socket = await dial();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write('POST /livez HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
    for (let n = 0; n < 20; n++) socket.write(`2000\r\n${'x'.repeat(0x2000)}\r\n`);
    await closed;
    expect(await get('/livez')).toBe(200);
  });
});

describe('many callers', () => {
  it('that ask nothing do not keep a probe out', async () => {
    const idle: Socket[] = [];
    for (let n = 0; n < 300; n++) idle.push(await dial());
    expect(await get('/livez')).toBe(200);
    for (const socket of idle) socket.destroy();
  });

  it('may wait for a pass, but not without number', async () => {
    const url = `http://127.0.0.1:${portOf(server)}/-/reconcile?wait=true`;
    const refusals = Promise.withResolvers<void>();
    let refused = 0;
    const callers = Array.from({ length: 40 }, async () => {
      const { status } = await fetch(url, { method: 'POST' });
      if (status === 503 && ++refused === 8) refusals.resolve();
      return status;
    });
    await refusals.promise;
    pass.resolve({ result: 'converged' });
    const statuses = await Promise.all(callers);
    expect(statuses.filter((status) => status === 200)).toHaveLength(32);
  });
});

describe('who asks and does not read', () => {
  /** More than any system takes over from the process that writes it. */
  const MUCH = Buffer.alloc(48 * 1024 * 1024, ' ');
  const ask = async (): Promise<Socket> => {
    const socket = await dial();
    socket.pause();
    socket.write('GET /status HTTP/1.1\r\nhost: a\r\n\r\n');
    return socket;
  };

  it('does not fill the memory: beyond 16 MiB others are told to come again', async () => {
    answer = MUCH;
    const idle = await ask();
    while ((await get('/metrics')) !== 503);
    expect(await get('/status')).toBe(503);
    expect([await get('/livez'), await get('/healthz')]).toEqual([200, 200]);
    idle.destroy();
    while ((await get('/metrics')) !== 200);
    expect((await fetch(`http://127.0.0.1:${portOf(server)}/status`)).status).toBe(200);
  });

  it('is cut off', async () => {
    answer = MUCH;
    await cutOff('GET /status HTTP/1.1\r\nhost: a\r\n\r\n');
  });
});

describe('who does not come to an end', () => {
  it.each([
    ['with his headers', 'GET /livez HTTP/1.1\r\nhost: a\r\nx: '],
    ['with his body', 'POST /-/reconcile HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n1'],
    ['of saying nothing', ''],
  ])('%s is cut off', async (_, bytes) => {
    await cutOff(bytes);
  });
});

/** Resolves once the server has had enough of one who sends this and then neither sends nor reads any more. */
async function cutOff(bytes: string): Promise<void> {
  const impatient = await listen('127.0.0.1', 0, endpoints(), { headersMs: 50, requestMs: 50, readMs: 50 });
  const cut = Promise.withResolvers<void>();
  impatient.on('connection', (socket) => socket.once('close', cut.resolve));
  const socket = connect(portOf(impatient), '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(bytes);
  await cut.promise;
  socket.destroy();
  await new Promise((resolve) => impatient.close(resolve));
}

describe('whatever is sent', () => {
  it('the next caller is served', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        await send(bytes);
        expect(await get('/livez')).toBe(200);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
