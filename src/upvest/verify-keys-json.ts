/** The JWKS of `GET /auth/verify_keys`. */
import { isObject, type Success, Unreadable } from '../http/success.ts';
import type { VerifyKey } from './client.ts';

/** Keys without `kid` or `kty` are left out, and so is everything of a key that is not its public part. Throws Unreadable. */
export function readVerifyKeys(answer: Success): readonly VerifyKey[] {
  const { keys } = answer.object();
  if (!Array.isArray(keys)) throw new Unreadable('there is no list of keys in it', false);
  return keys
    .filter(isObject)
    .flatMap(({ kid, kty, crv, x, y }) =>
      typeof kid === 'string' && typeof kty === 'string' ? [{ kid, kty, ...texts({ crv, x, y }) }] : [],
    );
}

function texts(members: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
