/** The access tokens of one client: one for reading, one for changing, each fetched when first needed and kept until it ages. */
import { SingleFlight } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { Secret } from '../base/secret.ts';
import { type Success, Unreadable } from '../http/answer.ts';
import { ApiError } from './errors.ts';

/** Least privilege: a dry run, or an observing instance, must get along with `webhooks:read` alone (docs/upvest-api.md, 2). */
export type Scope = 'webhooks:read' | 'webhooks:admin';

export interface Token {
  /** The value of the `authorization` header. */
  readonly authorization: Secret;
  readonly scope: Scope;
  /** Clock.uptime(), margin taken off: not used for a new request from then on. */
  readonly staleAt: number;
}

export type FetchToken = (scope: Scope, signal: AbortSignal) => Promise<Token>;

/** Wrong credentials stay wrong for a moment: a hundred creates at once must not become a hundred refused logins. */
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

  /** A token fit for use, fetched if need be: one fetch at a time, shared. Throws ApiError and CredentialError. */
  async get(scope: Scope, signal?: AbortSignal): Promise<Token> {
    const held = this.held(scope);
    if (held) return held;
    const refusal = this.#refusals.get(scope);
    if (refusal && this.#clock.uptime() - refusal.at < REFUSAL_KEPT_MS) throw refusal.error;
    let flight = this.#flights.get(scope);
    if (!flight) this.#flights.set(scope, (flight = new SingleFlight()));
    return await flight.join((ending) => this.#obtain(scope, ending), signal);
  }

  /** The token, where there is one that is fit for use. */
  held(scope: Scope): Token | undefined {
    const token = this.#held.get(scope);
    return token && this.#clock.uptime() < token.staleAt ? token : undefined;
  }

  /** What the API knows of them: should an answer repeat one, it must not be told. */
  get secrets(): readonly Secret[] {
    return [...this.#held.values()].map(({ authorization }) => authorization);
  }

  /** The API did not take this token: it is not used again. Another one fetched meanwhile stays. */
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

/** The token call of OAuth 2.0 client credentials, as Upvest has it: signed, and with the credentials in the form. */
export const TOKEN_CALL = { method: 'POST', route: '/auth/token' } as const;

/** The form, encoded. The order is the one of the published example. */
export function tokenForm(clientId: string, clientSecret: Secret, scope: Scope): Buffer {
  const form = new URLSearchParams([
    ['client_id', clientId],
    ['client_secret', clientSecret.reveal()],
    ['grant_type', 'client_credentials'],
    ['scope', scope],
  ]);
  return Buffer.from(form.toString());
}

/** Renewed this long before it expires: clocks are off, and requests wait for their place. */
const MARGIN_MS = 60_000;
/** Where the answer does not say. Too long costs one 401, too short a request every so often. */
const ASSUMED_LIFETIME_SECONDS = 300;

/** `askedAt`: Clock.uptime() when the request was sent, from when on the lifetime is counted. Throws Unreadable. */
export function readToken(answer: Success, scope: Scope, askedAt: number): Token {
  const { access_token: value, token_type: type, expires_in: expires } = answer.object();
  // It goes into a header: anything but visible ASCII would break it.
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(value)) {
    throw new Unreadable('there is no usable access_token in it', false);
  }
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') {
    throw new Unreadable('its token_type is not bearer', false);
  }
  const seconds = Number(expires ?? Number.NaN);
  const lifetimeMs = 1000 * (Number.isFinite(seconds) ? Math.max(seconds, 0) : ASSUMED_LIFETIME_SECONDS);
  // A short life keeps three quarters of itself, or it would be stale on arrival.
  const marginMs = Math.min(MARGIN_MS, lifetimeMs / 4);
  return { authorization: new Secret(`Bearer ${value}`), scope, staleAt: askedAt + lifetimeMs - marginMs };
}
