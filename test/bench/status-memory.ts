/**
 * What the daemon holds on to with many subscriptions while nobody reads `/status`: its heap after a collection, once it
 * has looked twenty times. `node test/bench/status-memory.ts [subscriptions] [runs]`
 */
import { MeasuredDaemon } from '../soak/measured-daemon.ts';
import { Tenant } from '../support/tenant.ts';

const COUNT = Number(process.argv[2] ?? 2_000);
const RUNS = Number(process.argv[3] ?? 5);
const PASSES = 20;

const seed = Array.from({ length: COUNT }, (_, n) => ({
  title: `Orders ${n}`,
  url: `https://hooks.example.com/orders/${n}`,
  type: ['ORDER', 'USER'],
  enabled: true,
}));
await using tenant = await Tenant.with(seed);
await tenant.files(seed.map(({ title, url }) => `- { title: ${title}, url: ${url}, type: [ORDER, USER] }`).join('\n'));
const heaps: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  await using daemon = await MeasuredDaemon.start({ ...tenant.env, RECONCILER_RESYNC: '1h' });
  for (let pass = 0; pass < PASSES; pass += 1) await daemon.reconcile();
  const { heapMb } = await daemon.sample(PASSES);
  heaps.push(heapMb);
  console.log(`${COUNT} subscriptions, ${PASSES} passes: ${heapMb.toFixed(2)} MB`);
}
const sorted = heaps.toSorted((a, b) => a - b);
console.log(`median of ${RUNS}: ${sorted[Math.floor(RUNS / 2)]?.toFixed(2)} MB`);
