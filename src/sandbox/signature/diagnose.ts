/**
 * Finds out why a signature does not verify, by trying common errors. The result is only for the log: it would not help
 * to guess a signature, but the API does not reveal it either.
 */
import { type KeyObject, verify } from 'node:crypto';
import { signatureBase, type SignatureVersion, type SignedMessage, verifyEcdsa } from './base.ts';
import type { SignatureInput } from './input.ts';

interface Failed {
  readonly message: SignedMessage;
  readonly input: SignatureInput;
  readonly key: KeyObject;
  readonly version: SignatureVersion;
  /** The text that should have been signed. */
  readonly base: string;
}

export async function diagnose(failed: Failed): Promise<string> {
  const { key, base, input } = failed;
  if (key.asymmetricKeyType === 'ec') {
    if (await verifyEcdsa(key, base, input.signature, 'ieee-p1363')) {
      return 'the signature is in raw r||s form: ECDSA signatures are sent as ASN.1 DER';
    }
    if (await verifyEcdsa(key, base, input.signature, 'der', 'sha256')) {
      return 'the signature was made with SHA-256: P-521 goes with SHA-512';
    }
    if (input.signature[0] !== 0x30) return 'the signature is not ASN.1 DER';
  }
  for (const [error, text] of wrongBases(failed)) {
    const verifies =
      key.asymmetricKeyType === 'ed25519'
        ? verify(null, Buffer.from(text), key, input.signature)
        : await verifyEcdsa(key, text, input.signature, 'der');
    if (verifies) return error;
  }
  return `the signature fits neither the base nor a common error (another key?). The base, bearer token masked:\n${mask(base)}`;
}

function wrongBases({ message, input, version, base }: Failed): [string, string][] {
  const other = version === '15' ? '6' : '15';
  const inOther = signatureBase(message, input.components, input.params, other);
  const path = `${message.path}${message.query ?? ''}`;
  const rest = input.components.includes('@query') ? input.components : [...input.components, '@query'];
  const lone = signatureBase({ ...message, query: '?' }, rest, input.params, version);
  const whole = signatureBase({ ...message, path }, input.components, input.params, version);
  return [
    [
      'the base was built as in the other version: 15 quotes the component names, 6 does not',
      inOther.ok ? inOther.text : '',
    ],
    ['there was a line break after the last line of the base', `${base}\n`],
    ['the lines of the base were joined by CR LF', base.replaceAll('\n', '\r\n')],
    ['the last line of the base was left out', base.slice(0, base.lastIndexOf('\n'))],
    ['@path held the query too', whole.ok ? whole.text : ''],
    ['@query was signed as a lone "?" without a query', lone.ok ? lone.text : ''],
    ['@method was in lower case', base.replace(message.method, message.method.toLowerCase())],
  ];
}

function mask(base: string): string {
  return base.replace(/(authorization"?: Bearer ).*/, '$1[secret]');
}
