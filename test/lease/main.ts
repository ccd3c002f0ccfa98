/**
 * `npm run test:lease -- --handovers 500 --seed 1`: three instances of the built program (`npm run build`) hand the lease
 * over so often, by release, SIGKILL, SIGSTOP and partitions at random, with further blows at those who stand by. With
 * `--defaults` at the times of client-go, with `--way kill` by that alone. Exit status 1 where two instances changed the
 * tenant in overlapping terms, or where the fleet does not settle.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from '../chaos/random.ts';
import { Fleet } from './fleet.ts';
import { type Handover, handOver, type Way, WAYS } from './handover.ts';
import { testify } from './witness.ts';

const { values } = parseArgs({
  options: {
    handovers: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    defaults: { type: 'boolean', default: false },
    way: { type: 'string' },
  },
});
const wanted = Number(values.handovers);
const only = WAYS.find((way) => way === values.way);
const chance = new Random(Number(values.seed));
const BRISK = { leaseDuration: '2s', renewDeadline: '1s', retryPeriod: '200ms', timeout: '500ms' };
const DEFAULTS = { leaseDuration: '15s', renewDeadline: '10s', retryPeriod: '2s', timeout: '10s' };

await using fleet = await Fleet.of(3, values.defaults ? DEFAULTS : BRISK);
// Some requests are on their way for most of what they may take: they have to be over before the next term all the same.
fleet.tenant.sandbox.fault({
  on: 'PATCH /webhooks/{webhook_id}',
  times: 'always',
  probability: 0.1,
  effect: { kind: 'delay', ms: 300, carriedOut: false },
});
fleet.churn(150);
const handovers: Handover[] = [];
for (let n = 0; n < wanted; n += 1) {
  bother(fleet);
  // Any moment of a renewal, and of a pass.
  await sleep(chance.between(0, 400));
  handovers.push(await handOver(fleet, only ?? pick()));
  if (n % 50 === 49) report();
}
await fleet.calm();
await fleet.server.until(() => fleet.isConverged());
report();
for (const way of WAYS)
  tell(
    way,
    handovers.filter((each) => each.way === way),
  );
const { violations } = testify(fleet.witness);
for (const violation of violations) console.log(`  ${violation}`);
process.exitCode = violations.length > 0 ? 1 : 0;

/** The one that takes no time is as frequent as the others together. */
function pick(): Way {
  return chance.chance(0.4) ? 'end' : chance.pick(WAYS);
}

/** Now and then something happens to one of them, for so short that it need not lose the lease, or as it stands by. */
function bother({ members, server }: Fleet): void {
  const one = members[chance.between(0, members.length - 1)];
  if (!one || chance.chance(0.6)) return;
  const { name, daemon } = one;
  const how = chance.pick(['pause', 'hang', 'lost', 'reset']);
  fleet.afflict(
    one,
    chance.between(50, 1_500),
    how === 'pause'
      ? { begin: () => daemon.kill('SIGSTOP'), end: () => daemon.kill('SIGCONT') }
      : { begin: () => server.partition(name, how), end: () => server.heal(name) },
  );
}

function report(): void {
  const { handovers, changes, requests, busySpans, violations } = testify(fleet.witness);
  console.log(
    `${handovers} handovers, ${changes} changes by ${requests} requests in ${busySpans} terms, ${violations.length} outside of one`,
  );
}

function tell(way: string, of: readonly Handover[]): void {
  const took = of.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(took[Math.floor((took.length - 1) * share)] ?? 0);
  const released = of.filter(({ wasReleased }) => wasReleased).length;
  console.log(
    `${way.padEnd(6)} ${String(of.length).padStart(4)} times, ${released} released; taken over after ${at(0.5)} ms in the median, ${at(1)} ms at most`,
  );
}
