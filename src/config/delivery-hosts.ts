/** Which hosts deliveries may go to: `policy.hosts`, a bound that the repository cannot move. */
import { readingsOf } from './url-readings.ts';

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
