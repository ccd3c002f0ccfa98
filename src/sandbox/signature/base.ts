/** The text that is signed (one line per covered component, then the parameters), and the digests of bodies. */
import { hash, type KeyObject, verify } from 'node:crypto';

/** Numbers of the draft. In version 6 the base has names without quotes, and `digest` in place of `content-digest`. */
export type SignatureVersion = '15' | '6';

/** A request as far as a signature sees it. `path` and `query` (with its `?`) are the bytes as sent. */
export interface SignedMessage {
  readonly method: string;
  readonly path: string;
  readonly query: string | undefined;
  /** By lower-case name; several lines of one header joined by `, `. */
  header(name: string): string | undefined;
}

type Base = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly missing: string };

/** `params` is the text after the label in `signature-input`, byte for byte. */
export function signatureBase(
  message: SignedMessage,
  components: readonly string[],
  params: string,
  version: SignatureVersion,
): Base {
  const name = (id: string) => (version === '15' ? `"${id}"` : id);
  const lines: string[] = [];
  for (const component of components) {
    const value = componentValue(message, component);
    if (value === undefined) return { ok: false, missing: component };
    lines.push(`${name(component)}: ${value}`);
  }
  lines.push(`${name('@signature-params')}: ${params}`);
  return { ok: true, text: lines.join('\n') };
}

function componentValue(message: SignedMessage, component: string): string | undefined {
  if (component === '@method') return message.method;
  if (component === '@path') return message.path;
  // Without a query the component does not exist, while RFC 9421 would have a lone "?".
  if (component === '@query') return message.query;
  return component.startsWith('@') ? undefined : message.header(component);
}

/** The header of the body's digest: `content-digest` (SHA-512) in version 15, `digest` (SHA-256) in version 6. */
export function digestHeader(version: SignatureVersion): 'content-digest' | 'digest' {
  return version === '15' ? 'content-digest' : 'digest';
}

/** The header's value for `body`. */
export function digestOf(body: Buffer, version: SignatureVersion): string {
  return version === '15' ? `sha-512=:${hash('sha512', body, 'base64')}:` : `SHA-256=${hash('sha256', body, 'base64')}`;
}

/** Whether one member of the header is the body's digest in the algorithm that the version requires. */
export function digestMatches(header: string, body: Buffer, version: SignatureVersion): boolean {
  const expected = digestOf(body, version);
  return header.split(',').some((member) => canonical(member) === canonical(expected));
}

/** Writes the algorithm's name in lower case and keeps the value as it is. */
function canonical(member: string): string {
  const at = member.indexOf('=');
  return `${member.slice(0, at).trim().toLowerCase()}${member.slice(at).trim()}`;
}

/** Verifies on the thread pool, since P-521 takes a millisecond or two of the event loop otherwise. Never rejects. */
export function verifyEcdsa(
  key: KeyObject,
  text: string,
  signature: Buffer,
  dsaEncoding: 'der' | 'ieee-p1363',
  algorithm = 'sha512',
): Promise<boolean> {
  return new Promise((resolve) => {
    verify(algorithm, Buffer.from(text), { key, dsaEncoding }, signature, (error, good) => resolve(!error && good));
  });
}
