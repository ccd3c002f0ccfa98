/** What the operator can do about a refusal: of signature, client secret, token, scope and clock the one that it was. */
import { show } from '../base/text.ts';
import { SUSPICIOUS_SKEW_SECONDS } from './clock-skew.ts';
import { fingerprint, SETTINGS, type SigningKey } from './credentials.ts';
import type { ApiProblem } from './errors.ts';
import { type Scope, TOKEN_CALL } from './tokens.ts';

/** What was sent, and by whom. */
export interface Refused {
  readonly route: string;
  readonly scope: Scope;
  readonly clientId: string;
  /** Undefined where a proxy signs. */
  readonly key: SigningKey | undefined;
  /** Our clock minus the `Date` of the answer, where that is known and the request was signed. */
  readonly skewSeconds: number | undefined;
}

type Cause = 'scope' | 'secret' | 'signature' | 'token';

/** Sentences without a full stop at the end; undefined: there is nothing to say about this status. */
export function advice(status: number, problem: ApiProblem, refused: Refused): string | undefined {
  if (status === 401) return [unauthorised(problem, refused), clock(refused)].filter(Boolean).join('. ');
  if (status === 403) {
    return `The client needs the scope ${refused.scope}: ask Upvest to grant it. If it has the scope, check whether a firewall or proxy on the way refused the request`;
  }
  if (status >= 300 && status < 400) {
    return 'Redirects are not followed, since a signature holds for one address only: fix api.url (UPVEST_API_URL)';
  }
  return undefined;
}

/**
 * What a refusal is about, by its words. They are not documented, so that only advice goes by them, never a decision
 * (docs/upvest-api.md, 1.2).
 */
export function causeOf({ title, detail = '', type = '' }: ApiProblem): Cause | undefined {
  const words = `${title} ${detail} ${type}`;
  if (/scope/i.test(words)) return 'scope';
  if (/credentials|client.?secret|invalid_client/i.test(words)) return 'secret';
  if (/signature|digest|nonce|key.?id/i.test(words)) return 'signature';
  return /token/i.test(words) ? 'token' : undefined;
}

function unauthorised(problem: ApiProblem, refused: Refused): string {
  const { route, scope, clientId, key } = refused;
  const cause = causeOf(problem);
  if (route !== TOKEN_CALL.route) {
    return cause === 'signature' && key !== undefined
      ? `It is the signature, though the same key was accepted for the token: check whether a proxy on the way changes requests (${identity(refused)})`
      : `A fresh token was refused too: check that key id and private key belong to this client (${identity(refused)})`;
  }
  const client = `the client ${show(clientId)} (api.clientId)`;
  const notTheSignature = key === undefined ? '' : ', not the signature';
  switch (cause) {
    case 'scope':
      return `It is the scope${notTheSignature}: ask Upvest to grant ${scope} to ${client}`;
    case 'secret':
      return `It is the client secret${notTheSignature}: check that ${SETTINGS.clientSecret} is the one of ${client}, and of this environment`;
    case 'signature':
      if (key === undefined) return `It is the signature: check the proxy that signs, and its key, for ${client}`;
      return `It is the signature: check that these are registered together at Upvest, in this environment: ${identity(refused)}`;
    case 'token':
    case undefined:
      return `Check that client id, client secret, key id and private key belong together and to this environment, and that the client is granted ${scope} (${identity(refused)})`;
  }
}

/** For comparison with what is registered. None of it is secret. */
function identity({ clientId, key }: Refused): string {
  const client = `api.clientId ${show(clientId)}`;
  if (key === undefined) return client;
  return `${client}, api.keyId ${show(key.keyId)}, public key of api.privateKeyFile ${fingerprint(key.key)}`;
}

function clock({ skewSeconds }: Refused): string | undefined {
  if (skewSeconds === undefined || Math.abs(skewSeconds) < SUSPICIOUS_SKEW_SECONDS) return undefined;
  const seconds = Math.round(Math.abs(skewSeconds));
  const where = skewSeconds > 0 ? 'ahead of' : 'behind';
  return `Our clock is ${seconds} s ${where} the Date of the answer, which spoils signatures if that is the API's time; a signature dated by it was refused too: check whether the clock is right`;
}
