/** Malformed and malicious requests to the endpoints, over raw sockets. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { anyBytes } from '../../fuzz/http-bytes.ts';
import { denial, type Tokens } from '../../../src/daemon/endpoints/access.ts';
import { limitConnections } from '../../../src/daemon/endpoints/connection-limit.ts';
import type { Endpoints } from '../../../src/daemon/endpoints/routes.ts';
import { listen, portOf } from '../../../src/daemon/endpoints/server.ts';
import { credentialFile } from '../../../src/http/credential-file.ts';
import type { PassResult } from '../../../src/reconcile/report.ts';
import { endpointsWith } from '../../support/endpoints.ts';
import { SkippingClock } from '../upvest/connect.ts';

const NUM_RUNS = Number(process.env['FUZZ_RUNS'] ?? 150);

let server: Server;
let answer: Buffer;
let triggered: number;
let tokens: Tokens;
let failures: unknown[];
let pass: PromiseWithResolvers<{ readonly result: PassResult }>;
beforeEach(async () => {
  triggered = 0;
  tokens = {};
  failures = [];
  answer = Buffer.from('{}\n');
  pass = Promise.withResolvers();
  server = await listen('127.0.0.1', 0, endpoints());
});

const endpoints = (): Endpoints =>
  endpointsWith({
    status: async () => [answer],
    denial: async (request, access) => denial(request, access, tokens),
    failed: (error) => void failures.push(error),
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

async function dial(localAddress?: string): Promise<Socket> {
  const socket = connect({ port: portOf(server), host: '127.0.0.1', ...(localAddress && { localAddress }) });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** All that comes back until the server closes; the bytes are sent in one go, and unless it is `open`, then our end is closed. */
async function send(bytes: string | Uint8Array, open = false, from?: string): Promise<string> {
  const socket = await dial(from);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  if (open) socket.write(bytes);
  else socket.end(bytes);
  await closed;
  return Buffer.concat(chunks).toString('latin1');
}

const statusOf = async (bytes: string | Uint8Array, open = false): Promise<number> =>
  Number(/^HTTP\/1\.1 (\d+)/.exec(await send(bytes, open))?.[1]);
/** The statuses of all answers. */
const statusesOf = (answers: string): readonly number[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const ask = async (path: string, headers: string): Promise<number> =>
  statusOf(`GET ${path} HTTP/1.1\r\n${headers}connection: close\r\n\r\n`, true);
const post = async (headers: string, version = '1.1'): Promise<number> =>
  statusOf(`POST /-/reconcile HTTP/${version}\r\n${headers}connection: close\r\n\r\n`, true);
const get = async (path: string): Promise<number> =>
  statusOf(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`, true);

describe('a pass is triggered without a token', () => {
  it.each([
    ['git-sync', 'host: localhost:8080\r\nuser-agent: Go-http-client/1.1\r\ncontent-length: 0\r\n'],
    ['an address', 'host: 127.0.0.1:8080\r\n'],
    ['an address of IPv6', 'host: [::1]:8080\r\n'],
    ['a name of the pod', 'host: reconciler-0\r\n'],
    ['a service', 'host: reconciler.payments.svc.cluster.local:8080\r\n'],
    [
      'a tool with headers of its own',
      'host: localhost\r\ngitsync-hash: 1\r\nx-request-id: 2\r\ntraceparent: 00-1\r\n',
    ],
  ])('by %s', async (_, headers) => {
    expect([await post(headers), triggered]).toEqual([202, 1]);
  });

  it('by a tool that speaks HTTP/1.0 and names no host', async () => {
    expect([await post('', '1.0'), triggered]).toEqual([202, 1]);
  });

  it.each([
    ['', 'host: localhost:8080\r\norigin: http://localhost:8080\r\nsec-fetch-site: same-origin\r\n'],
    [' at an address', 'host: 127.0.0.1:8080\r\norigin: http://127.0.0.1:8080\r\n'],
    [' at an address of IPv6', 'host: [::1]:8080\r\norigin: http://[::1]:8080\r\n'],
    [' whose name it spells otherwise', 'host: LocalHost:8080\r\norigin: http://localhost:8080\r\n'],
    [' in a browser that sends no Origin', 'host: localhost:8080\r\nsec-fetch-site: same-origin\r\n'],
  ])('by the status page of this host%s', async (_, headers) => {
    expect([await post(headers), triggered]).toEqual([202, 1]);
  });
});

const OF_OTHER_ORIGINS: readonly (readonly [string, string])[] = [
  ['of another site', 'origin: https://evil.example.com\r\n'],
  ['of another site, which the browser says too', 'origin: https://evil.example.com\r\nsec-fetch-site: cross-site\r\n'],
  ['without a site', 'origin: null\r\n'],
  ['without a site, in a sandbox of ours', 'origin: null\r\nsec-fetch-site: same-origin\r\n'],
  ['in a browser that hides where it is', 'sec-fetch-site: cross-site\r\n'],
  ['of another server on this host', 'origin: http://localhost:3000\r\n'],
  ['of another server on this host, at the default port', 'origin: http://localhost\r\n'],
  ['of the same site', 'origin: http://localhost:8080\r\nsec-fetch-site: same-site\r\n'],
  ['nobody has opened', 'sec-fetch-site: none\r\n'],
  ['of this origin twice', 'origin: http://localhost:8080\r\norigin: http://localhost:8080\r\n'],
  ['of this origin and another', 'origin: http://localhost:8080\r\norigin: https://evil.example.com\r\n'],
  ['of two kinds at once', 'sec-fetch-site: same-origin\r\nsec-fetch-site: cross-site\r\n'],
  ['of a name that only begins like ours', 'origin: http://localhost:8080.evil.example.com\r\n'],
  ['of a user with our name', 'origin: http://localhost:8080@evil.example.com\r\n'],
  ['with a path after our name', 'origin: http://localhost:8080/\r\n'],
  ['of a file', 'origin: file://localhost:8080\r\n'],
  ['of an extension', 'origin: chrome-extension://localhost:8080\r\n'],
  ['with an empty origin', 'origin: \r\n'],
  ['with an empty site', 'sec-fetch-site: \r\n'],
];

describe('a page of another origin triggers no pass', () => {
  it.each(OF_OTHER_ORIGINS)('where it is one %s, with the token or without', async (_, headers) => {
    expect(await post(`host: localhost:8080\r\n${headers}`)).toBe(403);
    tokens = { trigger: async () => new Secret('go') };
    expect(await post(`host: localhost:8080\r\nauthorization: Bearer go\r\n${headers}`)).toBe(403);
    expect(triggered).toBe(0);
  });

  it('by a name that it has pointed here, unless it has the token', async () => {
    const rebound = 'host: evil.example.com\r\norigin: http://evil.example.com\r\nsec-fetch-site: same-origin\r\n';
    expect([await post(rebound), triggered]).toEqual([403, 0]);
    tokens = { trigger: async () => new Secret('go') };
    expect([await post(rebound), triggered]).toEqual([403, 0]);
    expect([await post(`${rebound}authorization: Bearer go\r\n`), triggered]).toEqual([202, 1]);
  });

  it('by a whole URL of its own in place of the path', async () => {
    tokens = { trigger: async () => new Secret('go') };
    const ours = 'host: localhost:8080\r\norigin: http://localhost:8080\r\nauthorization: Bearer go\r\n';
    const to = async (target: string) => statusOf(`POST ${target} HTTP/1.1\r\n${ours}connection: close\r\n\r\n`, true);
    expect([await to('http://evil.example.com/-/reconcile'), triggered]).toEqual([403, 0]);
    expect([await to('http://localhost:8080/-/reconcile'), triggered]).toEqual([202, 1]);
  });

  it('by asking first: no answer allows other origins anything', async () => {
    const origin = 'host: localhost\r\norigin: https://evil.example.com\r\n';
    const asked = await send(
      `OPTIONS /-/reconcile HTTP/1.1\r\n${origin}access-control-request-method: POST\r\nconnection: close\r\n\r\n`,
      true,
    );
    const read = await send(`GET /status HTTP/1.1\r\n${origin}connection: close\r\n\r\n`, true);
    expect([...statusesOf(asked), ...statusesOf(read)]).toEqual([403, 200]);
    expect(asked + read).not.toMatch(/access-control/i);
    expect(await post('host: localhost:8080\r\n').then(() => triggered)).toBe(1);
  });
});

describe('a request for a pass that is refused', () => {
  const refusal = async (headers: string): Promise<unknown> => {
    const answer = await send(`POST /-/reconcile HTTP/1.1\r\n${headers}connection: close\r\n\r\n`, true);
    return JSON.parse(answer.slice(answer.indexOf('{')));
  };
  const says = (text: string) => expect.stringContaining(text) as string;

  it('is told in one word what is not accepted of it, and in a sentence what to do', async () => {
    expect(await refusal('host: localhost\r\nsec-fetch-site: cross-site\r\n')).toEqual({
      reason: 'origin',
      error: says('a web page of another origin'),
    });
    expect(await refusal('host: 10.0.0.7:8080\r\norigin: https://status.example.com\r\n')).toEqual({
      reason: 'origin',
      error: says('pass on the Host that the browser sends'),
    });
    expect(await refusal('host: localhost\r\nx-forwarded-for: 10.0.0.7\r\n')).toEqual({
      reason: 'not-loopback',
      error: says('call from loopback'),
    });
    tokens = { trigger: async () => new Secret('go') };
    expect(await refusal('host: localhost\r\n')).toEqual({ reason: 'token', error: says('server.triggerTokenFile') });
    tokens = { reading: async () => new Secret('read') };
    expect(await refusal('host: localhost\r\n')).toEqual({ reason: 'token', error: says('server.tokenFile') });
  });

  it('so is one to read that names another host', async () => {
    const answer = await send('GET /status HTTP/1.1\r\nhost: evil.example.com\r\nconnection: close\r\n\r\n', true);
    expect(answer).toContain('"reason":"host"');
  });
});

const FORWARDING = [
  'X-Envoy-External-Address',
  'X-Envoy-Original-Path',
  'X-Original-Forwarded-For',
  'X-Forwarded',
  'X-Forwarded_For',
  'Forwarded-For',
  'CF-Connecting-IP',
  'True-Client-IP',
  'X-Client-IP',
  'X-Real-IP',
  'X-Cluster-Client-IP',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'WL-Proxy-Client-IP',
  'X-ProxyUser-Ip',
  'X-Azure-ClientIP',
  'X-AppEngine-User-IP',
  'X-Remote-Addr',
  'X-Original-Host',
  'CDN-Loop',
  'Via',
];

describe('no pass is triggered without a token', () => {
  it.each([
    ['a name that was pointed here (DNS rebinding)', 'host: evil.example.com\r\n'],
    ['a name that only looks like an address', 'host: 127.0.0.1.evil.example.com:8080\r\n'],
    ['a name that only begins like ours', 'host: localhost.evil.com\r\n'],
    ['a proxy on this host for another client', 'host: localhost\r\nx-forwarded-for: 10.0.0.7\r\n'],
    ['a mesh', 'host: localhost\r\nx-forwarded-proto: http\r\n'],
    [
      'the status page behind a proxy',
      'host: localhost\r\norigin: http://localhost\r\nsec-fetch-site: same-origin\r\nx-forwarded-for: 10.0.0.7\r\n',
    ],
  ])('by %s', async (_, headers) => {
    expect([await post(headers), triggered]).toEqual([403, 0]);
  });

  it.each(FORWARDING)('by a proxy that says %s', async (name) => {
    expect([await post(`host: localhost\r\n${name}: 10.0.0.7\r\n`), triggered]).toEqual([403, 0]);
  });

  // A mesh's proxy forwards requests of other hosts from this address.
  it.runIf(process.platform === 'linux')('by an address of this machine that is not its own, 127.0.0.6', async () => {
    const bytes = 'POST /-/reconcile HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    expect([statusesOf(await send(bytes, true, '127.0.0.6')), triggered]).toEqual([[403], 0]);
    expect([statusesOf(await send(bytes, true, '127.0.0.1')), triggered]).toEqual([[202], 1]);
  });

  it('by two names at once, nor by none in HTTP/1.1', async () => {
    expect(await post('host: localhost\r\nhost: evil.example.com\r\n')).toBeOneOf([400, 403]);
    expect(await post('')).toBe(400);
    expect(triggered).toBe(0);
  });
});

describe('what is going on is read', () => {
  it.each([
    ['the kubelet and Prometheus, by the address of the pod', '10.1.2.3:8080'],
    ['the same of IPv6', '[fd00::7]:8080'],
    ['kubectl port-forward', 'localhost:8080'],
    ['a service by its name', 'webhook-reconciler:8080'],
    ['a service by its full name', 'webhook-reconciler.payments.svc.cluster.local.:8080'],
    ['a service by a part of it', 'webhook-reconciler.payments.svc'],
    ['the name of the machine', hostname().toUpperCase()],
  ])('by %s', async (_, host) => {
    for (const path of ['/status', '/metrics', '/healthz']) expect(await ask(path, `host: ${host}\r\n`)).toBe(200);
  });

  it.each([
    'evil.example.com',
    '127.0.0.1.evil.example.com',
    'localhost.evil.com:8080',
    'svc.evil.com',
    'evil.svc.cluster.local.example.com',
    'cluster.local.',
    'printer.local',
    'a@localhost',
    '',
  ])('not by a page whose name %j was pointed here (DNS rebinding)', async (host) => {
    for (const path of ['/status', '/metrics', '/healthz', '/nothing', '/livez/../status'])
      expect(await ask(path, `host: ${host}\r\n`)).toBe(403);
    expect([await ask('/livez', `host: ${host}\r\n`), await ask('/readyz', `host: ${host}\r\n`)]).toEqual([200, 200]);
  });

  it('by a whole URL in place of the path, where its host is ours too', async () => {
    for (const target of ['http://localhost/status', 'http://10.1.2.3:8080/status'])
      expect(await ask(target, 'host: localhost\r\n')).toBe(200);
    for (const path of ['/status', '/metrics', '/healthz'])
      expect(await ask(`http://evil.example.com${path}`, 'host: localhost\r\n')).toBe(403);
    expect(await ask('http://localhost@evil.example.com/status', 'host: localhost\r\n')).toBe(403);
    expect(await statusOf('GET http://evil.example.com/status HTTP/1.0\r\n\r\n')).toBe(403);
    const trigger = 'POST http://evil.example.com/-/reconcile HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    expect([await statusOf(trigger, true), triggered]).toEqual([403, 0]);
  });

  it('not by two names at once', async () => {
    expect(await ask('/status', 'host: localhost\r\nhost: evil.example.com\r\n')).toBeOneOf([400, 403]);
  });
});

describe('with server.tokenFile', () => {
  let folder: string;
  let file: string;
  let clock: SkippingClock;
  const bearer = (token: string) => `host: a\r\nauthorization: Bearer ${token}\r\n`;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
    file = join(folder, 'token');
    await writeFile(file, 'Sesam öffne dich\n');
    clock = new SkippingClock();
    tokens = { reading: credentialFile(file, 'server.tokenFile', clock) };
  });
  afterEach(async () => rm(folder, { recursive: true }));

  it('everything but the probes needs the token, by any Host', async () => {
    for (const path of ['/livez', '/readyz', '/healthz']) expect(await get(path)).toBe(200);
    for (const path of ['/status', '/metrics', '/nothing']) {
      expect(await get(path)).toBe(401);
      expect(await ask(path, bearer('Sesam'))).toBe(401);
      expect(await ask(path, bearer(''))).toBe(401);
    }
    const right = bearer('Sesam öffne dich').replace('host: a', 'host: reconciler.example.com');
    expect([await ask('/status', right), await ask('/healthz', right), await ask('/nothing', right)]).toEqual([
      200, 200, 404,
    ]);
    expect(await send('GET /status HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', true)).toMatch(
      /^www-authenticate: Bearer\r$/m,
    );
  });

  it('a new token in the file counts within a second, and the one before no longer', async () => {
    expect(await ask('/status', bearer('Sesam öffne dich'))).toBe(200);
    await writeFile(file, 'another');
    clock.moveOn(1_000);
    expect([await ask('/status', bearer('Sesam öffne dich')), await ask('/status', bearer('another'))]).toEqual([
      401, 200,
    ]);
  });

  it('a pass is triggered from this host with it, unless there is a token of its own for that', async () => {
    expect([await post('host: localhost\r\n'), triggered]).toEqual([401, 0]);
    expect([await post(bearer('Sesam öffne dich')), triggered]).toEqual([202, 1]);
    expect(await post(`${bearer('Sesam öffne dich')}x-forwarded-for: 10.0.0.7\r\n`)).toBe(403);
    await writeFile(join(folder, 'trigger'), 'go');
    tokens = { ...tokens, trigger: credentialFile(join(folder, 'trigger'), 'server.triggerTokenFile', clock) };
    expect([await post(bearer('Sesam öffne dich')), await post(bearer('go'))]).toEqual([403, 202]);
  });
});

describe('an answer that cannot be made', () => {
  it('does not say why to the caller', async () => {
    const broken = new Error('/var/run/upvest/secret');
    const impaired = await listen('127.0.0.1', 0, {
      ...endpoints(),
      status: async () => {
        throw broken;
      },
    });
    const response = await fetch(`http://127.0.0.1:${portOf(impaired)}/status`);
    expect([response.status, await response.text(), failures]).toEqual([
      500,
      '{"error":"no answer could be made: see the log"}\n',
      [broken],
    ]);
    impaired.closeAllConnections();
    await new Promise((resolve) => impaired.close(resolve));
  });
});

describe('a request is refused', () => {
  it.each([
    ['with headers too large', `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(10_000)}\r\n\r\n`, 431],
    ['with a body too large', 'POST /-/reconcile HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n', 413],
    ['with two lengths', 'POST /livez HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
    ['that is not HTTP', 'hello\r\n\r\n', 400],
    ['with the wrong method', 'DELETE /-/reconcile HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 405],
  ])('%s', async (_, bytes, status) => {
    expect([await statusOf(bytes), triggered]).toEqual([status, 0]);
  });

  it.each([
    '//evil.example.com/livez',
    '/\\evil.example.com/livez',
    '//livez',
    '/livez/',
    '/LIVEZ',
    '/%6civez',
    '/livez%00',
    '/livez;x',
    '/..;/livez',
    '/__proto__',
    '*',
  ])('for the path %s, which is not an endpoint', async (path) => {
    expect(await get(path)).toBe(404);
  });

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

describe('a body in chunks', () => {
  const chunked = (path: string, chunks: string) =>
    `POST ${path} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`;

  it('is cut off after some KiB, however little they hold: each costs as much as a large one', async () => {
    let chunks = 0;
    server.on('request', (request) => request.on('data', () => chunks++));
    const socket = await dial();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    socket.write(chunked('/livez', '1\r\na\r\n'.repeat(200_000)));
    await closed;
    expect(chunks).toBeLessThan(2_000);
    expect(await get('/livez')).toBe(200);
  });

  it('may be small, and another request may follow it', async () => {
    const small = chunked('/livez', `${'1\r\na\r\n'.repeat(100)}0\r\n\r\n`);
    const last = `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(6_000)}\r\nconnection: close\r\n\r\n`;
    expect(statusesOf(await send(`${small}${small}${last}`, true))).toEqual([405, 405, 200]);
  });
});

describe('many callers', () => {
  it('that ask nothing do not keep a probe out', async () => {
    const idle: Socket[] = [];
    for (let n = 0; n < 300; n++) idle.push(await dial());
    expect(await get('/livez')).toBe(200);
    for (const socket of idle) socket.destroy();
  });

  it.each([
    ['', ''],
    [' that expect something', 'expect: a-miracle\r\n'],
    [' without a name', undefined],
  ])('are cut off where they send a flood of requests%s in one go', async (_, headers) => {
    const one = `GET /livez HTTP/1.1\r\n${headers === undefined ? '' : `host: a\r\n${headers}`}\r\n`;
    let asked = 0;
    server.on('request', () => asked++);
    const answers = statusesOf(await send(one.repeat(20_000)));
    expect(answers.length).toBeLessThanOrEqual(4);
    // The rest of the piece under way is still parsed, and nothing after it.
    expect(asked).toBeLessThan(30);
    expect(await get('/livez')).toBe(200);
  });

  it('may send a few requests without waiting for the answers', async () => {
    const one = 'GET /livez HTTP/1.1\r\nhost: a\r\n';
    expect(statusesOf(await send(`${`${one}\r\n`.repeat(3)}${one}connection: close\r\n\r\n`, true))).toEqual([
      200, 200, 200, 200,
    ]);
  });

  it('are answered in full where they send requests ahead and read late', async () => {
    answer = Buffer.alloc(100_000, ' ');
    const socket = await dial();
    socket.pause();
    const one = `GET /status HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(500)}\r\n`;
    socket.write(`${`${one}\r\n`.repeat(3)}${one}connection: close\r\n\r\n`);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    await closed;
    const answers = Buffer.concat(chunks).toString('latin1');
    expect(statusesOf(answers)).toEqual([200, 200, 200, 200]);
    expect(answers.length).toBeGreaterThan(400_000);
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
    pass.resolve({ result: 'converged' as const });
    const statuses = await Promise.all(callers);
    expect(statuses.filter((status) => status === 200)).toHaveLength(32);
  });
});

describe('a caller that does not read its answers', () => {
  it('makes way for a probe, and a caller that waits for an answer does not', async () => {
    const asked: string[] = [];
    const full = createServer(({ url = '' }, response) => {
      asked.push(url);
      if (url === '/large') response.end(MUCH);
      if (url === '/probe') response.end('alive');
    });
    limitConnections(full, 3);
    await new Promise<void>((resolve) => full.listen(0, '127.0.0.1', resolve));
    const { port } = full.address() as { readonly port: number };
    const open = async (path: string): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {}).pause();
      const arrived = new Promise((resolve) => full.once('request', resolve));
      socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
      await arrived;
      return socket;
    };
    const waiting = await open('/waits');
    const idle = [await open('/large'), await open('/large')];
    for (let n = 0; n < 3; n++) expect(await (await fetch(`http://127.0.0.1:${port}/probe`)).text()).toBe('alive');
    expect(waiting.destroyed).toBe(false);
    for (const socket of [waiting, ...idle]) socket.destroy();
    full.closeAllConnections();
    await new Promise((resolve) => full.close(resolve));
  });

  /** More than any system takes over from the process that writes it. */
  const MUCH = Buffer.alloc(48 * 1024 * 1024, ' ');
  const askAndLeave = async (): Promise<Socket> => {
    const socket = await dial();
    socket.pause();
    socket.write('GET /status HTTP/1.1\r\nhost: a\r\n\r\n');
    return socket;
  };

  it('does not fill the memory: beyond 16 MiB other callers are asked to come again', async () => {
    answer = MUCH;
    const idle = await askAndLeave();
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

describe('a caller that does not finish its request', () => {
  it.each([
    ['with his headers', 'GET /livez HTTP/1.1\r\nhost: a\r\nx: '],
    ['with his body', 'POST /-/reconcile HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n1'],
    ['of saying nothing', ''],
  ])('%s is cut off', async (_, bytes) => {
    await cutOff(bytes);
  });
});

/** Resolves once the server cuts a caller that sends this and then neither sends nor reads any more. */
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
