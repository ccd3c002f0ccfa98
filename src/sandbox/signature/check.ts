/**
 * Verifies the signature of a request, and finds out what is wrong with one that does not verify. The reason of a
 * failure goes only into the sandbox's log: the API hides it too.
 */
import { type KeyObject, verify } from 'node:crypto';
import {
  digestHeader,
  digestMatches,
  signatureBase,
  type SignatureVersion,
  type SignedMessage,
  verifyEcdsa,
} from './base.ts';
import { readSignatureInput, type SignatureInput } from './input.ts';

interface SignatureRules {
  readonly nowMs: number;
  readonly clockToleranceSeconds: number;
  readonly maxSignatureLifetimeSeconds: number;
  readonly ecdsaForm: 'der' | 'der-or-raw';
  readonly nonceReplay: 'refuse' | 'allow';
  readonly nonces: Nonces;
  /** Finds a public key of the calling client by its id. */
  readonly key: (keyId: string) => KeyObject | undefined;
}

/** Gives undefined for a valid signature, else a sentence that says what is wrong with it. */
export async function checkSignature(
  message: SignedMessage,
  body: Buffer,
  rules: SignatureRules,
): Promise<string | undefined> {
  const version = versionOf(message);
  if (!version) return `upvest-signature-version is ${message.header('upvest-signature-version')}, not 15 or 6`;
  const input = readSignatureInput(message.header('signature-input'), message.header('signature'));
  if (typeof input === 'string') return input;
  const key = rules.key(input.keyId);
  if (!key) return `keyid: the client ${message.header('upvest-client-id')} has no key "${input.keyId}"`;
  const wrong = wrongTime(input, rules) ?? wrongCoverage(message, body, input, version);
  if (wrong) return wrong;
  const base = signatureBase(message, input.components, input.params, version);
  if (!base.ok) return `"${base.missing}" is listed in signature-input but not part of the request`;
  if (!(await isSignedBy(key, base.text, input.signature, rules.ecdsaForm))) {
    return diagnose({ message, input, key, version, base: base.text });
  }
  const until = (input.expires ?? input.created + rules.maxSignatureLifetimeSeconds) * 1000;
  const fresh = rules.nonces.use(input.keyId, input.nonce, until, rules.nowMs);
  return fresh || rules.nonceReplay === 'allow'
    ? undefined
    : `nonce "${input.nonce}" was used before: sign every attempt again`;
}

/** Without the header the version is 6, so a version 15 signature without the header fails. */
function versionOf(message: SignedMessage): SignatureVersion | undefined {
  const given = message.header('upvest-signature-version');
  if (given === undefined || given === '6') return '6';
  return given === '15' ? '15' : undefined;
}

function wrongTime({ created, expires }: SignatureInput, rules: SignatureRules): string | undefined {
  const now = rules.nowMs / 1000;
  const clock = `the sandbox's clock says ${new Date(rules.nowMs).toISOString()}`;
  if (created > now + rules.clockToleranceSeconds) {
    return `created lies ${Math.ceil(created - now)} s ahead (${clock})`;
  }
  const end = expires ?? created + rules.maxSignatureLifetimeSeconds;
  if (end < created) return 'expires lies before created';
  if (end - created > rules.maxSignatureLifetimeSeconds) {
    return `the signature lives ${end - created} s, longer than ${rules.maxSignatureLifetimeSeconds} s`;
  }
  if (now > end) return `expires passed ${Math.ceil(now - end)} s ago (${clock})`;
  return undefined;
}

/** The required components are those that all of the vendor's own clients cover. */
function wrongCoverage(
  message: SignedMessage,
  body: Buffer,
  { components }: SignatureInput,
  version: SignatureVersion,
): string | undefined {
  const digest = digestHeader(version);
  const hasBody = body.length > 0;
  const required = ['@method', '@path'];
  if (message.query !== undefined && message.query !== '?') required.push('@query');
  if (hasBody) required.push(digest);
  for (const name of ['authorization', 'upvest-client-id']) {
    if (message.header(name) !== undefined) required.push(name);
  }
  const uncovered = required.find((name) => !components.includes(name));
  if (uncovered) return `"${uncovered}" is not covered by the signature${versionHint(uncovered, components)}`;
  const digestValue = message.header(digest);
  if (!hasBody && digestValue !== undefined) return `${digest} on a request without a body`;
  if (hasBody && digestValue !== undefined && !digestMatches(digestValue, body, version)) {
    return `${digest} does not match the body (${body.length} bytes as received)`;
  }
  const length = message.header('content-length');
  if (components.includes('content-length') && length !== undefined && Number(length) !== body.length) {
    return `content-length says ${length}, the body has ${body.length} bytes`;
  }
  return undefined;
}

function versionHint(uncovered: string, components: readonly string[]): string {
  if (uncovered === 'digest' && components.includes('content-digest')) {
    return ': content-digest belongs to version 15, is the header "upvest-signature-version: 15" missing?';
  }
  if (uncovered === 'content-digest' && components.includes('digest')) return ': digest belongs to version 6';
  return '';
}

async function isSignedBy(
  key: KeyObject,
  base: string,
  signature: Buffer,
  form: SignatureRules['ecdsaForm'],
): Promise<boolean> {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, Buffer.from(base), key, signature);
  if (await verifyEcdsa(key, base, signature, 'der')) return true;
  return form === 'der-or-raw' && verifyEcdsa(key, base, signature, 'ieee-p1363');
}

/** Remembers the nonces of accepted signatures for as long as each signature lives. */
export class Nonces {
  readonly #until = new Map<string, number>();
  #sweepAt = 1000;

  /** Gives false where this key used the nonce before. */
  use(keyId: string, nonce: string, untilMs: number, nowMs: number): boolean {
    const name = `${keyId} ${nonce}`;
    if ((this.#until.get(name) ?? 0) > nowMs) return false;
    this.#until.set(name, untilMs);
    if (this.#until.size >= this.#sweepAt) this.#sweep(nowMs);
    return true;
  }

  /** The next sweep comes at twice the size, which keeps the cost per nonce constant. */
  #sweep(nowMs: number): void {
    for (const [name, until] of this.#until) if (until <= nowMs) this.#until.delete(name);
    this.#sweepAt = Math.max(1000, this.#until.size * 2);
  }
}

/**
 * Finds out why a signature does not verify, by trying common errors. The result is only for the log: it would not help
 * to guess a signature, but the API does not reveal it either.
 */
interface Failed {
  readonly message: SignedMessage;
  readonly input: SignatureInput;
  readonly key: KeyObject;
  readonly version: SignatureVersion;
  /** The text that should have been signed. */
  readonly base: string;
}

async function diagnose(failed: Failed): Promise<string> {
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
