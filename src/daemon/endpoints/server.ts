/**
 * The HTTP endpoints (README.md, "What it reports"). Requests are bounded, and nothing here changes the tenant itself.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { withTimeout } from '../../base/async.ts';
import { limitConnections, ResponseBacklog } from './connection-limit.ts';
import { chunksOf, type Reply, refusal } from './reply.ts';
import { type Endpoints, type Routes, routesOf } from './routes.ts';
import { EVENT_TIMES } from './status-events.ts';

const MAX_CONNECTIONS = 256;
/** The longest look-up of `server.host` where it is a name. */
const LISTEN_LIMIT_MS = 10_000;
/** No endpoint reads a body; git-sync and curl send an empty or a small one. */
const MAX_BODY_BYTES = 65_536;
/** How long a caller may take to send the headers, to send the whole request, and to read the answer. */
const PATIENCE = { headersMs: 5_000, requestMs: 10_000, readMs: 10_000, events: EVENT_TIMES };

/**
 * Resolves once the server listens; rejects if it cannot (port taken, unknown address, a name that DNS does not
 * resolve). A caller slower than `limits` allow is cut off.
 */
export async function listen(
  host: string,
  port: number,
  endpoints: Endpoints,
  limits: Partial<typeof PATIENCE> = {},
): Promise<Server> {
  const patience = { ...PATIENCE, ...limits };
  const unread = new ResponseBacklog(patience.readMs);
  const routes = routesOf(endpoints, unread, patience.events);
  const server = createServer({
    maxHeaderSize: 8192,
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    keepAliveTimeout: 5_000,
    // By default Node checks for overdue connections only every 30 s.
    connectionsCheckingInterval: Math.min(1_000, patience.headersMs),
  });
  // Registered first, so that no request of a connection that was cut is handled.
  limitConnections(server, MAX_CONNECTIONS);
  const streaming = new WeakSet<Socket>();
  server.on('request', (request, response) => {
    // What a caller sends after asking for a stream, which has no end, would wait for its answer for ever.
    if (streaming.has(request.socket)) request.socket.destroy();
    if (!request.socket.destroyed) void answer({ routes, endpoints, unread, streaming }, request, response);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  const late = () => new Error(`${host} could not be looked up within ${LISTEN_LIMIT_MS / 1000} s: give an address`);
  await withTimeout(promise, LISTEN_LIMIT_MS, late);
  server.off('error', reject);
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

interface Serving {
  readonly routes: Routes;
  readonly endpoints: Endpoints;
  readonly unread: ResponseBacklog;
  /** Connections whose answer has no end. */
  readonly streaming: WeakSet<Socket>;
}

/** Headers of every answer that does not say otherwise. No other origin may use one, not even unseen. */
const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

async function answer(
  { routes, endpoints, unread, streaming }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > MAX_BODY_BYTES) request.destroy();
  });
  const reply = await handle(routes, endpoints, request);
  const { status, headers, stream } = reply;
  // The caller may have gone while its answer was made, for example while it waited for a pass.
  if (response.destroyed) return;
  if (stream) {
    response.writeHead(status, { ...HEADERS, ...headers });
    if (request.method === 'HEAD') return void response.end();
    streaming.add(request.socket);
    return stream(response);
  }
  const chunks = chunksOf(reply);
  const size = chunks.reduce((total, { length }) => total + length, 0);
  unread.watch(response, size);
  response.writeHead(status, { ...HEADERS, ...(status !== 304 && { 'content-length': size }), ...headers });
  // The chunks are written at once, however slow the reader. They are kept in memory and shared anyway, and an answer
  // that is written but not read is what makes a connection the next to be cut (connection-limit.ts).
  if (request.method !== 'HEAD') for (const chunk of chunks) response.write(chunk);
  response.end();
}

async function handle(routes: Routes, endpoints: Endpoints, request: IncomingMessage): Promise<Reply> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    return { status: 413, body: { error: 'no endpoint takes a body' }, headers: { connection: 'close' } };
  }
  const { url: target = '/' } = request;
  // Two slashes at the beginning of the target are part of the path, not the beginning of a host.
  const url = URL.parse(target.startsWith('/') ? `http://localhost${target}` : target);
  const route = url ? routes.at(url.pathname) : undefined;
  try {
    const denied = await endpoints.denial(request, route?.access ?? 'reading');
    if (denied) return refusal(denied);
    if (!url || !route) return { status: 404, body: { error: 'no such endpoint', endpoints: routes.paths } };
    const handler = route.handlers[request.method === 'HEAD' ? 'GET' : (request.method ?? '')];
    if (handler) return await handler(request, url);
    const allow = Object.keys(route.handlers).join(', ');
    return { status: 405, body: { error: `use ${allow}` }, headers: { allow } };
  } catch (error) {
    endpoints.failed(error);
    return { status: 500, body: { error: 'no answer could be made: see the log' } };
  }
}
