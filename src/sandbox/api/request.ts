/** A request as received, read completely before it is checked, the checks of its form, and the log of what was received. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { SignedMessage } from '../signature/base.ts';
import { Refusal } from './reply.ts';

export interface Incoming extends SignedMessage {
  readonly requestId: string;
  readonly body: Buffer;
  /** Whether the body was longer than the sandbox reads; then `body` is empty. */
  readonly tooLarge: boolean;
}

/** Far more than the largest subscription needs. */
const MAX_BODY_BYTES = 1_048_576;

export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  // Clients send the absolute form (`GET http://host/path`) through a proxy.
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const at = target.indexOf('?');
  const { headersDistinct } = request;
  const body = await readBody(request);
  return {
    requestId: randomUUID(),
    method: request.method ?? 'GET',
    path: (at < 0 ? target : target.slice(0, at)) || '/',
    query: at < 0 ? undefined : target.slice(at),
    header: (name) => headersDistinct[name]?.join(', '),
    body: body ?? Buffer.alloc(0),
    tooLarge: body === undefined,
  };
}

/** Gives undefined for a body that is too long. It is still read to its end, so that the client can read the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

const ACCEPTED: ReadonlySet<string> = new Set(['application/json', 'application/*', '*/*']);

/**
 * Checks version and `accept`. A DELETE has no body in its answer and no documented 406, so its `accept` is not
 * checked.
 */
export function checkHeaders(request: Incoming): Refusal | undefined {
  const version = request.header('upvest-api-version');
  if (version !== undefined && version !== '1') {
    return /^\d+$/.test(version)
      ? new Refusal(426, `upvest-api-version: there is no version ${version}, use 1`)
      : new Refusal(400, 'upvest-api-version: must be 1, digits without quotes');
  }
  const accept = request.header('accept');
  if (request.method === 'DELETE' || accept === undefined) return undefined;
  const ranges = accept.split(',').map((range) => range.split(';')[0]?.trim().toLowerCase() ?? '');
  if (ranges.every((range) => ACCEPTED.has(range))) return undefined;
  return new Refusal(406, 'accept: only application/json is available', { why: `accept is ${JSON.stringify(accept)}` });
}

/**
 * The media type must have no parameters: one with a charset is refused. 415 is not a documented status, so 400 is
 * sent.
 */
export function checkContentType(request: Incoming, expected: string): Refusal | undefined {
  const given = request.header('content-type');
  if (given?.trim().toLowerCase() === expected) return undefined;
  return new Refusal(400, 'unexpected request Content-Type', {
    why: `content-type is ${given === undefined ? 'missing' : JSON.stringify(given)}, must be exactly ${expected}`,
  });
}

export function readJson(request: Incoming): { readonly value: unknown } | Refusal {
  const wrongType = checkContentType(request, 'application/json');
  if (wrongType) return wrongType;
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body)) };
  } catch (error) {
    return new Refusal(400, `(root): the body is not JSON in UTF-8: ${(error as Error).message}`);
  }
}

/** The log of every request to the API, by arrival. It holds nothing secret: no header but the client's id, no body. */

export interface RequestRecord {
  readonly requestId: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** With `{webhook_id}` for the id; empty for an unknown path. */
  readonly route: string;
  readonly clientId?: string;
  /** Scopes of the token, space-separated; absent for the token call and for refused callers. */
  scope?: string;
  /** The status the client got; absent while it waits, and where it got none. */
  status?: number;
  /** `cut`: the connection was reset instead of an answer. `abandoned`: the client left before it came. */
  outcome: 'waiting' | 'answered' | 'cut' | 'abandoned';
  /** Kinds of the faults that hit the request. */
  faults: readonly string[];
  /** Why it was refused, in the words of the sandbox's log. */
  why?: string;
}

/** How many records are kept. The oldest are forgotten. */
const KEPT = 100_000;

export class RequestLog {
  readonly records: RequestRecord[] = [];

  add(record: RequestRecord): RequestRecord {
    this.records.push(record);
    if (this.records.length > KEPT * 1.1) this.records.splice(0, this.records.length - KEPT);
    return record;
  }
}

/**
 * Whether a pattern matches a request: method and route as in `POST /webhooks`, `*` for any of either.
 * Routes are written as in the API's reference, `/webhooks/{webhook_id}`.
 */
export function isMeant(pattern: string, method: string, route: string): boolean {
  const [wantedMethod = '*', wantedRoute = '*'] = pattern.split(' ');
  if (wantedMethod !== '*' && wantedMethod.toUpperCase() !== method) return false;
  return wantedRoute === '*' || wantedRoute === route;
}
