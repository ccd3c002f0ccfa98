/** Where deliveries may go: upvest-api-reference.md, 9.2. */
import { show } from '../document/show.ts';

/** What is wrong with the address, as a sentence; undefined if nothing. Its length is the schema's affair. */
export function urlFault(text: string): string | undefined {
  const shown = show(text);
  if (/[\s\p{Cc}]/u.test(text)) return `${shown} holds a space or a control character: remove it, or write %20`;
  if (!/^https?:\/\/[^/\\]/i.test(text) || !URL.canParse(text))
    return `${shown} is not a URL: write https://<host>/<path>`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return `${shown} holds user info, which the API refuses: remove what stands before the @`;
  }
  if (text.includes('#')) return `${shown} holds a fragment, which is never sent: remove # and what follows`;
  if (isLoopback(url.hostname)) return undefined;
  if (url.protocol === 'http:') return `${shown} is not encrypted: write https (http is for this machine only)`;
  if (isAddress(url.hostname)) return `${shown} names an IP address, which the API refuses: write a DNS name`;
  if (!isDnsName(url.hostname)) return `${shown} has no valid host: ${show(url.hostname)} is not a DNS name`;
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** The URL parser has already brought every spelling of an IPv4 address to four decimal parts. */
function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(\.\d+){3}\.?$/.test(host);
}

function isDnsName(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return host.length <= 254 && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
}
