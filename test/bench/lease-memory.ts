/**
 * What a lease costs in memory: the built daemon at rest with one, renewing it over HTTPS, beside one without, in turns on
 * the same machine. `node test/bench/lease-memory.ts [runs]`
 */
import { writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiServer } from '../support/kubernetes/api-server.ts';
import { kubeconfig } from '../support/kubernetes/kubeconfig.ts';
import { type Environment, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const RUNS = Number(process.argv[2] ?? 9);
/** Five renewals at the default retry period, and the garbage of the first pass. */
const REST_MS = 12_000;
/** As in the image. */
const NODE_OPTIONS = '--max-old-space-size=256 --max-semi-space-size=4';

await using server = await ApiServer.start();
await using tenant = await Tenant.with();
await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
const without: number[] = [];
const leased: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  without.push(await restMb({}));
  leased.push(await restMb(await lease(run)));
  console.log(`without ${without.at(-1)!.toFixed(1)} MB, with ${leased.at(-1)!.toFixed(1)} MB`);
}
const difference = median(leased) - median(without);
console.log(
  `median of ${RUNS}: ${median(without).toFixed(1)} MB without, ${median(leased).toFixed(1)} MB with a lease: ${difference.toFixed(1)} MB more`,
);

async function lease(run: number): Promise<Environment> {
  server.admit(`token-${run}`, `instance-${run}`);
  const KUBECONFIG = join(tenant.folder, 'kubeconfig');
  await writeFile(KUBECONFIG, kubeconfig(server, `token-${run}`));
  return { KUBECONFIG, RECONCILER_LEASE: `payments/bench-${run}` };
}

async function restMb(env: Environment): Promise<number> {
  await using daemon = await RunningDaemon.start([], { ...tenant.env, NODE_OPTIONS, LOG_LEVEL: 'info', ...env });
  await sleep(REST_MS);
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8')) ?? [];
  await daemon.stop();
  return Number(kilobytes) / 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
