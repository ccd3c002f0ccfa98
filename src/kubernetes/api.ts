/** Requests to the Kubernetes API, with current credentials and one time limit for everything. Answers are values. */
import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { Pool } from 'undici';
import { withTimeout } from '../base/async.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { isObject, parseBounded } from '../base/json.ts';
import { maskInValue, type Secret } from '../base/secret.ts';
import { oneLine } from '../base/text.ts';
import { version } from '../base/version.ts';
import { retryAfter } from '../http/answer.ts';
import { connections, type Tls } from '../http/connections.ts';
import { CredentialError } from '../http/credential-file.ts';
import { exchange, type OutgoingRequest } from '../http/exchange.ts';
import type { Access, Trust } from './access.ts';
import { KubernetesError } from './errors.ts';

export interface KubernetesCall {
  readonly method: OutgoingRequest['method'];
  /** The path from `/api` or `/apis` on, percent-encoded. */
  readonly path: string;
  /** Sent as JSON, with PATCH as a JSON merge patch. */
  readonly body?: unknown;
  /** The limit for everything: reading credentials, connecting, the answer. */
  readonly timeoutMs: number;
}

export interface KubernetesAnswer {
  readonly status: number;
  /** The JSON of the body. Undefined for an error answer without JSON, such as the page of a proxy. */
  readonly value: unknown;
  /** The wait the server asks for, with 429 and 503. */
  readonly retryAfterMs?: number;
}

export interface KubernetesApi {
  /**
   * Throws KubernetesError for a missing answer or a success that cannot be understood; with an aborted `signal` its
   * reason. Every status is an answer, for the caller to judge. Nothing is retried, except once after 401 when the
   * token has just been rotated.
   */
  request(call: KubernetesCall, signal?: AbortSignal): Promise<KubernetesAnswer>;
  /** Aborts requests on the wire. */
  close(): Promise<void>;
}

/**
 * The lease must not wait for an Event that is being posted, nor for a connection that an earlier attempt waits for.
 */
const CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 3_000;

/** A Lease has some dozens, however many have written to it. Each is looked at for the token, and sent back. */
const MAX_PARTS = 10_000;

/** Nothing is read or sent before the first request. */
export function kubernetesApi(access: Access, clock: Clock = systemClock): KubernetesApi {
  const { server, origin } = access;
  const prefix = new URL(server).pathname.replace(/\/+$/, '');
  let held: { readonly trust: Trust; readonly pool: Pool } | undefined;
  let isClosed = false;

  /**
   * Connections that use the current authority and client certificate. After a rotation, new connections are needed.
   */
  const pool = async (): Promise<Pool> => {
    const trust = await access.tls();
    if (!held || !isSame(held.trust, trust)) {
      // Requests on the old connections end by themselves, within their time limit.
      held?.pool.close().catch(() => undefined);
      held = {
        trust,
        pool: connections(server, { count: CONNECTIONS, timeoutMs: CONNECT_TIMEOUT_MS, tls: tls(trust) }),
      };
    }
    return held.pool;
  };

  const request = async (call: KubernetesCall, signal?: AbortSignal): Promise<KubernetesAnswer> => {
    const { method, path, timeoutMs } = call;
    const endsAt = clock.uptime() + timeoutMs;
    const failed = (why: string, sent: boolean, cause?: unknown) =>
      new KubernetesError(`${method} ${path} got no answer from ${server} (${origin}): ${why}`, { sent, cause });
    const read = async <T>(what: Promise<T>): Promise<T> => {
      const leftMs = endsAt - clock.uptime();
      const why =
        leftMs > 0 ? `its credentials could not be read within ${timeoutMs} ms` : `its ${timeoutMs} ms were over`;
      return withTimeout(what, Math.max(1, leftMs), () => failed(why, false)).catch((error: unknown) => {
        throw error instanceof CredentialError ? failed(error.message, false, error) : error;
      });
    };

    const send = async (token: Secret | undefined) => {
      const to = await read(pool());
      signal?.throwIfAborted();
      const left = Math.max(1, Math.round(endsAt - clock.uptime()));
      const exchanged = await exchange(to, outgoing(call, prefix + path, token), { timeoutMs: left, signal });
      signal?.throwIfAborted();
      if (!exchanged.answered) {
        const { message, advice } = exchanged;
        throw failed(advice === undefined ? message : `${message}. ${advice}`, exchanged.sent);
      }
      return exchanged;
    };

    signal?.throwIfAborted();
    if (isClosed) throw failed('the client was closed', false);
    const token = access.token && (await read(access.token()));
    const sent = [token];
    let answer = await send(token);
    if (answer.status === 401 && access.token) {
      const fresh = await read(access.token(true));
      // Sending the same token again would only be refused again.
      if (fresh !== token) {
        sent.push(fresh);
        answer = await send(fresh);
      }
    }
    const { status, body, headers } = answer;
    const value = parse(body, sent);
    if (value === undefined && status < 300)
      throw new KubernetesError(
        `${method} ${path} was answered by ${server} (${origin}) with ${status} and a body that is not the JSON of a Lease or an Event`,
        {
          sent: true,
        },
      );
    const retryAfterMs = retryAfter(headers, clock.now());
    return { status, value, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  };

  return {
    request,
    close: async () => {
      isClosed = true;
      await held?.pool.destroy(new Error('the client was closed'));
    },
  };
}

function outgoing({ method, body }: KubernetesCall, target: string, token: Secret | undefined): OutgoingRequest {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return {
    method,
    target,
    headers: {
      accept: 'application/json',
      ...(token && { authorization: `Bearer ${token.reveal()}` }),
      ...(bytes && { 'content-type': type, 'content-length': String(bytes.length) }),
      'user-agent': `webhook-reconciler/${version}`,
    },
    ...(bytes && { body: bytes }),
  };
}

function isSame(a: Trust, b: Trust): boolean {
  return a.ca === b.ca && a.cert === b.cert && a.key === b.key;
}

function tls({ ca, cert, key, servername, isUnverified }: Trust): Tls {
  return {
    ...(ca && { ca: ca.reveal() }),
    ...(cert && { cert: cert.reveal() }),
    ...(key && { key: key.reveal() }),
    ...(servername !== undefined && { servername }),
    ...(isUnverified && { rejectUnauthorized: false }),
  };
}

/** The text is masked, because the answer may repeat secrets that were sent, and its text ends up in logs. */
function parse(body: Buffer, sent: readonly (Secret | undefined)[]): unknown {
  if (!isUtf8(body)) return undefined;
  const tokens = sent.flatMap((token) => token?.reveal() ?? []);
  try {
    return maskInValue(parseBounded(body.toString(), MAX_PARTS), tokens);
  } catch {
    return undefined;
  }
}

/**
 * An API server that has just started knows neither tokens nor rights for a moment. Such an answer is tried once more
 * before it is reported with advice.
 */
export function isDenied({ status }: KubernetesAnswer): boolean {
  return status === 401 || status === 403;
}

/**
 * What to do about a denial; empty for other answers. `grant`: the missing right, for a client whose token is accepted.
 */
export function adviceFor({ status }: KubernetesAnswer, grant: string): string {
  if (status === 403) return `. Grant ${grant}`;
  if (status !== 401) return '';
  return '. The token, or client certificate, is not accepted: is it of this cluster, and has it not expired or been revoked?';
}

/** `403 Forbidden: leases.coordination.k8s.io "x" is forbidden: …` */
export function complaint({ status, value }: KubernetesAnswer): string {
  const { reason, message } = isObject(value) ? value : {};
  const named = typeof reason === 'string' && reason !== '' ? oneLine(reason, 60) : STATUS_CODES[status];
  const said = typeof message === 'string' && message !== '' ? `: ${oneLine(message, 300)}` : '';
  return `${status}${named ? ` ${named}` : ''}${said}`;
}
