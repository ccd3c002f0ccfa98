/** What the commands share that call the API once: a client, an end by signal, errors as sentences. */
import { isAbsolute } from 'node:path';
import { RecentWrites } from '../apply/recent-writes.ts';
import { systemClock } from '../base/clock.ts';
import { isReported, ReconcilerError } from '../base/errors.ts';
import { printable } from '../base/text.ts';
import { type WritePermit, UNLIMITED } from '../base/write-permit.ts';
import type { Config } from '../config/config.ts';
import type { Ports } from '../reconcile/observe.ts';
import { apiObserver } from '../runtime/happening.ts';
import { type Log, logSink } from '../runtime/log.ts';
import { portsFor } from '../runtime/ports.ts';
import { createClient } from '../upvest/create-client.ts';
import { onEndSignal } from './exit.ts';
import { fromHere } from './from-here.ts';

/**
 * Runs `work` against the tenant of `config`. SIGINT and SIGTERM stop it between two requests.
 * An error that the operator has to act on becomes a line on stderr, and the result is `undefined`.
 */
export async function withTenant<T>(
  config: Config,
  log: Log,
  work: (ports: Ports, signal: AbortSignal) => Promise<T>,
  {
    writePermit = UNLIMITED,
    recentWrites = new RecentWrites(),
  }: { readonly writePermit?: WritePermit; readonly recentWrites?: RecentWrites } = {},
): Promise<T | undefined> {
  const client = createClient({
    api: config.api,
    clock: systemClock,
    writePermit,
    // Who calls a command waits for its end, not for a certificate or a name to be put right.
    isPatient: false,
    observer: apiObserver(logSink(log)),
  });
  const stop = new AbortController();
  const stopListening = onEndSignal(() =>
    stop.abort(new Stopped('stopped by a signal: requests that were sent are finished, and no others are begun')),
  );
  try {
    const here = fromHere(config.source.path);
    const parts = { client, writePermit, clock: systemClock, recentWrites };
    return await work(portsFor(config, parts, isAbsolute(here) ? undefined : here), stop.signal);
  } catch (error) {
    if (!isReported(error)) throw error;
    process.stderr.write(`error: ${printable(error.message)}\n`);
    return undefined;
  } finally {
    stopListening();
    await client.close();
  }
}

class Stopped extends ReconcilerError {
  override readonly name = 'Stopped';
  override readonly code = 'stopped';
}
