/**
 * Host names to addresses. A look-up holds one of the few threads on which files are read as well, and where DNS does not
 * answer it can neither be limited nor stopped: whoever asks meanwhile shares it, so that no more than one is held.
 */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { inTime } from '../in-time.ts';

/** For a pool of connections. Nobody waits longer than `limitMs`. */
export function lookUps(limitMs: number): LookupFunction {
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();

  const lookUp = async (host: string): Promise<readonly LookupAddress[]> => {
    let found = underWay.get(host);
    if (!found) {
      found = lookup(host, { all: true }).finally(() => underWay.delete(host));
      underWay.set(host, found);
    }
    const late = () => new Error(`${host} could not be looked up within ${limitMs / 1000} s: DNS does not answer`);
    return await inTime(found, limitMs, late);
  };

  const answer = async (...[host, { all }, callback]: Parameters<LookupFunction>): Promise<void> => {
    const found = await lookUp(host).catch((error: Error) => error);
    if (found instanceof Error) callback(found, '');
    else if (all) callback(null, [...found]);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
  return (...asked) => void answer(...asked);
}
