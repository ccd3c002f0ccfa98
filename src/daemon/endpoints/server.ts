/**
 * The HTTP endpoints (README.md, "What it reports"). Requests are bounded, and nothing here changes the tenant itself.
 */
import { type PassResult, RESULTS } from '../../reconcile/report.ts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withTimeout } from '../../base/async.ts';
import type { Access, Denial } from './access.ts';
import { limitConnections, Turns, ResponseBacklog } from './connection-limit.ts';
import { servedJson } from '../served-json.ts';

/** What the endpoints report; every request calls the functions again. */
export interface Endpoints {
  health(): { readonly status: 'ok' | 'degraded' | 'failing' };
  /** Why the process is stuck and must be restarted; undefined: it is alive. */
  stuck(): string | undefined;
  /** Why it is not ready; undefined: it is. */
  unready(): string | undefined;
  /** JSON that describes one moment. */
  status(): Promise<readonly Buffer[]>;
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
  /** Why this request is not admitted; undefined: it is. */
  denial(request: IncomingMessage, access: Access): Promise<Denial | undefined>;
  /** Called if an answer could not be made; the caller of the endpoint does not learn why. */
  failed(error: unknown): void;
  /** Queues a pass; `ended` resolves with its report. */
  trigger(): { readonly ended: Promise<{ readonly result: PassResult }> };
}

const MAX_CONNECTIONS = 256;
/** The longest look-up of `server.host` where it is a name. */
const LISTEN_LIMIT_MS = 10_000;
/** No endpoint reads a body; git-sync and curl send an empty or a small one. */
const MAX_BODY_BYTES = 65_536;
/** Callers that wait for the end of a pass at a time; one that gets a Retry-After instead loses nothing. */
const MAX_WAITING = 32;
/** Callers that wait for their turn at a large answer. */
const MAX_IN_LINE = 16;
/**
 * Bytes of unread answers above which large answers are refused. Small ones are still given, because probes need them.
 */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
/** How long a caller may take to send the headers, to send the whole request, and to read the answer. */
const PATIENCE = { headersMs: 5_000, requestMs: 10_000, readMs: 10_000 };

type Handler = (request: IncomingMessage, url: URL) => Reply | Promise<Reply>;

interface Route {
  readonly access: Access;
  /** By method. */
  readonly handlers: Readonly<Record<string, Handler>>;
}

type Routes = ReadonlyMap<string, Route>;

interface Reply {
  readonly status: number;
  /** Text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  /** The body in chunks of bytes; takes the place of `body`. */
  readonly chunks?: readonly Buffer[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Resolves once the server listens; rejects if it cannot (port taken, unknown address, a name that DNS does not
 * resolve). A caller slower than `patience` allows is cut off.
 */
export async function listen(
  host: string,
  port: number,
  endpoints: Endpoints,
  patience: typeof PATIENCE = PATIENCE,
): Promise<Server> {
  const unread = new ResponseBacklog(patience.readMs);
  const routes = routesOf(endpoints, unread);
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
  server.on('request', (request, response) => {
    if (!request.socket.destroyed) void answer(routes, { endpoints, unread }, request, response);
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

function routesOf(endpoints: Endpoints, unread: ResponseBacklog): Routes {
  const gate = (why: string | undefined): Reply =>
    why === undefined
      ? { status: 200, body: { status: 'ok' } }
      : { status: 503, body: { status: 'failing', reasons: [why] } };
  const turns = new Turns(MAX_IN_LINE);
  const large = (make: () => Promise<Reply>): Handler => {
    const makeUnlessUnread = async () => (unread.bytes > MAX_UNREAD_BYTES ? TOO_MANY_UNREAD : make());
    return async () => {
      if (unread.bytes > MAX_UNREAD_BYTES) return TOO_MANY_UNREAD;
      return (await turns.take(makeUnlessUnread)) ?? TOO_MANY_IN_LINE;
    };
  };
  const get = (path: string, access: Access, handler: Handler) =>
    [path, { access, handlers: { GET: handler } }] as const;
  return new Map<string, Route>([
    get('/healthz', 'name', () => {
      const health = endpoints.health();
      return { status: health.status === 'failing' ? 503 : 200, body: health };
    }),
    get('/livez', 'nothing', () => gate(endpoints.stuck())),
    get('/readyz', 'nothing', () => gate(endpoints.unready())),
    get(
      '/status',
      'reading',
      large(async () => ({ status: 200, chunks: await endpoints.status() })),
    ),
    get(
      '/metrics',
      'reading',
      large(async () => {
        const { text, contentType } = await endpoints.metrics();
        return { status: 200, body: text, headers: { 'content-type': contentType } };
      }),
    ),
    ['/-/reconcile', { access: 'trigger', handlers: { POST: reconciler(endpoints) } }],
  ]);
}

const TOO_MANY_UNREAD: Reply = {
  status: 503,
  body: { error: 'other callers have not read their answers yet' },
  headers: { 'retry-after': '5' },
};

const TOO_MANY_IN_LINE: Reply = {
  status: 503,
  body: { error: 'too many callers ask for this at once' },
  headers: { 'retry-after': '5' },
};

function reconciler(endpoints: Endpoints): Handler {
  let waiting = 0;
  return async (_request, url) => {
    const isWaiting = url.searchParams.get('wait') === 'true';
    if (isWaiting && waiting >= MAX_WAITING) {
      return { status: 503, body: { error: 'too many callers wait already' }, headers: { 'retry-after': '5' } };
    }
    const { ended } = endpoints.trigger();
    if (!isWaiting) return { status: 202, body: { queued: true } };
    waiting++;
    try {
      const report = await ended;
      const { isDone } = RESULTS[report.result];
      return { status: isDone ? 200 : 500, body: report };
    } finally {
      waiting--;
    }
  };
}

async function answer(
  routes: Routes,
  { endpoints, unread }: { readonly endpoints: Endpoints; readonly unread: ResponseBacklog },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > MAX_BODY_BYTES) request.destroy();
  });
  const { status, body, headers, chunks = [bytesOf(body)] } = await handle(routes, endpoints, request);
  // The caller may have gone while its answer was made, for example while it waited for a pass.
  if (response.destroyed) return;
  const size = chunks.reduce((total, { length }) => total + length, 0);
  unread.watch(response, size);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': size,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  // The chunks are written at once, however slow the reader. They are kept in memory and shared anyway, and an answer
  // that is written but not read is what makes a connection the next to be cut (connection-limit.ts).
  if (request.method !== 'HEAD') for (const chunk of chunks) response.write(chunk);
  response.end();
}

function bytesOf(body: unknown): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : servedJson(body);
}

async function handle(routes: Routes, endpoints: Endpoints, request: IncomingMessage): Promise<Reply> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    return { status: 413, body: { error: 'no endpoint takes a body' }, headers: { connection: 'close' } };
  }
  const { url: target = '/' } = request;
  // Two slashes at the beginning of the target are part of the path, not the beginning of a host.
  const url = URL.parse(target.startsWith('/') ? `http://localhost${target}` : target);
  const route = url ? routes.get(url.pathname) : undefined;
  try {
    const denied = await endpoints.denial(request, route?.access ?? 'reading');
    if (denied) return refusal(denied);
    if (!url || !route) return { status: 404, body: { error: 'no such endpoint', endpoints: [...routes.keys()] } };
    const handler = route.handlers[request.method === 'HEAD' ? 'GET' : (request.method ?? '')];
    if (handler) return await handler(request, url);
    const allow = Object.keys(route.handlers).join(', ');
    return { status: 405, body: { error: `use ${allow}` }, headers: { allow } };
  } catch (error) {
    endpoints.failed(error);
    return { status: 500, body: { error: 'no answer could be made: see the log' } };
  }
}

function refusal({ status, error }: Denial): Reply {
  return { status, body: { error }, ...(status === 401 && { headers: { 'www-authenticate': 'Bearer' } }) };
}
