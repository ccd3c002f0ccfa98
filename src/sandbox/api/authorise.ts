/**
 * Decides which client calls, and whether it may. The order of the checks is not documented. This one is assumed:
 * client id 400, rate 429, signature 401, token 401, scope 403, then the errors of the request itself.
 */
import type { Parts } from '../parts.ts';
import { checkSignature } from '../signature/check.ts';
import type { Client } from './clients.ts';
import { Refusal } from './reply.ts';
import type { Incoming } from './request.ts';

/** What an endpoint requires: no token (the token call), or a token with one of these scopes, the narrowest first. */
export type Needs = 'no-token' | readonly string[];

export interface Caller {
  readonly client: Client;
  /** The scopes of the token, for the log of requests. */
  readonly scopes: readonly string[];
}

export async function authorise(request: Incoming, needs: Needs, parts: Parts): Promise<Caller | Refusal> {
  const clientId = request.header('upvest-client-id');
  if (!clientId) {
    return new Refusal(400, 'the header upvest-client-id is missing', { slug: 'missing_client_id' });
  }
  const { rateLimit, retryAfterSeconds, ...rules } = parts.switches();
  if (!parts.rateLimit.take(clientId, rateLimit)) {
    const headers: Record<string, string> = retryAfterSeconds > 0 ? { 'retry-after': String(retryAfterSeconds) } : {};
    return new Refusal(429, undefined, { why: `more than ${rateLimit} requests a second`, headers });
  }
  const client = parts.clients.get(clientId);
  if (!client) return unauthorised('Signature is incorrect', `upvest-client-id: there is no client ${clientId}`);
  if (request.tooLarge) return new Refusal(400, 'the body is too large');
  const wrong = await checkSignature(request, request.body, {
    nowMs: parts.now(),
    nonces: parts.nonces,
    key: (keyId) => client.keys.get(keyId),
    ...rules,
  });
  if (wrong) return unauthorised('Signature is incorrect', wrong);
  return needs === 'no-token' ? withoutToken(request, client) : withToken(request, client, needs, parts);
}

function withoutToken(request: Incoming, client: Client): Caller | Refusal {
  if (request.header('authorization') === undefined) return { client, scopes: [] };
  return new Refusal(400, 'authorization: the token request must not carry this header, credentials go into the form');
}

function withToken(request: Incoming, client: Client, needs: readonly string[], parts: Parts): Caller | Refusal {
  const given = request.header('authorization');
  const [, text] = /^Bearer ([a-zA-Z0-9\-._~+/]+=*)$/.exec(given ?? '') ?? [];
  if (text === undefined) {
    return unauthorised('Access token is missing', `authorization is ${given ? 'not "Bearer <token>"' : 'missing'}`);
  }
  const token = parts.tokens.find(text);
  if (!token) return unauthorised('Access token is invalid', 'the token is unknown, expired or revoked');
  if (token.clientId !== client.clientId) {
    return unauthorised('Access token is invalid', 'the token belongs to another client than header and key');
  }
  const sufficient = parts.switches().readScope === 'read' ? needs.slice(0, 1) : needs;
  if (!sufficient.some((scope) => token.scopes.includes(scope))) {
    const why = `the token has the scopes "${token.scopes.join(' ')}", ${sufficient.join(' or ')} is needed`;
    return new Refusal(403, 'Missing scope', { why });
  }
  return { client, scopes: token.scopes };
}

function unauthorised(detail: string, why: string): Refusal {
  return new Refusal(401, detail, { why });
}
