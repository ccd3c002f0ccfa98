/** Which hosts deliveries may go to: `policy.hosts`, a limit that the repository cannot change. */

/** In lower case and accepted by `hostPatternFault`. */
export type HostPattern = string;

const NAME = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const LOOPBACK = '[::1]';

/** What is wrong with a pattern, as the rest of a sentence that starts with it; undefined where it is right. */
export function hostPatternFault(pattern: string): string | undefined {
  if (pattern === LOOPBACK || (pattern.length <= 253 && NAME.test(pattern.toLowerCase()))) return undefined;
  return 'is not a host: write a name alone, such as hooks.tenant.tld, or *.tenant.tld for all names below one';
}

/** Whether deliveries to a url stay within the patterns, however a client reads the url. Without patterns all do. */
export type IsWithinHosts = (url: string) => boolean;

export function compileHosts(patterns: readonly HostPattern[]): IsWithinHosts {
  if (patterns.length === 0) return () => true;
  const names = new Set(patterns.filter((pattern) => !pattern.startsWith('*.')));
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  const isWithin = (host: string) => names.has(host) || endings.some((ending) => host.endsWith(ending));
  return (url) => readingsOf(url)?.every((reading) => isWithin(hostOf(reading))) ?? false;
}

/** A dot at the end only marks a name as absolute, so it is removed: the host is the same. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/\.$/, '');
}

/** The generic grammar of RFC 3986, appendix B, for absolute URLs. */
const PARTS = /^(?<scheme>https?):\/\/(?<authority>[^/?#]*)(?<path>[^?#]*)(?<rest>.*)$/is;
/** Escapes and non-ASCII names are excluded, because clients map them by different tables. */
const HOST_AND_PORT = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?$/i;
/** Characters that WHATWG reads as a slash or drops. RFC 3986 gives them no meaning, so there they stay as they are. */
const REWRITTEN = /[\\\s\p{Cc}]/gu;
/** `.` or `..` as a whole path step. Some servers remove the parameters of a step (`..;x=1`) before they resolve it. */
const DOTS = /(?:^|[/\\])\.{1,2}(?:;[^/\\]*)?(?:[/\\]|$)/;
/** The escape of a printable ASCII character. */
const ESCAPE = /%[2-7][0-9a-f]/gi;
/** How often a path may have been escaped. No legitimate url is escaped more than twice. */
const MAX_ESCAPED = 4;

/**
 * The two ways in which clients read a URL: as browsers and Node do (WHATWG), and by RFC 3986, as curl, Python and Java
 * do. Each reading is written so that all clients read it alike, and there is only one where the two agree. Undefined
 * where not even one reading is certain.
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

/**
 * Whether a path has `.` or `..` steps. Some clients resolve them, others leave that to the receiver, and some receivers
 * decode escapes first, even twice: to one of them `/own/..%2fother` is `/other`.
 */
export function hasDotSteps(path: string): boolean {
  let read = path;
  for (let times = 0; times < MAX_ESCAPED; times++) {
    if (DOTS.test(read)) return true;
    const before = read;
    read = read.replaceAll(ESCAPE, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
    if (read === before) return false;
  }
  return true;
}
