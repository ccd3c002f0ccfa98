/** What changes the tenant once, while daemons may be at it: as one more candidate for their lease. */
import { randomUUID } from 'node:crypto';
import { Ledger } from '../apply/ledger.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { openCluster } from '../daemon/cluster.ts';
import { Leadership } from '../daemon/leadership.ts';
import type { Log } from '../daemon/log.ts';
import { KubernetesAccessError } from '../kubernetes/errors.ts';
import { printable } from '../printable.ts';
import { type Mandate, UNLIMITED } from '../upvest/mandate.ts';

export interface Leading {
  readonly mandate: Mandate;
  readonly ledger: Ledger;
}

/**
 * Runs `work` while we hold the lease, and lets it go at the end. `undefined` where somebody else holds it and is alive,
 * or where it cannot be had: that stands on stderr. A holder that is dead is waited for until its time is out.
 */
export async function asLeader<T>(
  config: Config,
  log: Log,
  work: (leading: Leading) => Promise<T | undefined>,
): Promise<T | undefined> {
  const { lease } = config;
  const ledger = new Ledger();
  if (!lease) return await work({ mandate: UNLIMITED, ledger });
  const cluster = await openCluster(config, process.env, systemClock).catch(refusal);
  if (!cluster) return undefined;
  const { promise: looked, resolve: look } = Promise.withResolvers<void>();
  const leadership: Leadership = new Leadership({
    lease,
    api: cluster.api,
    identity: `${cluster.pod.name}_${randomUUID()}`,
    clock: systemClock,
    random: Math.random,
    log,
    onGained: (mayHavePredecessor) => {
      if (mayHavePredecessor) ledger.creates.inherit(systemClock.uptime());
    },
    onLost: () => undefined,
    onLook: () => {
      if (leadership.leads || leadership.livingHolder !== undefined || leadership.setback !== undefined) look();
    },
  });
  leadership.start();
  try {
    await looked;
    if (leadership.leads) return await work({ mandate: leadership.mandate, ledger });
    const why = leadership.setback ?? `${leadership.livingHolder} holds it and keeps the tenant equal to its checkout`;
    process.stderr.write(
      `error: the lease ${leadership.name} cannot be had: ${printable(why)}. Nothing was changed.\n`,
    );
    return undefined;
  } finally {
    await leadership.stop();
    await cluster.api.close();
  }
}

function refusal(error: unknown): undefined {
  if (!(error instanceof KubernetesAccessError)) throw error;
  process.stderr.write(`error: ${printable(error.message)}\nNothing was changed.\n`);
}
