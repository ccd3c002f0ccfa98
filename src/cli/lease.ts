/** `apply` under a lease. */
import { randomUUID } from 'node:crypto';
import { RecentWrites } from '../apply/recent-writes.ts';
import { systemClock } from '../base/clock.ts';
import { printable } from '../base/text.ts';
import type { WritePermit } from '../base/write-permit.ts';
import type { LeaseConfig } from '../config/config.ts';
import { openCluster } from '../kubernetes/cluster.ts';
import { KubernetesAccessError } from '../kubernetes/errors.ts';
import { Leadership } from '../runtime/leadership.ts';
import { type Log, logSink } from '../runtime/log.ts';

/** What a command needs to change the tenant while daemons run: it is one more candidate for their lease. */
export interface Leading {
  readonly writePermit: WritePermit;
  readonly recentWrites: RecentWrites;
}

/**
 * Runs `work` while this process holds the lease, and releases it at the end. `undefined` where another instance holds it
 * and is alive, or where it cannot be acquired: the reason is on stderr. The term of a holder that is dead is waited for.
 */
export async function asLeader<T>(
  lease: LeaseConfig,
  log: Log,
  work: (leading: Leading) => Promise<T | undefined>,
): Promise<T | undefined> {
  const recentWrites = new RecentWrites();
  const cluster = await openCluster(process.env, systemClock).catch(refusal);
  if (!cluster) return undefined;
  const logged = logSink(log);
  const { promise: looked, resolve: look } = Promise.withResolvers<void>();
  const leadership: Leadership = new Leadership({
    lease,
    api: cluster.api,
    identity: `${cluster.pod.name}_${randomUUID()}`,
    clock: systemClock,
    random: Math.random,
    emit: (happening) => {
      // Why the lease cannot be had is the error that the command ends with.
      const isReported = happening.kind === 'lease-out-of-reach' || happening.kind === 'standing-by';
      if (leadership.leads || !isReported) logged(happening);
    },
    onGained: (mayHavePredecessor) => {
      if (mayHavePredecessor) recentWrites.creates.inherit(systemClock.uptime());
    },
    onLook: () => {
      if (leadership.leads || leadership.livingHolder !== undefined || leadership.setback !== undefined) look();
    },
  });
  leadership.start();
  try {
    await looked;
    if (leadership.leads) return await work({ writePermit: leadership.writePermit, recentWrites });
    const why = leadership.setback ?? `${leadership.livingHolder} holds it and keeps the tenant equal to its checkout`;
    process.stderr.write(
      `error: the lease ${leadership.name} cannot be acquired: ${printable(why)}. Nothing was changed.\n`,
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
