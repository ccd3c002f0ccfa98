/** The first half of a pass: reads checkout and tenant and plans. Changes nothing. */
import { Cron } from 'croner';
import type { RecentWrites } from '../apply/recent-writes.ts';
import { abortable, nextTurn } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import type { WritePermit } from '../base/write-permit.ts';
import type { Config, FreezeWindow } from '../config/config.ts';
import { compileOwns } from '../config/owns.ts';
import type { Checkout, Loaded } from '../desired/load.ts';
import { planPass } from '../plan/plan-pass.ts';
import type { Plan } from '../plan/plan.ts';
import type { Listing, WebhookId } from '../subscription/subscription.ts';
import type { UpvestClient } from '../upvest/client.ts';
import { CheckoutError } from './errors.ts';

/** What a pass works with. `load` and `fingerprint` read the checkout that `config.source` names. */
export interface Ports {
  readonly config: {
    readonly api: Pick<Config['api'], 'concurrency'>;
    readonly policy: Config['policy'];
    readonly schedule: Pick<Config['schedule'], 'freeze' | 'timezone'>;
  };
  readonly client: UpvestClient;
  /** The client's own. */
  readonly writePermit: WritePermit;
  readonly clock: Clock;
  /** Outlives passes. */
  readonly recentWrites: RecentWrites;
  readonly load: () => Promise<Loaded>;
  /** Cheap, and different whenever the checkout may have changed. */
  readonly fingerprint: () => Promise<string>;
}

export interface Observation {
  readonly checkout: Checkout;
  /** Of the checkout, taken before it was read. */
  readonly fingerprint: string;
  readonly listing: Listing;
  /** When the listing was begun: Clock.uptime(). */
  readonly listedAt: number;
  readonly plan: Plan;
  /** What the plan may be carried out in: it began before anything was read. Undefined: it is not ours to carry out. */
  readonly term: AbortSignal | undefined;
}

/**
 * `last`: what each entry had in the last pass of this process, by normalised title.
 * Throws CheckoutError, ApiError, CredentialError, IncompleteListingError; with an aborted `signal` its reason.
 */
export async function observe(
  ports: Ports,
  signal: AbortSignal,
  last: ReadonlyMap<string, WebhookId> = new Map(),
): Promise<Observation> {
  const { client, clock, config, recentWrites } = ports;
  const term = ports.writePermit.term();
  const fingerprint = await abortable(ports.fingerprint(), signal);
  const loaded = await abortable(ports.load(), signal);
  if (!loaded.ok) throw new CheckoutError(loaded.reason, loaded.message);
  const { checkout } = loaded;

  const listedAt = clock.uptime();
  const listed = await client.listWebhooks(signal);
  const listing = await recentWrites.correct(listed, (id) => client.getWebhook(id, signal), listedAt);
  recentWrites.resolve(listing.items, checkout.desired, listedAt);

  await nextTurn();
  const frozen = frozenUntil(config.schedule.freeze, clock.now(), config.schedule.timezone);
  const plan = planPass({
    desired: checkout.desired,
    tombstones: checkout.tombstones,
    observed: listing.items,
    unusable: listing.unusable,
    unshown: listing.unshown,
    remembered: { ...recentWrites.remembered(checkout.desired, listing.items), last },
    isOwned: compileOwns(config.policy.owns),
    policy: config.policy,
    checkoutValid: checkout.errors === 0,
    ...(frozen !== undefined && { frozenUntil: frozen }),
    isStandby: term === undefined,
    // By whichever clock is behind: a quarantine or a suspension that one of the two holds to be over need not be.
    now: Math.min(clock.now(), client.now()),
  });
  return { checkout, fingerprint, listing, listedAt, plan, term };
}

/**
 * The end (ISO 8601, UTC) of the window we are in, of several the latest; `undefined` outside of all.
 * A window begins with the instant of `start` and ends before the instant `durationMs` later: time that passes, so
 * that a change of the clocks within it makes it neither longer nor shorter.
 *
 * `now`: epoch milliseconds. `timezone`: of the windows that name none.
 */
export function frozenUntil(windows: readonly FreezeWindow[], now: number, timezone: string): string | undefined {
  const ends = windows.map((window) => lastStart(window, now, timezone) + window.durationMs);
  const latest = Math.max(...ends.filter((end) => end > now));
  return Number.isFinite(latest) ? new Date(latest).toISOString() : undefined;
}

/** The latest start up to and including `now`: of overlapping occurrences the one that ends last. -Infinity: none yet. */
function lastStart({ start, timezone }: FreezeWindow, now: number, otherwise: string): number {
  // Day of month and day of week both have to match, as in the scheduler that runs `schedule.resync`.
  const cron = new Cron(start, { paused: true, domAndDow: true, timezone: timezone ?? otherwise });
  // The reference is exclusive.
  return cron.previousRuns(1, new Date(now + 1))[0]?.getTime() ?? Number.NEGATIVE_INFINITY;
}
