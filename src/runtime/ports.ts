/**
 * The I/O of a pass. Reads of the checkout get a time limit here, because a call into a hanging file system has none.
 */
import { afterRunning } from '../base/async.ts';
import { fingerprint } from '../checkout/snapshot.ts';
import type { Config } from '../config/config.ts';
import { checkoutLoader } from '../desired/load.ts';
import { CheckoutError } from '../reconcile/errors.ts';
import type { Ports } from '../reconcile/observe.ts';

export type Read = <T>(what: () => Promise<T>) => Promise<T>;

/**
 * Gives up a read with CheckoutError after `limitMs` in which this process ran. No read begins while one that was given
 * up still hangs: each holds threads of the small pool that name look-ups and signatures need as well.
 */
export function readTimeout(path: string, limitMs: number): Read {
  const message = `${path} could not be read within ${limitMs / 1000} s: its file system does not answer, check the volume`;
  let givenUp: Promise<unknown> = Promise.resolve();
  return async (what) => {
    const late = Promise.withResolvers<never>();
    const stop = afterRunning(limitMs, () => late.reject(new CheckoutError('hanging', message)));
    try {
      await Promise.race([givenUp, late.promise]);
      const reading = what();
      late.promise.catch(() => {
        givenUp = Promise.allSettled([givenUp, reading]);
      });
      return await Promise.race([reading, late.promise]);
    } finally {
      stop();
    }
  };
}

/** Milliseconds. Ten thousand files on a slow network volume take less. */
const READ_DEADLINE_MS = 60_000;

/** The I/O of a pass, for this configuration. `named`: see LoadOptions. */
export function portsFor(
  config: Config,
  parts: Pick<Ports, 'client' | 'writePermit' | 'clock' | 'recentWrites'>,
  named?: string,
): Ports {
  const { path, substitute } = config.source;
  const read = readTimeout(path, READ_DEADLINE_MS);
  const load = checkoutLoader({ path, named, substitute, owns: config.policy.owns, hosts: config.policy.hosts });
  return {
    config,
    ...parts,
    load: async () => read(load),
    fingerprint: async () => read(async () => fingerprint(path)),
  };
}
