/**
 * A long life in a short time: passes of the built daemon as fast as they go, through churn and faults, measured all
 * along. Ends with status 1 where it needs more and more of anything; on SIGINT, early with a report of what there is.
 * `npm run test:soak -- --passes 20000`
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GitSync } from '../support/git-sync.ts';
import { Tenant } from '../support/tenant.ts';
import { MeasuredDaemon } from './measured-daemon.ts';
import { type Sample, trends } from './trend.ts';
import { Turmoil } from './turmoil.ts';

const SAMPLES = 200;

const { values } = parseArgs({
  options: {
    passes: { type: 'string', default: '2000' },
    subscriptions: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    // For all of it: a single pass may be slow on a busy machine, and a daemon that hangs is found all the same.
    'limit-minutes': { type: 'string', default: '240' },
  },
});
const passes = Number(values.passes);
const begun = Date.now();

await using tenant = await Tenant.with();
const sync = await GitSync.in(tenant.folder, false);
const turmoil = new Turmoil(tenant, sync, Number(values.subscriptions), seeded(Number(values.seed)));
await turmoil.begin();
await using daemon = await MeasuredDaemon.start({
  ...tenant.env,
  RECONCILER_PATH: join(sync.link, 'webhooks'),
  // Faults are to be met, not to be waited for.
  UPVEST_TIMEOUT: '300ms',
  UPVEST_RETRIES: '1',
});

const enough = new AbortController();
process.once('SIGINT', () => enough.abort());
const watchdog = setTimeout(() => {
  console.error(`pass ${pass} of ${passes} is not over after ${values['limit-minutes']} minutes`);
  process.exit(1);
}, Number(values['limit-minutes']) * 60_000);

const results: Record<string, number> = {};
const samples: Sample[] = [];
let pass = 0;
while (pass < passes && !enough.signal.aborted) {
  pass += 1;
  await turmoil.strike(daemon);
  const result = await daemon.reconcile();
  results[result] = (results[result] ?? 0) + 1;
  if (pass % Math.max(1, Math.floor(passes / SAMPLES)) !== 0) continue;
  samples.push(await daemon.sample(pass));
  if (samples.length % 10 === 0) console.error(`${pass} of ${passes}: ${JSON.stringify(samples.at(-1))}`);
}
clearTimeout(watchdog);

if (samples.length < 8) throw new Error(`${pass} passes are too few to tell a trend`);
const found = trends(samples);
console.log(`${pass} passes asked for in ${Math.round((Date.now() - begun) / 1000)} s: ${JSON.stringify(results)}`);
console.log(`${(await daemon.get('/metrics')).match(/^webhook_reconciler_pass_total.*$/gm)?.join('\n') ?? ''}\n`);
console.log('median of quarter      1        2        3        4');
for (const { measure, quarters, isGrowing } of found) {
  const cells = quarters.map((value) => value.toFixed(1).padStart(9)).join('');
  console.log(`${measure.padEnd(14)}${cells}  ${isGrowing ? 'GROWING' : 'steady'}`);
}
if (found.some(({ isGrowing }) => isGrowing)) process.exitCode = 1;

/** Mulberry32: a schedule can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
