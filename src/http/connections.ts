/** Keep-alive connections to one server. */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { Pool } from 'undici';
import UndiciPool from 'undici/lib/dispatcher/pool.js';
import { withTimeout } from '../base/async.ts';
import { MAX_ANSWER_BYTES } from './exchange.ts';

/** TLS settings that differ from the default (the system's authorities, no client certificate). PEM. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name in the server's certificate, if it is not that of the address. */
  readonly servername?: string;
  /** Switches verification off. Only for a server on this machine. */
  readonly rejectUnauthorized?: false;
}

export interface Connections {
  /** One for each concurrent request, so that no request waits for a connection while its time limit runs. */
  readonly count: number;
  readonly timeoutMs: number;
  readonly tls?: Tls;
}

/** Only the origin of `url` counts. No connection is opened before the first request. */
export function connections(url: string, { count, timeoutMs, tls }: Connections): Pool {
  return new UndiciPool(new URL(url).origin, {
    connections: count,
    pipelining: 1,
    // HTTP/1.1 sends the signed request unchanged; with HTTP/2 it would be hard to know whether anything was written.
    allowH2: false,
    connect: {
      timeout: timeoutMs,
      // The look-up gets a little less time than the connection, so that the message says what took too long.
      lookup: lookUps(timeoutMs * 0.8),
      // Set explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment cannot switch verification off.
      rejectUnauthorized: true,
      ...tls,
    },
    // The time limit of `exchange` covers the whole answer; undici's own limits are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
}

/** A name look-up for a pool of connections, with a time limit of `limitMs`. */
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
