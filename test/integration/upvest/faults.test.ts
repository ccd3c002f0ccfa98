import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import {
  cutShort,
  hang,
  json,
  page,
  type Reply,
  raw,
  reset,
  type ScriptedApi,
  scriptedApi,
  WEBHOOK,
} from './scripted-api.ts';

const NEW = { title: 'User webhook', url: WEBHOOK.url };
const problem = (status: number, title = 'Trouble') =>
  json(status, { title, status }, { 'upvest-request-id': 'req-1' });

let api: ScriptedApi;
beforeEach(async () => {
  api = await scriptedApi();
});
afterEach(async () => await api[Symbol.asyncDispose]());

/** A port without a listener. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a reading call', () => {
  it.each<[string, Reply, string]>([
    ['the connection is reset', reset, 'network'],
    ['the answer breaks off', cutShort(200), 'network'],
    ['there is no answer in time', hang, 'timeout'],
    ['a server error', problem(500), 'server-error'],
    ['a gateway with an HTML page', raw(502, '<html><title>Bad gateway</title>'), 'server-error'],
    ['a request timeout', problem(408), 'server-error'],
    ['too many requests', problem(429), 'rate-limit'],
    ['JSON that is cut off', raw(200, '{"meta":{"tot'), 'unreadable'],
    ['no body at all', raw(200, ''), 'unreadable'],
    ['a page of another server', raw(200, '<html>Log in</html>'), 'unreadable'],
    ['no HTTP', (response) => void response.socket?.end('nonsense\r\n\r\n'), 'network'],
  ])('is made again after: %s', async (_case, fault, reason) => {
    await using connected = connect(api.url, { timeoutMs: fault === hang ? 600 : 5000 });
    api.next(fault, page(WEBHOOK));
    expect(await connected.client.listWebhooks()).toMatchObject({ items: [{ title: 'User webhook' }] });
    expect(connected.retrying).toMatchObject([{ reason, attempt: 1, waitMs: 500, method: 'GET', route: '/webhooks' }]);
    expect(connected.client.requestsSent).toBe(3);
  });

  it('is given up after the retries that are configured, at growing intervals', async () => {
    await using connected = connect(api.url, { retries: 3 });
    api.next(problem(503, 'Service unavailable'));
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({
      name: 'ApiError',
      status: 503,
      outcome: 'unknown',
      requestId: 'req-1',
      attempts: 4,
      message: 'GET /webhooks answered 503 Service unavailable (request req-1), 4 attempts',
    });
    expect(connected.clock.waits).toEqual([500, 1000, 2000]);
  });

  it('waits as long as Retry-After says', async () => {
    await using connected = connect(api.url);
    api.next(json(429, {}, { 'retry-after': '7' }), page());
    await connected.client.listWebhooks();
    expect(connected.clock.waits).toEqual([7000]);
  });

  it.each([400, 403, 404, 409, 422])('is not retried after %i', async (status) => {
    await using connected = connect(api.url);
    api.next(problem(status));
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({ status, outcome: 'refused', attempts: 1 });
    expect(connected.clock.waits).toEqual([]);
  });

  it('is not retried after JSON that is not a subscription', async () => {
    await using connected = connect(api.url);
    api.next(page({ ...WEBHOOK, url: null }));
    await expect(connected.client.listWebhooks()).rejects.toThrow(`the first (id ${WEBHOOK.id}) has no url`);
    expect(connected.retrying).toEqual([]);
  });

  it('follows no redirect, and says what to do', async () => {
    await using connected = connect(api.url);
    api.next(raw(307, '', { location: '/elsewhere' }));
    await expect(connected.client.listWebhooks()).rejects.toThrow(/answered 307 .* fix api.url/);
    expect(api.log()).toEqual(['POST /auth/token', 'GET /webhooks']);
  });

  it('refuses an answer that is far too large', async () => {
    await using connected = connect(api.url, { retries: 0 });
    api.next(raw(200, ' '.repeat(17 * 1024 * 1024)));
    await expect(connected.client.listWebhooks()).rejects.toThrow('the answer is larger than 4 MiB');
  });

  it('refuses an answer that would fill the memory once it is parsed', async () => {
    await using connected = connect(api.url, { retries: 0 });
    for (const [body, why] of [
      [`{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'more than 100 levels deep'],
      [`{"data":[${'{},'.repeat(400_000)}{}]}`, 'of more than 300000 parts'],
    ] as const) {
      api.next(raw(200, body));
      await expect(connected.client.listWebhooks()).rejects.toThrow(`the body is JSON ${why}`);
    }
  });

  it('refuses a tenant that would fill the memory', async () => {
    await using connected = connect(api.url, { retries: 0 });
    const listed = (from: number) =>
      Array.from({ length: 1000 }, (_, n) => ({ ...WEBHOOK, id: `${from + n}`, url: 'x'.repeat(3_500) }));
    api.next((response, { url }) => {
      const from = Number(new URLSearchParams(url.split('?')[1]).get('offset'));
      response.end(JSON.stringify({ meta: { count: 1000, total_count: 1_000_000 }, data: listed(from) }));
    });
    await expect(connected.client.listWebhooks()).rejects.toThrow('the listing is larger than 24 MiB');
    expect(api.seen.length).toBeLessThan(15);
  });

  it('names the request id of a CDN where the API gives none', async () => {
    await using connected = connect(api.url, { retries: 0 });
    api.next(raw(520, '<html><title>Oops</title>', { 'cf-ray': '8c1' }));
    await expect(connected.client.listWebhooks()).rejects.toThrow(
      'answered 520 unknown status: an HTML page, "Oops" (request cf-ray 8c1)',
    );
  });
});

describe('an answer with a duplicate header', () => {
  it('is read by the first', async () => {
    await using connected = connect(api.url);
    api.next((response) => {
      response.setHeader('retry-after', ['3', '9']);
      response.writeHead(429).end();
    }, page());
    await connected.client.listWebhooks();
    expect(connected.clock.waits).toEqual([3000]);
  });
});

describe('an API that cannot be reached', () => {
  it('is reported with the error of the system, and nothing was carried out', async () => {
    const port = await deadPort();
    await using connected = connect(`http://127.0.0.1:${port}`, { retries: 1 });
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining(
        `got no answer: connection refused by 127.0.0.1:${port} (ECONNREFUSED), 2 attempts. `,
      ),
    });
  });

  it('keeps no call waiting longer than the time limit, though it accepts the connection', async () => {
    api.nextToken(hang);
    await using connected = connect(api.url, { retries: 0, timeoutMs: 80 });
    await expect(connected.client.listWebhooks()).rejects.toThrow(
      'POST /auth/token got no answer: time limit of 80 ms reached',
    );
  });
});

describe('a connection that never comes about', () => {
  it('is given up in time, and nothing was sent', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    // The TLS handshake is never answered.
    await using connected = connect(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`, {
      timeoutMs: 80,
      retries: 1,
    });
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('time limit of 80 ms reached before there was a connection, 2 attempts'),
    });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('secrets', () => {
  it.each(['upvest-request-id', 'cf-ray', 'content-encoding'])(
    'are in no error by way of the header %s',
    async (name) => {
      await using connected = connect(api.url, { retries: 0 });
      api.nextToken((response, { body }) => {
        const sent = new URLSearchParams(body).get('client_secret') ?? '';
        response.writeHead(401, { [name]: `r-${sent}`, 'x-all': body }).end('no');
      });
      const refused: unknown = await connected.client.listWebhooks().catch((error: unknown) => error);
      expect(refused).toMatchObject({ status: 401 });

      api.nextToken(json(200, { access_token: 'canary-token', token_type: 'bearer', expires_in: 60 }));
      connected.clock.moveOn(10_000);
      api.next((response, { headers }) => {
        response.writeHead(400, { [name]: `${headers.authorization}` }).end('no');
      });
      const echoed: unknown = await connected.client.listWebhooks().catch((error: unknown) => error);
      expect(echoed).toMatchObject({ status: 400 });
      expect(inspect([refused, echoed, connected.answered], { depth: 9 })).not.toContain('canary');
    },
  );

  it('are in no error, however the API repeats them', async () => {
    await using connected = connect(api.url, { retries: 0 });
    api.nextToken((response, { body }) => void response.writeHead(401).end(`canary-secret+/= ${body}`));
    const refused: unknown = await connected.client.listWebhooks().catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 401 });
    expect(inspect(refused, { depth: 9 })).not.toContain('canary');

    api.nextToken(json(200, { access_token: 'canary-token', token_type: 'bearer', expires_in: 60 }));
    connected.clock.moveOn(10_000);
    api.next((response, { headers }) => void response.writeHead(400).end(headers.authorization));
    const echoed: unknown = await connected.client.listWebhooks().catch((error: unknown) => error);
    expect(echoed).toMatchObject({ status: 400, problem: { detail: 'Bearer [secret]' } });
    expect(inspect(echoed, { depth: 9 })).not.toContain('canary');
  });
});
