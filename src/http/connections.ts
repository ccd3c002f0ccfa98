/** Keep-alive connections to one server. */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Pool } from 'undici';
import UndiciPool from 'undici/lib/dispatcher/pool.js';
import { withTimeout } from '../base/async.ts';
import { MAX_ANSWER_BYTES } from './exchange.ts';

/** What to trust and who to be, where the system's authorities and no certificate of our own are not it. PEM. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name the server's certificate is for, if not that of the address. */
  readonly servername?: string;
  /** For a server on this machine alone. */
  readonly rejectUnauthorized?: false;
}

export interface Connections {
  /** As many as there are requests at once, so that none waits unseen with its clock running. */
  readonly count: number;
  readonly timeoutMs: number;
  readonly tls?: Tls;
}

/** `url`: of it only the origin counts. Nothing is connected before the first request. */
export function connections(url: string, { count, timeoutMs, tls }: Connections): Pool {
  return new UndiciPool(new URL(url).origin, {
    connections: count,
    pipelining: 1,
    // What was signed is sent as it stands; HTTP/2 would also make "was anything written?" hard to answer.
    allowH2: false,
    connect: {
      timeout: timeoutMs,
      // A little less for the name alone, so that the message says what it was.
      lookup: lookUps(timeoutMs * 0.8),
      // Said, so that NODE_TLS_REJECT_UNAUTHORIZED of some other program's cannot switch it off.
      rejectUnauthorized: true,
      ...tls,
    },
    // The time limit of `exchange` covers the whole answer; undici's own are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
}

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
    return await withTimeout(found, limitMs, late);
  };

  const answer = async (...[host, { all }, callback]: Parameters<LookupFunction>): Promise<void> => {
    const found = await lookUp(host).catch((error: Error) => error);
    if (found instanceof Error) callback(found, '');
    else if (all) callback(null, [...found]);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
  return (...asked) => void answer(...asked);
}
