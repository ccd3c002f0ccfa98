/** The token call of OAuth 2.0 client credentials, as Upvest has it: signed, and with the credentials in the form. */
import { Secret } from '../config/secret.ts';
import { type Success, Unreadable } from '../http/success.ts';
import type { Scope, Token } from './tokens.ts';

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
