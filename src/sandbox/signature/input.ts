/** Reads the pair of headers `signature-input` and `signature`. */
import { type Dictionary, type Item, type Parameters, parseDictionary } from 'structured-headers';

export interface SignatureInput {
  readonly components: readonly string[];
  /** The text after the label, byte for byte: it is the last line of the base. */
  readonly params: string;
  readonly keyId: string;
  /** Unix seconds. */
  readonly created: number;
  readonly expires: number | undefined;
  readonly nonce: string;
  readonly signature: Buffer;
}

/** Gives a sentence for the log if the headers cannot be used. */
export function readSignatureInput(input: string | undefined, signature: string | undefined): SignatureInput | string {
  if (!input) return 'there is no signature-input header';
  if (!signature) return 'there is no signature header';
  const inputs = dictionary(input);
  if (!inputs) return 'signature-input is not a dictionary as structured fields have it (RFC 8941)';
  const signatures = dictionary(signature);
  if (!signatures) return 'signature is not a dictionary as structured fields have it (RFC 8941): sig1=:<base64>:';
  const [label, member] = [...inputs][0] ?? [];
  if (label === undefined || !member || inputs.size !== 1) return 'signature-input must hold exactly one signature';
  const bytes = signatures.get(label)?.[0];
  if (signatures.size !== 1 || bytes === undefined) return `signature must hold exactly one member, named ${label}`;
  if (!(bytes instanceof ArrayBuffer)) return `signature: ${label} is not base64 between colons`;
  if (!Array.isArray(member[0])) return 'signature-input: the covered components are not a list in brackets';
  const components = componentNames(member[0]);
  if (typeof components === 'string') return components;
  const params = readParams(member[1]);
  if (typeof params === 'string') return params;
  const text = input.slice(input.indexOf('=') + 1).trim();
  return { components, params: text, ...params, signature: Buffer.from(bytes) };
}

function componentNames(items: readonly Item[]): string[] | string {
  const names: string[] = [];
  for (const [name, params] of items) {
    if (typeof name !== 'string') return 'signature-input: a component name is not a quoted string';
    if (params.size > 0) return `signature-input: parameters on a component are not supported ("${name}")`;
    if (name !== name.toLowerCase()) return `signature-input: component names are lower case ("${name}")`;
    if (names.includes(name)) return `signature-input: "${name}" is listed twice`;
    if (name.startsWith('@') && !['@method', '@path', '@query'].includes(name)) {
      return `signature-input: "${name}" is not one of the API's derived components (@method, @path, @query)`;
    }
    names.push(name);
  }
  return names;
}

function readParams(params: Parameters): Pick<SignatureInput, 'keyId' | 'created' | 'expires' | 'nonce'> | string {
  const keyId = params.get('keyid');
  const nonce = params.get('nonce');
  const created = params.get('created');
  const expires = params.get('expires');
  if (typeof keyId !== 'string') return 'signature-input: keyid is missing or not a quoted string';
  if (typeof nonce !== 'string' || nonce === '') return 'signature-input: nonce is missing or not a quoted string';
  if (!isSeconds(created)) return 'signature-input: created is missing or not in whole seconds';
  if (expires !== undefined && !isSeconds(expires)) return 'signature-input: expires is not in whole seconds';
  return { keyId, created, expires, nonce };
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

function dictionary(text: string): Dictionary | undefined {
  try {
    return parseDictionary(text);
  } catch {
    return undefined;
  }
}
