/** The first half of a pass: reads the checkout and the tenant, and plans. Changes nothing. */
import { Cron } from 'croner';
import type { RecentWrites } from '../apply/recent-writes.ts';
import { abortable, nextTurn } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import type { WritePermit } from '../base/write-permit.ts';
import type { Config, FreezeWindow } from '../config/config.ts';
import { compileOwns } from '../config/owns.ts';
import type { Checkout, Loaded } from '../desired/load.ts';
import type { Remembered } from '../plan/matching.ts';
import { planPass } from '../plan/plan-pass.ts';
import type { Plan } from '../plan/plan.ts';
import type { Listing } from '../subscription/subscription.ts';
import type { UpvestClient } from '../upvest/client.ts';
import { CheckoutError } from './errors.ts';

/** The I/O a pass works with. `load` and `fingerprint` read the checkout that `config.source` names. */
export interface Ports {
  readonly config: {
    readonly api: Pick<Config['api'], 'concurrency'>;
    readonly policy: Config['policy'];
    readonly schedule: Pick<Config['schedule'], 'freeze' | 'timezone'>;
  };
  readonly client: UpvestClient;
  /** The same one that `client` asks. */
  readonly writePermit: WritePermit;
  readonly clock: Clock;
  /** Kept from pass to pass. */
  readonly recentWrites: RecentWrites;
  readonly load: () => Promise<Loaded>;
  /** A cheap text that differs whenever the checkout may have changed. */
  readonly fingerprint: () => Promise<string>;
}

export interface Observation {
  readonly checkout: Checkout;
  /** The fingerprint of the checkout, taken before it was read. */
  readonly fingerprint: string;
  readonly listing: Listing;
  /** When the listing was begun: Clock.uptime(). */
  readonly listedAt: number;
  readonly plan: Plan;
  /**
   * The term of the write permit, which began before anything was read. Undefined: this instance may not apply the
   * plan.
   */
  readonly term: AbortSignal | undefined;
}

/**
 * `past`: what the last pass of this process matched each entry with. `onRead`: called with the checkout before the
 * tenant is asked.
 * Throws CheckoutError, ApiError, CredentialError, IncompleteListingError; with an aborted `signal` its reason.
 */
export async function observe(
  ports: Ports,
  signal: AbortSignal,
  past: Pick<Remembered, 'last' | 'seenAt'> = { last: new Map() },
  onRead: (checkout: Checkout) => void = () => {},
): Promise<Observation> {
  const { client, clock, config, recentWrites } = ports;
  const term = ports.writePermit.term();
  const fingerprint = await abortable(ports.fingerprint(), signal);
  const loaded = await abortable(ports.load(), signal);
  if (!loaded.ok) throw new CheckoutError(loaded.reason, loaded.message);
  const { checkout } = loaded;
  onRead(checkout);

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
    remembered: { ...recentWrites.remembered(checkout.desired, listing.items), ...past },
    isOwned: compileOwns(config.policy.owns),
    policy: config.policy,
    checkoutValid: checkout.errors === 0,
    ...(frozen !== undefined && { frozenUntil: frozen }),
    isStandby: term === undefined,
    // The clock that is behind decides: a quarantine or a suspension ends only when it has ended by both clocks.
    now: Math.min(clock.now(), client.now()),
  });
  return { checkout, fingerprint, listing, listedAt, plan, term };
}

/**
 * The end (ISO 8601, UTC) of the freeze window that `now` is in, the latest one where windows overlap; `undefined`
 * outside. A window begins with the instant of `start` and ends before the instant `durationMs` later. That is elapsed
 * time, so that a change to or from summer time within it makes it neither longer nor shorter.
 *
 * `now`: epoch milliseconds. `timezone`: the one for windows that name none.
 */
export function frozenUntil(windows: readonly FreezeWindow[], now: number, timezone: string): string | undefined {
  const ends = windows.map((window) => lastStart(startsOf(window, timezone), now) + window.durationMs);
  const latest = Math.max(...ends.filter((end) => end > now));
  return Number.isFinite(latest) ? new Date(latest).toISOString() : undefined;
}

/** The starts of a window. `otherwise`: the time zone of one that names none. */
export function startsOf({ start, timezone }: FreezeWindow, otherwise: string): Cron {
  // Day of month and day of week both have to match, as in the scheduler that runs `schedule.resync`.
  return new Cron(start, { paused: true, domAndDow: true, timezone: timezone ?? otherwise });
}

/** The latest start up to and including `now`, whose occurrence ends last. -Infinity: there was none yet. */
export function lastStart(starts: Cron, now: number): number {
  // Croner's reference time is exclusive.
  return starts.previousRuns(1, new Date(now + 1))[0]?.getTime() ?? Number.NEGATIVE_INFINITY;
}
