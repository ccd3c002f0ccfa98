/**
 * Makes calls: each with a token of the scope it needs, and with retries where they are safe. A call refused with 401
 * is signed by another clock and then sent with a new token, each once. A further 401 is an error for the operator.
 */
import type { Clock } from '../base/clock.ts';
import type { ApiConfig } from '../config/config.ts';
import type { Secret } from '../base/secret.ts';
import type { Answer, ApiObserver } from './client.ts';
import { advice, causeOf } from './advice.ts';
import { isSame } from './clock-skew.ts';
import type { Credentials } from './credentials.ts';
import { ApiError, type ApiProblem, NotLeaderError } from './errors.ts';
import { type RetryOptions, retry } from './retry.ts';
import { type ApiRequest, secretsOf, type RequestSender, type Sent } from './signed-request.ts';
import { type FetchToken, readToken, type Scope, type Token, TOKEN_CALL, tokenForm, Tokens } from './tokens.ts';
import { type Expectation, type Verdict, verdict } from './verdict.ts';

export type Call<T> = Omit<ApiRequest, 'label' | 'authorization'> & Expectation<T> & { readonly scope: Scope };

interface Caller {
  /**
   * Throws ApiError, CredentialError and, for a change, NotLeaderError; with an aborted `signal` its reason, unless the
   * call has succeeded nevertheless.
   */
  readonly call: <T>(call: Call<T>, signal: AbortSignal) => Promise<Answer<T>>;
  /**
   * The scope for a single read between changes: `webhooks:read`, unless only the admin token is held, which saves a
   * token request.
   */
  readonly readingScope: () => Scope;
}

export function authenticatedCall(
  api: ApiConfig,
  credentials: Credentials,
  sender: RequestSender,
  ports: {
    readonly clock: Clock;
    readonly random: () => number;
    readonly isPatient: boolean;
    readonly observer: ApiObserver;
  },
): Caller {
  const { clock, random, isPatient, observer } = ports;
  const patience: RetryOptions = { retries: api.retries, clock, random, isPatient, onRetrying: observer.retrying };
  const hints =
    ({ label: { route } }: { readonly label: ApiRequest['label'] }, scope: Scope, { key, shown: skew }: Sent) =>
    (status: number, problem: ApiProblem) => {
      const skewSeconds = api.sign ? skew : undefined;
      return advice(status, problem, { route, scope, clientId: credentials.clientId(), key, skewSeconds });
    };

  /**
   * Signs again by another clock after a 401, where there is one. `tried`: the clocks this call has been refused with.
   */
  const send = async (request: ApiRequest, tried: number[], signal: AbortSignal): Promise<Sent> => {
    let sent = await sender.send(request, signal);
    for (;;) {
      const { exchanged, datedBy, shown } = sent;
      if (!exchanged.answered || exchanged.status !== 401 || datedBy === undefined) return sent;
      if (!tried.some((one) => isSame(one, datedBy))) tried.push(datedBy);
      const other = sender.otherClock(tried, shown);
      if (other === undefined) return sent;
      const message = `the signature may have been dated ${Math.round(Math.abs(other - datedBy))} s off the API's time`;
      observer.retrying?.({ ...request.label, reason: 'clock', attempt: 1, waitMs: 0, message });
      sent = await sender.send({ ...request, datedBy: other }, signal);
    }
  };

  /** As it was sent last. */
  let clientSecret: Secret | undefined;
  /** Whatever the API has been shown: the answer to one request may repeat what another has sent. */
  const shown = (): readonly Secret[] => [clientSecret ?? [], tokens.secrets].flat();

  const requestToken = async (
    scope: Scope,
    tried: number[],
    mayBeOurs: boolean,
    signal: AbortSignal,
  ): Promise<Verdict<Token>> => {
    const secret = await credentials.clientSecret();
    clientSecret = secret;
    const bytes = tokenForm(credentials.clientId(), secret, scope);
    const body = { type: 'application/x-www-form-urlencoded', bytes } as const;
    const request = {
      label: TOKEN_CALL,
      method: 'POST',
      target: TOKEN_CALL.route,
      body,
      secrets: [secret, ...tokens.secrets],
      isChange: false,
      urgent: true,
    } as const;
    const sent = await send(request, tried, signal);
    const { exchanged, requestId, sentAt } = sent;
    const read: Expectation<Token>['read'] = (answer) => readToken(answer, scope, sentAt);
    const about = {
      requestId,
      secrets: secretsOf(request),
      mayBeOurs,
      now: clock.now(),
      hint: hints(request, scope, sent),
    };
    return verdict({ label: TOKEN_CALL, isRepeatable: true, read }, exchanged, about);
  };
  const fetchToken: FetchToken = async (scope, signal) => {
    const tried: number[] = [];
    try {
      return await retry(async (mayBeOurs) => await requestToken(scope, tried, mayBeOurs, signal), patience, signal);
    } catch (error) {
      // The error is thrown by the call that needed the token, and that call was certainly not carried out.
      throw error instanceof ApiError ? error.withOutcome('refused') : error;
    }
  };
  const tokens = new Tokens(fetchToken, clock);

  const callAs = async <T>(scope: Scope, call: Call<T>, signal: AbortSignal): Promise<Answer<T>> => {
    const tried: number[] = [];
    let isRenewed = false;
    const attempt = async (mayBeOurs: boolean): Promise<Verdict<Answer<T>>> => {
      const token = await tokens.get(scope, signal);
      const request = { ...call, authorization: token.authorization, secrets: shown() };
      const sent = await send(request, tried, signal);
      const { exchanged, requestId } = sent;
      if (!exchanged.answered && exchanged.reason === 'barred') throw new NotLeaderError(exchanged.message);
      const about = {
        requestId,
        secrets: secretsOf(request),
        mayBeOurs,
        now: clock.now(),
        hint: hints(call, scope, sent),
      };
      const outcome = verdict(call, exchanged, about);
      if (!outcome.ok && outcome.failure.status === 401 && !isRenewed) {
        // The token has most likely expired early or been revoked.
        isRenewed = true;
        tokens.drop(token);
        const message = `the token for ${scope} was refused and is renewed`;
        observer.retrying?.({ ...call.label, reason: 'token', attempt: 1, waitMs: 0, message });
        return await attempt(mayBeOurs);
      }
      // The token may have been issued before the scope was granted. It would otherwise be used for hours.
      if (!outcome.ok && outcome.failure.status === 403) tokens.drop(token);
      if (!outcome.ok) return outcome;
      return { ok: true, value: { value: outcome.value, ...(requestId !== undefined && { requestId }) } };
    };
    return await retry(attempt, patience, signal);
  };

  const scopes = new ScopeChoice();
  const readingScope = (): Scope => {
    const isAdminAlone = tokens.held('webhooks:admin') && !tokens.held('webhooks:read');
    return isAdminAlone ? 'webhooks:admin' : scopes.for('webhooks:read');
  };
  return {
    call: async (call, signal) => await scopes.run(call.scope, async (scope) => await callAs(scope, call, signal)),
    readingScope,
  };
}

/**
 * The scope of reads. Least privilege says `webhooks:read`. But a client may have been granted `webhooks:admin` alone,
 * and it is not documented whether that suffices for reading (docs/upvest-api.md, 2).
 */
class ScopeChoice {
  /** `webhooks:read` was refused and `webhooks:admin` accepted. It stays so for the life of the client. */
  #readsAsAdmin = false;

  for(scope: Scope): Scope {
    return this.#readsAsAdmin ? 'webhooks:admin' : scope;
  }

  /**
   * Makes a call with the scope it needs, and once more with `webhooks:admin` if `webhooks:read` is refused.
   * Throws what `work` throws. If both scopes are refused, it throws the first refusal, with a hint that names both.
   */
  async run<T>(scope: Scope, work: (scope: Scope) => Promise<T>): Promise<T> {
    const first = this.for(scope);
    try {
      return await work(first);
    } catch (error) {
      if (first !== 'webhooks:read' || !(error instanceof ApiError) || !isRefused(error)) throw error;
      const value = await work('webhooks:admin').catch((second: unknown) => {
        throw second instanceof ApiError && isRefused(second) ? bothRefused(error, second) : second;
      });
      this.#readsAsAdmin = true;
      return value;
    }
  }
}

/** OAuth answers 400 for a scope that is not granted. A call without the scope gets 403; its 401 is about the token. */
function isRefused({ request, status = 0 }: ApiError): boolean {
  return request.route === '/auth/token' ? [400, 401, 403].includes(status) : status === 403;
}

function bothRefused(read: ApiError, { request, status, problem, requestId }: ApiError): ApiError {
  const cause = causeOf(read.problem);
  // A signature or a secret is refused whatever the scope: that it was refused twice is no news.
  if ((cause === 'signature' || cause === 'secret') && cause === causeOf(problem)) return read;
  const id = requestId === undefined ? '' : ` (request ${requestId})`;
  const answer = `${request.method} ${request.route} answered ${status} ${problem.title}${id}`;
  const both = `With webhooks:admin instead of webhooks:read it was refused too: ${answer}`;
  return read.withHint([read.hint, both].filter(Boolean).join('. '));
}
