/** Which endpoints there are (README.md, "What it reports"), who may ask for each, and what it answers. */
import type { IncomingMessage } from 'node:http';
import { type PassResult, RESULTS } from '../../reconcile/report.ts';
import type { SnapshotEvent } from '../status-document.ts';
import type { Access, Denial } from './access.ts';
import { type ResponseBacklog, Turns } from './connection-limit.ts';
import type { Follower } from './event-client.ts';
import { isPagePath, PageFiles } from './page-files.ts';
import { busy, type Reply } from './reply.ts';
import { type EVENT_TIMES, StatusEvents, type StatusSource } from './status-events.ts';

/** What the endpoints report; every request calls the functions again. */
export interface Endpoints {
  health(): { readonly status: 'ok' | 'degraded' | 'failing' };
  /** Why the process is stuck and must be restarted; undefined: it is alive. */
  stuck(): string | undefined;
  /** Why it is not ready; undefined: it is. */
  unready(): string | undefined;
  /** JSON that describes one moment. */
  status(): Promise<readonly Buffer[]>;
  /** The same, to be followed. */
  readonly statusSource: StatusSource;
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
  /** Why this request is not admitted; undefined: it is. */
  denial(request: IncomingMessage, access: Access): Promise<Denial | undefined>;
  /** What this caller would be told if it triggered a pass. */
  mayReconcile(request: IncomingMessage): Promise<SnapshotEvent['mayReconcile']>;
  /** Called if an answer could not be made; the caller of the endpoint does not learn why. */
  failed(error: unknown): void;
  /** Queues a pass; `ended` resolves with its report. */
  trigger(): { readonly ended: Promise<{ readonly result: PassResult }> };
}

/** Callers that wait for the end of a pass at a time; one that gets a Retry-After instead loses nothing. */
const MAX_WAITING = 32;
/** Callers that wait for their turn at a large answer. */
const MAX_IN_LINE = 16;
/**
 * Bytes of unread answers above which large answers are refused. Small ones are still given, because probes need them.
 */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
const UNREAD = 'other callers have not read their answers yet';
const IN_LINE = 'too many callers ask for this at once';

type Handler = (request: IncomingMessage, url: URL) => Reply | Promise<Reply>;

export interface Route {
  readonly access: Access;
  /** By method. */
  readonly handlers: Readonly<Record<string, Handler>>;
}

export interface Routes {
  /** Undefined: there is no such endpoint. */
  at(path: string): Route | undefined;
  /** The paths, but those of the files that the page is made of. */
  readonly paths: readonly string[];
}

export function routesOf(endpoints: Endpoints, unread: ResponseBacklog, eventTimes: typeof EVENT_TIMES): Routes {
  const gate = (why: string | undefined): Reply =>
    why === undefined
      ? { status: 200, body: { status: 'ok' } }
      : { status: 503, body: { status: 'failing', reasons: [why] } };
  const turns = new Turns(MAX_IN_LINE);
  const large = (make: () => Promise<Reply>): Handler => {
    const makeUnlessUnread = async () => (unread.bytes > MAX_UNREAD_BYTES ? busy(UNREAD) : make());
    return async () => {
      if (unread.bytes > MAX_UNREAD_BYTES) return busy(UNREAD);
      return (await turns.take(makeUnlessUnread)) ?? busy(IN_LINE);
    };
  };
  const events = new StatusEvents(endpoints.statusSource, turns, (error) => endpoints.failed(error), eventTimes);
  const files = new PageFiles();
  const page: Handler = async (request, { pathname }) =>
    unread.bytes > MAX_UNREAD_BYTES ? busy(UNREAD) : files.reply(pathname, request);
  const get = (path: string, access: Access, handler: Handler) =>
    [path, { access, handlers: { GET: handler } }] as const;
  const [, pageRoute] = get('/', 'nothing', page);
  const routes = new Map<string, Route>([
    ['/', pageRoute],
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
    get('/status/events', 'following', eventsFor(endpoints, events)),
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
  return { at: (path) => routes.get(path) ?? (isPagePath(path) ? pageRoute : undefined), paths: [...routes.keys()] };
}

function eventsFor(endpoints: Endpoints, events: StatusEvents): Handler {
  return async (request) => {
    const full = events.fullBecause;
    if (full !== undefined) return busy(full);
    const mayReconcile = await endpoints.mayReconcile(request);
    const follower: Follower = {
      address: request.socket.remoteAddress,
      isAdmitted: async () => (await endpoints.denial(request, 'following')) === undefined,
      mayReconcile: async () => endpoints.mayReconcile(request),
    };
    return {
      status: 200,
      headers: {
        'content-type': 'text/event-stream',
        // Proxies must not wait for the end of it, neither to compress it nor to fill a buffer.
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      },
      stream: (response) => events.follow(response, follower, mayReconcile),
    };
  };
}

function reconciler(endpoints: Endpoints): Handler {
  let waiting = 0;
  return async (_request, url) => {
    const isWaiting = url.searchParams.get('wait') === 'true';
    if (isWaiting && waiting >= MAX_WAITING) return busy('too many callers wait already');
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
