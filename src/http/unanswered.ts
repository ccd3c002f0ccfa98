/** Says why a request got no answer: DNS, port, route, certificate or protocol, and what to do about it. */
import { systemCode } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';

export interface Unanswered {
  /** What happened. Holds nothing of the request or the answer. */
  readonly message: string;
  /** What to do about it: a sentence without a full stop. */
  readonly advice?: string;
  /** The next attempt fails too, unless somebody changes something. */
  readonly isLasting?: true;
}

/**
 * Describes an error only with parts known to be harmless: the error of a parser, for example, carries bytes of the
 * answer. `status`: of the answer that broke off. `setting`: the one that holds the address.
 */
export function unanswered(error: Error, status: number | undefined, setting: string | undefined): Unanswered {
  const code = systemCode(error) ?? error.name;
  const address = setting ?? 'the address';
  const certificate = certificateFault(error, code, setting);
  if (certificate !== undefined) return { ...certificate, isLasting: true };
  if (code.startsWith('HPE_')) return { message: `the answer is not HTTP (${code})` };
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    const advice = `Correct scheme and port in ${address}`;
    return { message: `the server does not speak TLS at that port (${code})`, advice, isLasting: true };
  }
  if (code.startsWith('ERR_SSL_')) return { message: `TLS failed (${code})` };
  switch (code) {
    case 'ENOTFOUND':
      return {
        message: `the name ${hostOf(error)} does not exist (${code})`,
        advice: `Correct ${address}, or the DNS server that this machine asks`,
        isLasting: true,
      };
    case 'EAI_AGAIN':
      return {
        message: `DNS does not answer for ${hostOf(error)} (${code})`,
        advice: 'See whether this machine or pod reaches its DNS server',
      };
    case 'ECONNREFUSED':
      return {
        message: `connection refused by ${placeOf(error)} (${code})`,
        advice: `Nothing listens there, or a firewall rejects it: correct host and port in ${address}`,
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return {
        message: `there is no route to ${placeOf(error)} (${code})`,
        advice: "See to this machine's network, its VPN or the NetworkPolicy",
      };
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return noConnection('no connection came about in time', setting);
  }
  const after = status === undefined ? '' : ` after status ${status} had come`;
  return { message: `${oneLine(error.message || code)}${after}` };
}

/** For a connection that was not refused and yet did not come about. */
export function noConnection(message: string, setting: string | undefined): Unanswered {
  const advice = `Most likely a firewall or NetworkPolicy drops what is sent there: allow it, or correct host and port in ${setting ?? 'the address'}`;
  return { message, advice };
}

/** What Node's codes for a certificate that is not accepted mean. */
const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed, and not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'leads to an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'leads to an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'leads to an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes without the one of its authority, which is not known here',
};

function certificateFault(error: Error, code: string, setting: string | undefined): Unanswered | undefined {
  const untrusted = Object.hasOwn(UNTRUSTED, code) ? UNTRUSTED[code] : undefined;
  if (untrusted !== undefined) {
    const other = setting === undefined ? ', or for a cluster in the kubeconfig' : '';
    return {
      message: `its certificate ${untrusted} (${code})`,
      advice: `Name the file of its authority in NODE_EXTRA_CA_CERTS${other}; a proxy that reads TLS shows its own certificate`,
    };
  }
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return {
        message: `its certificate, or one it leads to, has expired (${code})`,
        advice: 'See whether the clock of this machine is right; if it is, the server needs a new certificate',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        message: `its certificate, or one it leads to, is not valid yet (${code})`,
        advice: 'See whether the clock of this machine is right',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        message: `its certificate is for ${namesIn(error)}, not for ${textIn(error, 'host') ?? 'the host asked'} (${code})`,
        advice: `Correct the host in ${setting ?? 'the address'}; a proxy that reads TLS shows its own certificate`,
      };
  }
  return undefined;
}

function namesIn(error: Error): string {
  const cert: unknown = 'cert' in error ? error.cert : undefined;
  const names = cert !== null && typeof cert === 'object' && 'subjectaltname' in cert ? cert.subjectaltname : undefined;
  return typeof names === 'string' ? oneLine(names, 100) : 'no name at all';
}

function hostOf(error: Error): string {
  return textIn(error, 'hostname') ?? 'of the host';
}

/** Where a name has several addresses, each of them was tried. */
function placeOf(error: Error): string {
  const each: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const places = each.map((one) => {
    if (!(one instanceof Error)) return undefined;
    const address = textIn(one, 'address');
    const port = 'port' in one && typeof one.port === 'number' ? `:${one.port}` : '';
    return address === undefined ? undefined : `${address.includes(':') ? `[${address}]` : address}${port}`;
  });
  return [...new Set(places.filter((place) => place !== undefined))].slice(0, 4).join(' and ') || 'the server';
}

function textIn(error: Error, name: 'hostname' | 'host' | 'address'): string | undefined {
  const text: unknown = (error as Error & { readonly [member in typeof name]?: unknown })[name];
  return typeof text === 'string' && text !== '' ? oneLine(text, 253) : undefined;
}
