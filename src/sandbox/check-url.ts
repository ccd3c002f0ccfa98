/** The rules for the address deliveries go to: https, a DNS name, no user info, no fragment; loopback is let pass for local work. */
import { isIP } from 'node:net';
import { isLoopback } from './loopback.ts';
import type { Switches } from './switches.ts';

const MAX_LENGTH = 1000;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** `undefined`: fine. Else the rule that is broken. */
export function checkUrl(text: string, { strictUrls }: Pick<Switches, 'strictUrls'>): string | undefined {
  if (text.length > MAX_LENGTH) return `must be at most ${MAX_LENGTH} characters`;
  // URL parsers drop, encode or make good what is wrong; what the rules mean is what was sent.
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return 'must be a url';
  const url = new URL(text);
  if (!/^https?:\/\/[^/\\]/i.test(text)) return 'must begin with https://';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLocal = !strictUrls && isLoopback(host);
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) return 'must begin with https://';
  if (!isLocal && isIP(host) !== 0) return 'must name a host, not an IP address';
  if (isIP(host) === 0 && !isDnsName(host)) return 'must name a host of the DNS';
  if (url.username !== '' || url.password !== '') return 'must not contain user info';
  if (text.includes('#')) return 'must not contain a fragment';
  return undefined;
}

function isDnsName(host: string): boolean {
  return host.length <= 253 && host.split('.').every((label) => LABEL.test(label));
}
