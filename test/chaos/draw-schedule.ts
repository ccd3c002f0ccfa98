/** A schedule: a tenant, a checkout, and a number of rounds in which everything goes wrong. Wholly told by its seed. */
import { DISK_FAULTS, type DiskFault } from './disk.ts';
import type { Effect, FaultRule } from '../../src/sandbox/faults/fault.ts';
import type { SeedEntry } from '../../src/sandbox/state/seed.ts';
import type { Switches } from '../../src/sandbox/switches.ts';
import { drawFaults, drawMeddling, mayLoseCreates } from './draw-faults.ts';
import { drawNature, drawSwitches, FOUND_AGAIN_SECONDS, lagOf, type Nature } from './draw-world.ts';
import type { Found } from './own-name.ts';
import { Random } from './random.ts';
import {
  type Absent,
  drawCheckout,
  drawTenant,
  drawTheirTitle,
  editCheckout,
  type Ownership,
  type Wanted,
} from './world.ts';

export interface Round {
  readonly checkout: readonly Wanted[];
  /** Beside it, whatever else happens to the checkout in the round. */
  readonly tombstones: readonly Absent[];
  /** A file has a mistake: what can be read of the checkout must not be taken for all of it. */
  readonly isBroken: boolean;
  readonly faults: readonly FaultRule[];
  readonly switches: Partial<Switches>;
  /** How far the API's clock is ahead of ours. */
  readonly skewMs: number;
  /** What others do to the tenant before the round. */
  readonly meddling: readonly Extract<Effect, { kind: 'meanwhile' }>[];
  /** The process ends and another one begins before the round. */
  readonly restarts: boolean;
  /** The process is told to read its configuration again, in the middle of what it does. */
  readonly rereads: boolean;
  /** As the checkout is read for the first pass. */
  readonly disk?: DiskFault;
  /** Somebody pushes during the round. */
  readonly push?: Push;
  readonly outage?: Outage;
  readonly passes: number;
  /** Between two passes. */
  readonly pauseMs: number;
}

export interface Push {
  /** At so many requests, counted from the beginning of the round. */
  readonly atRequest: number;
  readonly next: readonly Wanted[];
}

/** The API cannot be reached: connections break, and no other comes about for so many tries. */
export interface Outage {
  readonly found: Exclude<Found, 'here'>;
  readonly atRequest: number;
  readonly tries: number;
}

export interface Schedule {
  readonly seed: number;
  readonly tenant: readonly SeedEntry[];
  readonly ownership: Ownership;
  readonly maxDeletes: { readonly count: number } | { readonly percent: number };
  readonly allowEmpty: boolean;
  readonly nature: Nature;
  /** At most how long reads lag behind in any of the rounds. */
  readonly lagSeconds: number;
  readonly rounds: readonly Round[];
}

export function drawSchedule(seed: number): Schedule {
  const random = new Random(seed);
  const tenant = drawTenant(random);
  const ownership = random.pick<Ownership>(['everything', 'titles', 'titles and urls', 'nothing']);
  const nature = drawNature(random);
  const lagSeconds = lagOf(nature.reads);
  const losesAnswers = lagSeconds < FOUND_AGAIN_SECONDS;
  // A listing that lags and a clock that is set back would add up to one that lags for minutes.
  const skewMs = lagSeconds === 0 ? random.pick([0, 0, 0, 120_000, -120_000]) : 0;
  let checkout = drawCheckout(random);
  const rounds = random.times(random.between(1, 4), (): Round => {
    if (random.chance(0.6)) checkout = editCheckout(checkout, random);
    const standing = checkout;
    const disk = random.chance(0.25) ? drawDiskFault(checkout, random) : undefined;
    if (disk?.kind === 'replaced' || disk?.kind === 'swapped') checkout = disk.next;
    const push = random.chance(0.15)
      ? { atRequest: random.between(1, 8), next: editCheckout(checkout, random) }
      : undefined;
    checkout = push?.next ?? checkout;
    const faults = drawFaults(random).filter((rule) => losesAnswers || !mayLoseCreates(rule));
    const isLiedTo = faults.some(({ effect }) => [effect].flat().some(({ kind }) => kind === 'listing'));
    return {
      checkout: standing,
      tombstones: random.chance(0.2) ? [{ title: drawTheirTitle(random), state: 'absent' }] : [],
      ...(disk && { disk }),
      ...(push && { push }),
      ...(losesAnswers && random.chance(0.15) && { outage: drawOutage(random) }),
      isBroken: random.chance(0.1),
      faults,
      switches: drawSwitches(random, nature, isLiedTo),
      skewMs: random.chance(0.5) ? skewMs : 0,
      meddling: random.times(random.pick([0, 0, 1, 2]), () => drawMeddling(random)),
      restarts: random.chance(0.3),
      rereads: random.chance(0.3),
      passes: random.between(1, 3),
      pauseMs: random.pick([100, 2_000, 15_000, 60_000]),
    };
  });
  return {
    seed,
    tenant,
    ownership,
    maxDeletes: random.pick<Schedule['maxDeletes']>([
      { count: 0 },
      { count: 1 },
      { count: 1 },
      { percent: 20 },
      { percent: 50 },
      { percent: 100 },
    ]),
    allowEmpty: random.chance(0.5),
    nature,
    lagSeconds,
    rounds,
  };
}

function drawDiskFault(checkout: readonly Wanted[], random: Random): DiskFault {
  return { kind: random.pick(DISK_FAULTS), nth: random.between(1, 3), next: editCheckout(checkout, random) };
}

function drawOutage(random: Random): Outage {
  return {
    found: random.pick(['nobody', 'ENOTFOUND', 'EAI_AGAIN']),
    atRequest: random.between(1, 10),
    tries: random.pick([1, 2, 5, 20]),
  };
}
