/**
 * Checks the url of a subscription: the API must accept it (docs/upvest-api.md, 4.5) and every client read it alike.
 */
import { isLoopback } from '../base/loopback.ts';
import { show } from '../base/text.ts';
import { hasDotSteps } from '../config/delivery-hosts.ts';

/**
 * What is wrong with the url, as a sentence; undefined if nothing. The schema checks its length. A url that clients
 * read differently (WHATWG, RFC 3986) is an error, because it would not be certain where deliveries go.
 */
export function urlFault(text: string): string | undefined {
  const shown = show(text);
  if (/[\s\p{Cc}]/u.test(text)) return `${shown} holds a space or a control character: remove it, or write %20`;
  if (text.includes('\\')) {
    return `${shown} holds a backslash, which some clients read as / and others do not: write / or %5C`;
  }
  const [, authority] = /^https?:\/\/([^/?#]+)/i.exec(text) ?? [];
  if (authority?.includes('@')) {
    return `${shown} holds user info, which the API refuses: remove what stands before the @`;
  }
  if (authority === undefined || !URL.canParse(text)) return `${shown} is not a URL: write https://<host>/<path>`;
  const url = new URL(text);
  if (text.includes('#')) return `${shown} holds a fragment, which is never sent: remove # and what follows`;
  return hostFault(url, shown) ?? authorityFault(authority, url) ?? pathFault(text, authority, url, shown);
}

function hostFault({ hostname, protocol }: URL, shown: string): string | undefined {
  if (isLoopback(hostname)) return undefined;
  if (protocol === 'http:') return `${shown} is not encrypted: write https (http is for this machine only)`;
  if (isAddress(hostname)) return `${shown} names an IP address, which the API refuses: write a DNS name`;
  if (!isDnsName(hostname)) return `${shown} has no valid host: ${show(hostname)} is not a DNS name`;
  return undefined;
}

/** WHATWG parsers resolve escapes and map names and numbers; other clients do so in part, or by other tables. */
function authorityFault(authority: string, { host, hostname }: URL): string | undefined {
  const [, name = '', port] = /^(.*?)(:\d*)?$/s.exec(authority) ?? [];
  if (/[^\0-\x7f]/.test(name)) return `the host ${show(name)} is not plain ASCII: write ${show(hostname)}`;
  const isPlainPort = port === undefined || /^:(0|[1-9]\d*)$/.test(port);
  if (isPlainPort && (name.startsWith('[') || name.toLowerCase() === hostname)) return undefined;
  return `the host ${show(authority)} is not read the same by all clients: write ${show(host)}`;
}

/** A character that RFC 3986 does not allow in path and query; % is checked apart. */
const OTHER = /[^A-Za-z0-9\-._~:/?@!$&'()*+,;=%]/u;

function pathFault(text: string, authority: string, url: URL, shown: string): string | undefined {
  const behind = text.slice(text.indexOf(authority) + authority.length);
  const [other] = OTHER.exec(behind) ?? [];
  if (other !== undefined) return `${shown} holds ${show(other)}, which a URL may not: write ${escaped(other)}`;
  if (/%(?![0-9a-f]{2})/i.test(behind)) {
    return `${shown} holds a % without two hexadecimal digits behind it: write %25`;
  }
  const [path = ''] = behind.split('?');
  if (!hasDotSteps(path)) return undefined;
  const instead = hasDotSteps(url.pathname) ? 'leave it out' : `write ${show(url.pathname)}`;
  return `${shown} holds . or .. as a step, which some clients resolve and others do not: ${instead}`;
}

/** A lone surrogate cannot be escaped, and is shown as U+FFFD. */
function escaped(character: string): string {
  return encodeURIComponent(character.toWellFormed());
}

/** The URL parser has already turned every spelling of an IPv4 address into four decimal parts. */
function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(\.\d+){3}\.?$/.test(host);
}

function isDnsName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return host.length <= 254 && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
}
