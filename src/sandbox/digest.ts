/** Digests of bodies: `content-digest` (SHA-512) in version 15, `digest` (SHA-256) in version 6. */
import { hash } from 'node:crypto';
import type { SignatureVersion } from './signature-base.ts';

export function digestHeader(version: SignatureVersion): 'content-digest' | 'digest' {
  return version === '15' ? 'content-digest' : 'digest';
}

/** The header's value for `body`. */
export function digestOf(body: Buffer, version: SignatureVersion): string {
  return version === '15' ? `sha-512=:${hash('sha512', body, 'base64')}:` : `SHA-256=${hash('sha256', body, 'base64')}`;
}

/** Whether one member of the header is the body's digest in the algorithm the version asks for. */
export function digestMatches(header: string, body: Buffer, version: SignatureVersion): boolean {
  const expected = digestOf(body, version);
  return header.split(',').some((member) => canonical(member) === canonical(expected));
}

/** The algorithm's name in lower case, the value untouched. */
function canonical(member: string): string {
  const at = member.indexOf('=');
  return `${member.slice(0, at).trim().toLowerCase()}${member.slice(at).trim()}`;
}
