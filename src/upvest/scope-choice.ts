/**
 * Which scope reads are made with. Least privilege: the one for reading; but a client may have been granted
 * `webhooks:admin` alone, and whether that is enough to read is not said anywhere (upvest-api.md, section 2).
 */
import { ApiError } from './errors.ts';
import type { Scope } from './tokens.ts';

export class ScopeChoice {
  /** The scope for reading was refused and the other one taken: so it stays, for the life of the client. */
  #readsAsAdmin = false;

  for(scope: Scope): Scope {
    return this.#readsAsAdmin ? 'webhooks:admin' : scope;
  }

  /**
   * Makes a call with the scope it needs; where that is the one for reading and it is refused, once more with the other.
   * Throws what `work` throws; where both were refused, the first refusal, which then names both.
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

/** 400 is what OAuth has for a scope that is not granted. A call is refused a scope with 403; its 401 is about the token. */
function isRefused({ request, status = 0 }: ApiError): boolean {
  return request.route === '/auth/token' ? [400, 401, 403].includes(status) : status === 403;
}

function bothRefused(read: ApiError, { request, status, problem, requestId }: ApiError): ApiError {
  const id = requestId === undefined ? '' : ` (request ${requestId})`;
  const answer = `${request.method} ${request.route} answered ${status} ${problem.title}${id}`;
  const both = `With webhooks:admin instead of webhooks:read it was refused too: ${answer}`;
  return read.withHint([read.hint, both].filter(Boolean).join('. '));
}
