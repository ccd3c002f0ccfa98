/**
 * The part of URLPattern that needs nothing but `*`, for Node versions without it. What it takes, it takes to mean
 * the same; everything else (groups, names, query, escapes, what a URL would rewrite) it refuses.
 */
import { globMatches } from './glob.ts';

const PATTERN =
  /^(?<protocol>https?|\*):\/\/(?<host>[A-Za-z0-9*-]+(?:\.[A-Za-z0-9*-]+)*)(?::(?<port>(?!0\d)\d{1,5}|\*))?(?<path>\/[A-Za-z0-9\-._~!$&'@=,;*/%]*)?$/;
const DEFAULT_PORT: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Throws a TypeError for a pattern that needs the whole of URLPattern. */
export function plainUrlPattern(pattern: string): (url: string) => boolean {
  const { protocol, host, port = '', path = '*' } = PATTERN.exec(pattern)?.groups ?? {};
  if (protocol === undefined || host === undefined || Number(port) > 65_535 || isRewritten(host, path)) {
    throw new TypeError('is not a URL pattern of whole URL and *, e.g. https://hooks.tenant.tld/*: more needs Node 24');
  }
  const wanted = {
    protocol,
    host: host.toLowerCase(),
    port: port === DEFAULT_PORT[protocol] ? '' : port,
    path,
  };
  return (text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return (
      globMatches(wanted.protocol, url.protocol.slice(0, -1)) &&
      globMatches(wanted.host, url.hostname) &&
      globMatches(wanted.port, url.port) &&
      globMatches(wanted.path, url.pathname)
    );
  };
}

/** A number as last label of any stretch between stars makes an IP address of it, and dots alone in a path are steps. */
function isRewritten(host: string, path: string): boolean {
  return (
    host.split('*').some((stretch) => /(^|\.)[0-9][^.]*\.?$/.test(stretch)) || /[/*]\.{1,2}([/*]|$)|%2e/i.test(path)
  );
}
