/** The access tokens of one client: one for reading, one for changing, each fetched when first needed and kept until it ages. */
import type { Clock } from '../clock.ts';
import type { Secret } from '../config/secret.ts';
import { ApiError } from './errors.ts';
import { SharedFlight } from './shared-flight.ts';

/** Least privilege: a dry run, or an observing instance, must get along with `webhooks:read` alone (upvest-api.md, section 2). */
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
  readonly #flights = new Map<Scope, SharedFlight<Token>>();
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
    if (!flight) this.#flights.set(scope, (flight = new SharedFlight()));
    return await flight.join((ending) => this.#obtain(scope, ending), signal);
  }

  /** The token, where there is one that is fit for use. */
  held(scope: Scope): Token | undefined {
    const token = this.#held.get(scope);
    return token && this.#clock.uptime() < token.staleAt ? token : undefined;
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
