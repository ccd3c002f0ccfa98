/** What somebody can do about an answer, where the status alone tells. */
import type { RequestLabel } from './errors.ts';
import { SUSPICIOUS_SKEW_SECONDS } from './clocks.ts';
import type { Scope } from './tokens.ts';

/** `skewSeconds`: our clock minus the `Date` of the answer. */
export function hint(
  { route }: RequestLabel,
  status: number,
  scope: Scope,
  skewSeconds: number | undefined,
): string | undefined {
  if (status === 401) return [credentialHint(route, scope), clockHint(skewSeconds)].filter(Boolean).join('. ');
  if (status === 403) {
    return `The client needs the scope ${scope}: ask Upvest to grant it. If it has it, see whether a firewall or proxy on the way refused the request`;
  }
  if (status >= 300 && status < 400) {
    return 'Redirects are not followed, since a signature holds for one address only: correct api.url (UPVEST_API_URL)';
  }
  return undefined;
}

function credentialHint(route: string, scope: Scope): string {
  return route === '/auth/token'
    ? `Check that client id, client secret, key id and private key belong together and to this environment, and that the client is granted ${scope}`
    : 'A fresh token was refused too: check that key id and private key belong to this client';
}

function clockHint(skewSeconds: number | undefined): string | undefined {
  if (skewSeconds === undefined || Math.abs(skewSeconds) < SUSPICIOUS_SKEW_SECONDS) return undefined;
  const seconds = Math.round(Math.abs(skewSeconds));
  const where = skewSeconds > 0 ? 'ahead of' : 'behind';
  return `Our clock is ${seconds} s ${where} the Date of the answer, which spoils signatures if that is the API's time; one dated by it was refused too: see whether the clock is right`;
}
