/** The access tokens of one client: one for each scope, fetched when first needed and kept until it is stale. */
import { SingleFlight } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { Secret } from '../base/secret.ts';
import { type Success, Unreadable } from '../http/answer.ts';
import { ApiError } from './errors.ts';

/** Least privilege: a dry run or an observing instance works with `webhooks:read` alone (docs/upvest-api.md, 2). */
export type Scope = 'webhooks:read' | 'webhooks:admin';

export interface Token {
  /** The value of the `authorization` header. */
  readonly authorization: Secret;
  readonly scope: Scope;
  /** Clock.uptime(), less a margin. From then on, the token is not used for a new request. */
  readonly staleAt: number;
}

export type FetchToken = (scope: Scope, signal: AbortSignal) => Promise<Token>;

/**
 * Milliseconds for which a refusal is remembered: a hundred creates at once must not become a hundred refused logins.
 */
const REFUSAL_KEPT_MS = 2000;

export class Tokens {
  readonly #fetch: FetchToken;
  readonly #clock: Clock;
  readonly #held = new Map<Scope, Token>();
  readonly #flights = new Map<Scope, SingleFlight<Token>>();
  readonly #refusals = new Map<Scope, { readonly error: ApiError; readonly at: number }>();

  constructor(fetch: FetchToken, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** A token that is not stale. Concurrent callers share one fetch. Throws ApiError and CredentialError. */
  async get(scope: Scope, signal?: AbortSignal): Promise<Token> {
    const held = this.held(scope);
    if (held) return held;
    const refusal = this.#refusals.get(scope);
    if (refusal && this.#clock.uptime() - refusal.at < REFUSAL_KEPT_MS) throw refusal.error;
    let flight = this.#flights.get(scope);
    if (!flight) this.#flights.set(scope, (flight = new SingleFlight()));
    return await flight.join((ending) => this.#obtain(scope, ending), signal);
  }

  /** The held token, if it is not stale. */
  held(scope: Scope): Token | undefined {
    const token = this.#held.get(scope);
    return token && this.#clock.uptime() < token.staleAt ? token : undefined;
  }

  /** What the API knows of them: should an answer repeat one, it must not be told. */
  get secrets(): readonly Secret[] {
    return [...this.#held.values()].map(({ authorization }) => authorization);
  }

  /** Drops a token that the API refused. Another token fetched meanwhile is kept. */
  drop(token: Token): void {
    if (this.#held.get(token.scope) === token) this.#held.delete(token.scope);
  }

  async #obtain(scope: Scope, signal: AbortSignal): Promise<Token> {
    try {
      const token = await this.#fetch(scope, signal);
      this.#held.set(scope, token);
      this.#refusals.delete(scope);
      return token;
    } catch (error) {
      if (error instanceof ApiError && isRefusal(error)) this.#refusals.set(scope, { error, at: this.#clock.uptime() });
      throw error;
    }
  }
}

function isRefusal({ status = 0 }: ApiError): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** The token call of OAuth 2.0 client credentials in Upvest's form: signed, with the credentials in the body. */
export const TOKEN_CALL = { method: 'POST', route: '/auth/token' } as const;

/** The encoded form. Its order is that of the published example. */
export function tokenForm(clientId: string, clientSecret: Secret, scope: Scope): Buffer {
  const form = new URLSearchParams([
    ['client_id', clientId],
    ['client_secret', clientSecret.reveal()],
    ['grant_type', 'client_credentials'],
    ['scope', scope],
  ]);
  return Buffer.from(form.toString());
}

/** Milliseconds. A token is renewed this long before it expires: clocks are off, and requests wait for the throttle. */
const MARGIN_MS = 60_000;
/**
 * Used where the answer has no `expires_in`. Too long a value costs one 401, too short a value extra token requests.
 */
const ASSUMED_LIFETIME_SECONDS = 300;

/** `askedAt`: Clock.uptime() when the request was sent; the lifetime counts from then. Throws Unreadable. */
export function readToken(answer: Success, scope: Scope, askedAt: number): Token {
  const { access_token: value, token_type: type, expires_in: expires } = answer.object();
  // The token becomes part of a header, where only visible ASCII is safe.
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(value)) {
    throw new Unreadable('there is no usable access_token in it', false);
  }
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') {
    throw new Unreadable('its token_type is not bearer', false);
  }
  const seconds = Number(expires ?? Number.NaN);
  const lifetimeMs = 1000 * (Number.isFinite(seconds) ? Math.max(seconds, 0) : ASSUMED_LIFETIME_SECONDS);
  // A token with a short lifetime is used for three quarters of it; with the full margin it would be stale on arrival.
  const marginMs = Math.min(MARGIN_MS, lifetimeMs / 4);
  return { authorization: new Secret(`Bearer ${value}`), scope, staleAt: askedAt + lifetimeMs - marginMs };
}
