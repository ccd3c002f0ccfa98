/** Which hosts deliveries may go to: `policy.hosts`, a bound that the repository cannot move. */

/** Lower case, as `hostsFault` has let it pass. */
export type HostPattern = string;

const NAME = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const LOOPBACK = '[::1]';

/** What is wrong with a pattern, as the rest of a sentence that begins with it; undefined if nothing. */
export function hostPatternFault(pattern: string): string | undefined {
  if (pattern === LOOPBACK || (pattern.length <= 253 && NAME.test(pattern.toLowerCase()))) return undefined;
  return 'is not a host: write a name alone, such as hooks.tenant.tld, or *.tenant.tld for all names below one';
}

/** Whether deliveries to a url stay within the patterns, whoever reads it; where there is none, every url does. */
export type IsWithinHosts = (url: string) => boolean;

export function compileHosts(patterns: readonly HostPattern[]): IsWithinHosts {
  if (patterns.length === 0) return () => true;
  const names = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')));
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  const isWithin = (host: string) => names.has(host) || endings.some((ending) => host.endsWith(ending));
  return (url) => readingsOf(url)?.every((reading) => isWithin(hostOf(reading))) ?? false;
}

/** A dot at the end says that a name is whole: it is the same host. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/\.$/, '');
}

/**
 * How a URL is read: as browsers and Node do (WHATWG), and as RFC 3986 has it, which curl, Python and Java follow. What
 * both read alike goes to the same host and path whoever sends it.
 */

/** The generic grammar, RFC 3986, appendix B, for absolute URLs. */
const PARTS = /^(?<scheme>https?):\/\/(?<authority>[^/?#]*)(?<path>[^?#]*)(?<rest>.*)$/is;
/** No escapes and nothing beyond ASCII: names are mapped by several tables, of which some differ. */
const HOST_AND_PORT = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?$/i;
/** WHATWG takes these for a slash or drops them; the RFC knows none of them, so that they stand for themselves. */
const REWRITTEN = /[\\\s\p{Cc}]/gu;
/** `.` or `..` as a whole step, however it is escaped. */
const DOTS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Both readings, each written so that nobody reads it otherwise; one where they are the same. Undefined: not even one
 * of the two is certain.
 */
export function readingsOf(text: string): readonly string[] | undefined {
  const { scheme, authority = '', path = '', rest = '' } = PARTS.exec(text)?.groups ?? {};
  if (scheme === undefined || !HOST_AND_PORT.test(authority) || hasDotSteps(path)) return undefined;
  const literal = `${scheme}://${authority}${(path + rest).replaceAll(REWRITTEN, encodeURIComponent)}`;
  const whatwg = URL.parse(text)?.href;
  const rfc3986 = URL.parse(literal)?.href;
  if (whatwg === undefined || rfc3986 === undefined) return undefined;
  return whatwg === rfc3986 ? [whatwg] : [whatwg, rfc3986];
}

/** The path alone. Some clients resolve what they send, others leave that to the receiver. */
export function hasDotSteps(path: string): boolean {
  return DOTS.test(path.replaceAll('\\', '/'));
}
