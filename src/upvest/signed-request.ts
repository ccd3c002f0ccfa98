/** Sends single requests: waits for a place, signs, sends, counts and reports. Knows nothing of tokens and repeats. */
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
import type { Credentials } from './credentials.ts';
import type { RequestLabel } from './errors.ts';
import { signRequest } from './signature.ts';
import { throttle } from './throttle.ts';

export interface ApiRequest {
  readonly label: RequestLabel;
  readonly method: OutgoingRequest['method'];
  /** Path below the API's address, and query; percent-encoded. */
  readonly target: string;
  readonly body?: { readonly type: 'application/json' | 'application/x-www-form-urlencoded'; readonly bytes: Buffer };
  readonly authorization?: Secret;
  /** What else of it is confidential: nothing that is told of its answer repeats it. */
  readonly secrets?: readonly Secret[];
  /** It changes the tenant, or acts on it: not without a write permit. */
  readonly isChange: boolean;
  /** Goes before the requests that wait for a place. */
  readonly urgent?: boolean;
  /** Signs by this clock instead of the one last accepted: see Clocks. */
  readonly datedBy?: number;
}

export interface Sent {
  readonly exchanged: Exchanged;
  readonly requestId?: string | undefined;
  /** When it went out: Clock.uptime(). */
  readonly sentAt: number;
  /** The clock its signature was dated by, and the one its answer shows: see Clocks. */
  readonly datedBy?: number | undefined;
  readonly shown?: number | undefined;
}

export interface RequestSender {
  /** Never rejects for what happens on the wire; does with CredentialError, and with the reason of `signal` before it has begun. */
  send(request: ApiRequest, signal?: AbortSignal): Promise<Sent>;
  readonly requestsSent: number;
  /** The clock to try after signatures dated by those of `tried` were refused; undefined: there is no other. */
  otherClock(tried: readonly number[], shown: number | undefined): number | undefined;
  /** See UpvestClient. */
  now(): number;
  /** Breaks off what is on the wire. */
  close(): Promise<void>;
}

export function requestSender(
  api: ApiConfig,
  credentials: Credentials,
  clock: Clock,
  { observer, writePermit }: { readonly observer: ApiObserver; readonly writePermit: WritePermit },
): RequestSender {
  const pool = connections(api.url, { count: api.concurrency, timeoutMs: api.timeoutMs });
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
      // The bare media type: with a charset it has been refused (docs/upvest-api.md, 1.1).
      ...(body && { 'content-type': body.type, 'content-length': String(body.bytes.length) }),
      'upvest-client-id': credentials.clientId(),
      'upvest-api-version': '1',
      'user-agent': `webhook-reconciler/${version}`,
      // Not covered by the signature: somebody on the way may rewrite it.
      'accept-encoding': 'identity',
    },
    ...(body && { body: body.bytes }),
  });

  const sign = async (plain: OutgoingRequest, at: number) => signRequest(plain, await credentials.signingKey(), at);
  const cannotSign = () =>
    new CredentialError(
      `no request could be signed within ${api.timeoutMs / 1000} s: the file system of the credentials, or of the checkout, does not answer`,
    );

  /** By the time a change has its place, its signature and its connection, the term it was planned in may be over. */
  const barring = (signal: AbortSignal | undefined) => () =>
    signal?.aborted ? errorText(signal.reason) : writePermit.barred();

  const send = async (request: ApiRequest, signal: AbortSignal | undefined): Promise<Sent> => {
    const plain = outgoing(request);
    const datedBy = api.sign ? (request.datedBy ?? clocks.accepted) : undefined;
    const signed =
      datedBy === undefined ? plain : await withTimeout(sign(plain, clocks.at(datedBy)), api.timeoutMs, cannotSign);
    const sentAt = clock.uptime();
    requestsSent += 1;
    const barred = request.isChange ? barring(signal) : undefined;
    const settle = request.isChange ? writePermit.sending?.() : undefined;
    const exchanged = await exchange(pool, signed, { timeoutMs: api.timeoutMs, barred });
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
    return { exchanged, requestId, sentAt, datedBy, shown };
  };

  return {
    send: async (request, signal) =>
      await place.take(() => send(request, signal), { signal, urgent: request.urgent ?? false }),
    otherClock: (tried, shown) => clocks.other(tried, shown),
    // Signatures are proof; where somebody else signs, there is only what the answers show.
    now: () => clocks.at(api.sign ? clocks.accepted : clocks.measured),
    get requestsSent() {
      return requestsSent;
    },
    close: async () => await pool.destroy(new Error('the client was closed')),
  };
}

/** An answer by whoever stands between us and the API (408, 502 to 504, the CDN's own) says nothing of what goes on behind. */
function isOver(exchanged: Exchanged): boolean {
  return exchanged.answered ? exchanged.status !== 408 && exchanged.status <= 500 : !exchanged.sent;
}

type Headers = Readonly<Record<string, string>>;

/** What Upvest's support asks for; for an answer of the CDN in front, the CDN's own number. */
function requestIdIn(
  { 'upvest-request-id': own, 'cf-ray': ray }: Headers,
  secrets: readonly string[],
): string | undefined {
  // A header may repeat what was sent just as a body may.
  const shown = (id: string) => oneLine(maskSecrets(id, secrets), 100);
  if (own) return shown(own);
  return ray ? `cf-ray ${shown(ray)}` : undefined;
}

/** What was sent and must not be repeated in a message. */
export function secretsOf({ authorization, secrets = [] }: ApiRequest): readonly string[] {
  return [authorization ?? [], secrets].flat().map((secret) => secret.reveal().replace(/^Bearer /, ''));
}
