/**
 * What a sidecar costs before anything happens: cold start to listening and resident memory at rest, of the built
 * daemon beside a bare Node http server on the same machine. `node test/bench/start.ts [runs]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Tenant } from '../support/tenant.ts';

const RUNS = Number(process.argv[2] ?? 7);
/** Long enough for the first pass and the garbage it leaves. */
const REST_MS = 5_000;

const BARE = `require('node:http').createServer((q, s) => s.end()).listen(0, () => console.error('"listening"'))`;

interface Sample {
  readonly startMs: number;
  readonly restMb: number;
}

await using tenant = await Tenant.with();
await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
const env = { PATH: process.env['PATH'] ?? '', RECONCILER_PORT: '0', ...tenant.env };
const bare: Sample[] = [];
const daemon: Sample[] = [];
for (let run = 0; run < RUNS; run += 1) {
  bare.push(await sample(['-e', BARE]));
  daemon.push(await sample(['dist/webhook-reconciler.js', 'run']));
}
report('bare http server', bare);
report('daemon', daemon);
const ratio = (of: (sample: Sample) => number) => (median(daemon.map(of)) / median(bare.map(of))).toFixed(2);
console.log(
  `ratio                 ${ratio(({ startMs }) => startMs)} x start, ${ratio(({ restMb }) => restMb)} x memory`,
);

async function sample(args: readonly string[]): Promise<Sample> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await shown(child, '"listening"');
  const startMs = performance.now() - begun;
  await sleep(REST_MS);
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(status) ?? [];
  child.kill('SIGTERM');
  await once(child, 'close');
  return { startMs, restMb: Number(kilobytes) / 1024 };
}

async function shown(child: ChildProcess, text: string): Promise<void> {
  for await (const chunk of child.stderr ?? []) if (String(chunk).includes(text)) break;
  child.stderr?.resume();
}

function report(name: string, samples: readonly Sample[]): void {
  const start = median(samples.map(({ startMs }) => startMs)).toFixed(0);
  const rest = median(samples.map(({ restMb }) => restMb)).toFixed(0);
  console.log(`${name.padEnd(20)}  ${start.padStart(4)} ms to listening, ${rest.padStart(3)} MB at rest`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
