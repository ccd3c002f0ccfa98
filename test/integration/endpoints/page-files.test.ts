/** The status page as a browser gets it, over real HTTP. */
import { get, type IncomingMessage, type RequestOptions, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { denial } from '../../../src/daemon/endpoints/access.ts';
import { PageFiles } from '../../../src/daemon/endpoints/page-files.ts';
import { listen, portOf } from '../../../src/daemon/endpoints/server.ts';
import { Secret } from '../../../src/base/secret.ts';
import { endpointsWith } from '../../support/endpoints.ts';

let server: Server;
beforeEach(async () => {
  const reading = async () => new Secret('token');
  const withToken = endpointsWith({ denial: async (request, access) => denial(request, access, { reading }) });
  server = await listen('127.0.0.1', 0, withToken);
});
afterEach(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

interface Answer extends Pick<IncomingMessage, 'statusCode' | 'headers'> {
  readonly body: Buffer;
}

/** As it comes: `fetch` would decompress it. */
async function ask(path: string, headers: RequestOptions['headers'] = {}, method = 'GET'): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port: portOf(server), path, headers, method }, resolve).once('error', reject);
  });
  return { statusCode: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}

const accepting = (encoding: string) => ({ 'accept-encoding': encoding });

describe('the status page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/page.js', 'text/javascript; charset=utf-8', ''],
    ['/page.css', 'text/css; charset=utf-8', ''],
  ])('is served at %s as %s, without the token and under any Host', async (path, type, start) => {
    const { statusCode, headers, body } = await ask(path, { host: 'reconciler.example.com' });
    expect([statusCode, headers['content-type']]).toEqual([200, type]);
    expect(body.toString().startsWith(start)).toBe(true);
    expect(Number(headers['content-length'])).toBe(body.length);
  });

  it('may have a filter in its address', async () => {
    expect((await ask('/?state=Drifted&q=isa')).statusCode).toBe(200);
  });

  it('names its files so that they are found behind a prefix too', async () => {
    const { body } = await ask('/');
    const names = [...body.toString().matchAll(/(?:href|src)="([^"]+)"/g)].map(([, name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(['page.js', 'page.css']));
    expect(names.filter((name) => /^[a-z]+:|^\//.test(name))).toEqual([]);
  });

  it.each(['/', '/page.js', '/page.css'])('%s lets a browser do only what the page needs', async (path) => {
    expect((await ask(path)).headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()') as string,
      'cache-control': 'no-cache',
    });
  });

  it('is sent compressed as the browser likes it, and says what that depends on', async () => {
    const plain = await ask('/page.js');
    const brotli = await ask('/page.js', accepting('gzip, deflate, br, zstd'));
    const gzip = await ask('/page.js', accepting('gzip;q=1.0, br;q=0'));
    expect([plain, brotli, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    expect(gunzipSync(gzip.body)).toEqual(plain.body);
    for (const { headers } of [plain, brotli, gzip]) expect(headers.vary).toBe('accept-encoding');
    expect(new Set([plain, brotli, gzip].map(({ headers }) => headers.etag)).size).toBe(3);
  });

  it.each([
    ['', undefined],
    ['identity', undefined],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['br;q=0.0, *', 'gzip'],
    ['BR', 'br'],
    ['x-br, brotli', undefined],
    [';;,,=q', undefined],
  ])('understands Accept-Encoding: %s', async (header, encoding) => {
    expect((await ask('/page.css', accepting(header))).headers['content-encoding']).toBe(encoding);
  });

  it('is not sent again to a browser that has it', async () => {
    const first = await ask('/page.js', accepting('br'));
    const etag = first.headers.etag ?? '';
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask('/page.js', { ...accepting('br'), 'if-none-match': known });
      expect([again.statusCode, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
      expect(again.headers['content-security-policy']).toBe(first.headers['content-security-policy']);
      expect(again.headers['content-type']).toBe(first.headers['content-type']);
    }
    for (const [encoding, known] of [['gzip', etag] as const, ['br', '"other"'] as const])
      expect((await ask('/page.js', { ...accepting(encoding), 'if-none-match': known })).statusCode).toBe(200);
  });

  it('answers HEAD with the headers alone, and no other method', async () => {
    const { statusCode, headers, body } = await ask('/page.js', {}, 'HEAD');
    expect([statusCode, body.length]).toEqual([200, 0]);
    expect(Number(headers['content-length'])).toBe((await ask('/page.js')).body.length);
    const posted = await ask('/', {}, 'POST');
    expect([posted.statusCode, posted.headers.allow]).toEqual([405, 'GET']);
  });

  it.each([
    '/other.js',
    '/page.ts',
    '/page.js.br',
    '/index.html',
    '/PAGE.js',
    '/..%2fmain.js',
    '/page.js/',
    '//page.js',
  ])('has no file %s', async (path) => {
    expect((await ask(path)).statusCode).toBeOneOf([401, 404]);
  });

  it('that is not there is said to be missing', async () => {
    const files = new PageFiles('/nowhere/at/all');
    const answers = await Promise.all(['/', '/page.js'].map(async (path) => files.reply(path, { headers: {} })));
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers[0]?.body).toEqual({ error: expect.stringContaining('npm run build') as string });
  });

  it('is among the endpoints that there are', async () => {
    const { statusCode, body } = await ask('/nothing', { authorization: 'Bearer token' });
    expect([statusCode, JSON.parse(body.toString())]).toEqual([
      404,
      {
        error: 'no such endpoint',
        endpoints: ['/', '/healthz', '/livez', '/readyz', '/status', '/status/events', '/metrics', '/-/reconcile'],
      },
    ]);
  });
});
