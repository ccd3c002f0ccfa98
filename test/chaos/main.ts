/**
 * `npm run test:chaos -- --schedules 200 --seed 1`: so many schedules, one seed after the other. Every twentieth is played
 * by the built program as well. Then the program is ended at every request of a pass. Exit status 1 where anything fails; a
 * schedule that failed is played again by `--schedules 1 --seed <its seed>`.
 */
import { parseArgs } from 'node:util';
import { drawSchedule, type Schedule } from './draw-schedule.ts';
import { killEverywhere } from './kill-everywhere.ts';
import { perform } from './perform.ts';
import type { Performance } from './performance.ts';
import { rehearse } from './rehearse.ts';

/** At once: much of a schedule is waiting for answers that never come. */
const AT_ONCE = 3;
const BUILT_EVERY = 20;

const { values } = parseArgs({
  options: { schedules: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const first = Number(values.seed);
const seeds = Array.from({ length: Number(values.schedules) }, (_, n) => first + n);

await playAll('in process', seeds, rehearse);
await playAll(
  'as built',
  seeds.filter((seed) => (seed - first) % BUILT_EVERY === 0),
  perform,
);

const { boundaries, violations: worse } = await killEverywhere();
console.log(`ended at ${boundaries} boundaries of requests, ${worse.length} of them with consequences`);
report(worse);

async function playAll(
  how: string,
  wanted: readonly number[],
  play: (schedule: Schedule) => Promise<Performance>,
): Promise<void> {
  const beganAt = performance.now();
  const total = { faults: 0, requests: 0, failed: 0, calmPasses: 0 };
  const queue = wanted.values();
  const worker = async () => {
    for (const seed of queue) {
      const { violations, faults, requests, calmPasses } = await play(drawSchedule(seed));
      total.faults += faults;
      total.requests += requests;
      total.calmPasses = Math.max(total.calmPasses, calmPasses);
      total.failed += violations.length > 0 ? 1 : 0;
      report(violations.map((violation) => `seed ${seed}, ${how}: ${violation}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(
    `${how}: ${wanted.length} schedules, ${total.failed} failed; ${total.faults} faults in ${total.requests} requests; ` +
      `calm after at most ${total.calmPasses} passes; ${((performance.now() - beganAt) / 1000).toFixed(1)} s`,
  );
}

function report(violations: readonly string[]): void {
  if (violations.length > 0) process.exitCode = 1;
  for (const violation of violations) console.log(`  ${violation}`);
}
