/**
 * What clients of `/status/events` cost in memory: the built daemon with 2 000 subscriptions at rest, with ten clients, after
 * passes that changed something, and after they left, beside one without clients. `node test/bench/event-memory.ts [runs]`
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventReader } from '../support/event-reader.ts';
import { RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const RUNS = Number(process.argv[2] ?? 3);
const SUBSCRIPTIONS = 2_000;
const CLIENTS = 10;
const REST_MS = 10_000;
/** As in the image. */
const NODE_OPTIONS = '--max-old-space-size=256 --max-semi-space-size=4';

const urlOf = (n: number, round: number) => `https://hooks.example.com/orders/${n}?round=${round}`;
const files = (round: number) =>
  Array.from(
    { length: SUBSCRIPTIONS },
    (_, n) => `- { title: Orders ${n}, url: "${urlOf(n, n < 20 ? round : 0)}" }`,
  ).join('\n');

const without: number[][] = [];
const followed: number[][] = [];
for (let run = 0; run < RUNS; run += 1) {
  without.push(await measure(0));
  followed.push(await measure(CLIENTS));
}
for (const [index, name] of ['at rest', 'with its clients', 'after three passes', 'after they left'].entries()) {
  const of = (rows: readonly number[][]) => median(rows.map((row) => row[index] ?? Number.NaN)).toFixed(1);
  console.log(`${name}: median ${of(without)} MB resident without clients, ${of(followed)} MB with ${CLIENTS}`);
}

async function measure(clients: number): Promise<number[]> {
  await using tenant = await Tenant.with();
  await tenant.files(files(0));
  const env = { ...tenant.env, NODE_OPTIONS, LOG_LEVEL: 'debug' };
  await using daemon = await RunningDaemon.start(['--resync', '1h'], env);
  await daemon.until(({ msg, result }) => msg === 'pass ended' && result === 'converged');
  await sleep(REST_MS);
  const measured = [residentMb(daemon.pid)];
  const port = Number(new URL(daemon.url).port);
  const readers: EventReader[] = [];
  for (let n = 0; n < clients; n += 1)
    readers.push(await (await EventReader.connect(port)).until(({ events }) => events.length > 0));
  await sleep(REST_MS);
  measured.push(residentMb(daemon.pid));
  for (let round = 1; round <= 3; round += 1) {
    const converged = daemon.nextPass('converged');
    await tenant.files(files(round));
    await converged;
  }
  await sleep(REST_MS);
  measured.push(residentMb(daemon.pid));
  const [reader] = readers;
  if (reader) console.log(`a client got ${(reader.bytes / 1e6).toFixed(2)} MB in ${reader.events.length} events`);
  for (const each of readers) each[Symbol.dispose]();
  await sleep(REST_MS);
  measured.push(residentMb(daemon.pid));
  console.log(`${clients} clients: ${measured.map((mb) => mb.toFixed(1)).join(' ')}`);
  await daemon.stop();
  return measured;
}

function residentMb(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
