/** A schedule: a tenant, a checkout, and a number of rounds in which everything goes wrong. Wholly told by its seed. */
import type { Effect, FaultRule } from '../../src/sandbox/fault.ts';
import type { SeedEntry } from '../../src/sandbox/seed.ts';
import type { Switches } from '../../src/sandbox/switches.ts';
import { drawFaults, drawMeddling } from './draw-faults.ts';
import { Random } from './random.ts';
import { drawCheckout, drawTenant, editCheckout, type Ownership, type Wanted } from './world.ts';

export interface Round {
  readonly checkout: readonly Wanted[];
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
  readonly passes: number;
  /** Between two passes. */
  readonly pauseMs: number;
}

export interface Schedule {
  readonly seed: number;
  readonly tenant: readonly SeedEntry[];
  readonly ownership: Ownership;
  readonly maxDeletes: { readonly count: number } | { readonly percent: number };
  readonly allowEmpty: boolean;
  /** At most how long a listing lags behind in any of the rounds. */
  readonly lagSeconds: number;
  readonly rounds: readonly Round[];
}

export function drawSchedule(seed: number): Schedule {
  const random = new Random(seed);
  const tenant = drawTenant(random);
  const ownership = random.pick<Ownership>(['everything', 'titles', 'titles and urls']);
  const lagSeconds = random.pick([0, 0, 3, 10]);
  // A listing that lags and a clock that is set back would add up to one that lags for minutes.
  const skewMs = lagSeconds === 0 ? random.pick([0, 0, 0, 120_000, -120_000]) : 0;
  let checkout = drawCheckout(random);
  const rounds = random.times(random.between(1, 4), (): Round => {
    if (random.chance(0.6)) checkout = editCheckout(checkout, random);
    return {
      checkout,
      isBroken: random.chance(0.1),
      faults: drawFaults(random),
      switches: {
        listingLagSeconds: lagSeconds,
        normalisation: random.pick(['verbatim', 'rewrite']),
        patchConfig: random.pick(['merge', 'replace']),
        patchType: random.pick(['keep', 'reset']),
        errorBodies: random.pick(['problem', 'problem', 'html']),
        duplicateTitles: random.pick(['allow', 'allow', 'refuse']),
      },
      skewMs: random.chance(0.5) ? skewMs : 0,
      meddling: random.times(random.pick([0, 0, 1, 2]), () => drawMeddling(random)),
      restarts: random.chance(0.3),
      passes: random.between(1, 3),
      pauseMs: random.pick([100, 2_000, 15_000, 60_000]),
    };
  });
  return {
    seed,
    tenant,
    ownership,
    maxDeletes: random.pick<Schedule['maxDeletes']>([{ count: 1 }, { percent: 20 }, { percent: 100 }]),
    allowEmpty: random.chance(0.5),
    lagSeconds,
    rounds,
  };
}
