/**
 * Sends single requests: waits for the throttle, signs, sends, counts and reports. Tokens and retries are handled
 * above.
 */
import PQueue from 'p-queue';
import { withTimeout } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import { maskSecrets, type Secret } from '../base/secret.ts';
import { oneLine } from '../base/text.ts';
import { version } from '../base/version.ts';
import type { WritePermit } from '../base/write-permit.ts';
import type { ApiConfig } from '../config/config.ts';
import { connections } from '../http/connections.ts';
import { CredentialError } from '../http/credential-file.ts';
import { exchange, type Exchanged, type OutgoingRequest } from '../http/exchange.ts';
import type { ApiObserver } from './client.ts';
import { ClockSkew } from './clock-skew.ts';
import type { Credentials, SigningKey } from './credentials.ts';
import type { RequestLabel } from './errors.ts';
import { signRequest } from './signature.ts';

export interface ApiRequest {
  readonly label: RequestLabel;
  readonly method: OutgoingRequest['method'];
  /** Path below the API's address, with the query; percent-encoded. */
  readonly target: string;
  readonly body?: { readonly type: 'application/json' | 'application/x-www-form-urlencoded'; readonly bytes: Buffer };
  readonly authorization?: Secret;
  /** Other confidential parts of the request. They are masked in everything reported about the answer. */
  readonly secrets?: readonly Secret[];
  /** The request changes the tenant, or acts on it, and needs a write permit. */
  readonly isChange: boolean;
  /**
   * The API answers only once a receiver has. The request has a time limit and places of its own, so that a slow
   * receiver holds nothing up, and may be broken off. It leaves the tenant as it is, so that no lease has to outlast it.
   */
  readonly awaitsReceiver?: true;
  /** The request goes before others that wait for the throttle. */
  readonly urgent?: boolean;
  /** The clock to date the signature by, instead of the one last accepted: see ClockSkew. */
  readonly datedBy?: number;
}

export interface Sent {
  readonly exchanged: Exchanged;
  readonly requestId?: string | undefined;
  /** When the request was sent: Clock.uptime(). */
  readonly sentAt: number;
  /** The clock its signature was dated by, and the one its answer shows: see ClockSkew. */
  readonly datedBy?: number | undefined;
  readonly shown?: number | undefined;
  /** The key it was signed with; undefined: it was not signed here. */
  readonly key?: SigningKey | undefined;
}

export interface RequestSender {
  /**
   * Failures on the wire are values. Rejects with CredentialError, and with the reason of a `signal` that aborts before
   * the start.
   */
  send(request: ApiRequest, signal?: AbortSignal): Promise<Sent>;
  readonly requestsSent: number;
  /** The clock to try after signatures dated by the clocks `tried` were refused; undefined: there is no other. */
  otherClock(tried: readonly number[], shown: number | undefined): number | undefined;
  /** See UpvestClient. */
  now(): number;
  /** Aborts requests on the wire. */
  close(): Promise<void>;
}

/** Longer than the API should wait for a receiver; how long it does is not documented. */
const RECEIVER_TIMEOUT_MS = 60_000;

const API_URL = 'api.url (UPVEST_API_URL)';

export function requestSender(
  api: ApiConfig,
  credentials: Credentials,
  clock: Clock,
  { observer, writePermit }: { readonly observer: ApiObserver; readonly writePermit: WritePermit },
): RequestSender {
  // Twice as many as run at once: requests that await a receiver have as many places of their own.
  const pool = connections(api.url, { count: 2 * api.concurrency, timeoutMs: api.timeoutMs });
  const place = throttle(api.concurrency, api.requestsPerSecond, clock);
  const prefix = new URL(api.url).pathname.replace(/\/+$/, '');
  let requestsSent = 0;
  const clocks = new ClockSkew(clock);

  const outgoing = ({ method, target, body, authorization }: ApiRequest): OutgoingRequest => ({
    method,
    target: prefix + target,
    headers: {
      accept: 'application/json',
      ...(authorization && { authorization: authorization.reveal() }),
      // The media type has no charset: with one, requests have been refused (docs/upvest-api.md, 1.1).
      ...(body && { 'content-type': body.type, 'content-length': String(body.bytes.length) }),
      'upvest-client-id': credentials.clientId(),
      'upvest-api-version': '1',
      'user-agent': `webhook-reconciler/${version}`,
      // The signature does not cover this header, because a proxy on the way may rewrite it.
      'accept-encoding': 'identity',
    },
    ...(body && { body: body.bytes }),
  });

  const sign = async (plain: OutgoingRequest, at: number) => {
    const key = await credentials.signingKey();
    return { signed: await signRequest(plain, key, at), key };
  };
  const cannotSign = () =>
    new CredentialError(
      `no request could be signed within ${api.timeoutMs / 1000} s: the file system of the credentials, or of the checkout, does not answer`,
    );

  /** The term a change was planned in may end while the change waits for throttle, signature and connection. */
  const barring = (signal: AbortSignal | undefined) => () =>
    signal?.aborted ? errorText(signal.reason) : writePermit.barred();

  const send = async (request: ApiRequest, signal: AbortSignal | undefined): Promise<Sent> => {
    const plain = outgoing(request);
    const datedBy = api.sign ? (request.datedBy ?? clocks.accepted) : undefined;
    const { signed, key } =
      datedBy === undefined
        ? { signed: plain, key: undefined }
        : await withTimeout(sign(plain, clocks.at(datedBy)), api.timeoutMs, cannotSign);
    const sentAt = clock.uptime();
    requestsSent += 1;
    const barred = request.isChange ? barring(signal) : undefined;
    const settle = request.isChange && !request.awaitsReceiver ? writePermit.sending?.() : undefined;
    const terms = request.awaitsReceiver ? { timeoutMs: RECEIVER_TIMEOUT_MS, signal } : { timeoutMs: api.timeoutMs };
    const exchanged = await exchange(pool, signed, { ...terms, barred, setting: API_URL });
    settle?.(isOver(exchanged));
    const durationMs = clock.uptime() - sentAt;
    const requestId = exchanged.answered ? requestIdIn(exchanged.headers, secretsOf(request)) : undefined;
    const skewSeconds = exchanged.answered ? clocks.learn({ ...exchanged, durationMs, by: datedBy }) : undefined;
    const shown = exchanged.answered ? clocks.shown({ ...exchanged, durationMs }) : undefined;
    observer.answered?.({
      ...request.label,
      status: exchanged.answered ? exchanged.status : 'error',
      durationMs,
      ...(requestId !== undefined && { requestId }),
      ...(skewSeconds !== undefined && { skewSeconds }),
    });
    return { exchanged, requestId, sentAt, datedBy, shown, key };
  };

  return {
    send: async (request, signal) =>
      await place.take(() => send(request, signal), {
        signal,
        urgent: request.urgent ?? false,
        isSlow: request.awaitsReceiver ?? false,
      }),
    otherClock: (tried, shown) => clocks.other(tried, shown),
    // Accepted signatures prove the clock. Where a proxy signs, only the `Date` of answers shows it.
    now: () => clocks.at(api.sign ? clocks.accepted : clocks.measured),
    get requestsSent() {
      return requestsSent;
    },
    close: async () => await pool.destroy(new Error('the client was closed')),
  };
}

/**
 * An answer by a gateway in front of the API (408, 502 to 504, the CDN's own) does not show what the API still does.
 */
function isOver(exchanged: Exchanged): boolean {
  return exchanged.answered ? exchanged.status !== 408 && exchanged.status <= 500 : !exchanged.sent;
}

type Headers = Readonly<Record<string, string>>;

/** The request id that Upvest's support asks for; for an answer of the CDN in front, the id of the CDN. */
function requestIdIn(
  { 'upvest-request-id': own, 'cf-ray': ray }: Headers,
  secrets: readonly string[],
): string | undefined {
  // A header may repeat secrets that were sent, just as a body may.
  const shown = (id: string) => oneLine(maskSecrets(id, secrets), 100);
  if (own) return shown(own);
  return ray ? `cf-ray ${shown(ray)}` : undefined;
}

/** The secrets of a request, which must not be repeated in a message. */
export function secretsOf({ authorization, secrets = [] }: ApiRequest): readonly string[] {
  return [authorization ?? [], secrets].flat().map((secret) => secret.reveal().replace(/^Bearer /, ''));
}

/** Limits requests on the wire: so many at once, and so many a second. */
interface Throttle {
  /**
   * Runs `work` once the limits allow it. An aborted `signal` ends the wait with its reason; work that has begun is
   * finished. `urgent` work goes before all other work that waits. `isSlow` work has as many places of its own.
   */
  take<T>(
    work: () => Promise<T>,
    options: { readonly signal?: AbortSignal | undefined; readonly urgent?: boolean; readonly isSlow?: boolean },
  ): Promise<T>;
}

export function throttle(concurrency: number, perSecond: number, clock: Clock): Throttle {
  const usual = new PQueue({ concurrency });
  const slow = new PQueue({ concurrency });
  const turn = Number.isFinite(perSecond) ? turns(perSecond, clock) : async () => {};

  return {
    take: async (work, { signal, urgent = false, isSlow = false }) => {
      signal?.throwIfAborted();
      // p-queue does not get the caller's signal itself, because it would abandon work that has begun.
      const waiting = new AbortController();
      const giveUp = () => waiting.abort(signal?.reason);
      signal?.addEventListener('abort', giveUp, { once: true });
      const arrive = () => signal?.removeEventListener('abort', giveUp);
      try {
        return await (isSlow ? slow : usual).add(
          async () => {
            await turn(waiting.signal);
            arrive();
            return await work();
          },
          { signal: waiting.signal, priority: urgent ? 1 : 0 },
        );
      } finally {
        arrive();
      }
    },
  };
}

/**
 * Waits until one more may begin without exceeding the limit in any second. p-queue can count too, but by the wall
 * clock: if that is set back by an hour, p-queue would hold all waiting work for an hour.
 */
function turns(perSecond: number, clock: Clock): (signal: AbortSignal) => Promise<void> {
  // A limit of 0.5 a second means one in two seconds.
  const most = Math.max(1, Math.floor(perSecond));
  const spanMs = (1000 * most) / perSecond;
  /** When the last `most` began, in a ring. */
  const begun: number[] = [];
  let next = 0;
  return async (signal) => {
    const now = clock.uptime();
    const at = Math.max(now, (begun[next] ?? Number.NEGATIVE_INFINITY) + spanMs);
    begun[next] = at;
    next = (next + 1) % most;
    if (at > now) await clock.sleep(Math.ceil(at - now), signal);
  };
}
