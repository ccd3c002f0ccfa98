/**
 * `npm run test:chaos -- --schedules 200 --seed 1`: so many schedules, one seed after the other, every twentieth by the built
 * program as well, and then everything that is tried systematically. `--built`: all of them by the built program, and
 * nothing else. `--only 17`: of these schedules the seventeenth. The last line is `N passed, N failed`; exit status 1 where
 * anything fails.
 */
import { parseArgs } from 'node:util';
import { drawSchedule, type Schedule } from './draw-schedule.ts';
import { killEverywhere } from './kill-everywhere.ts';
import { manyFiles } from './many-files.ts';
import { perform } from './perform.ts';
import type { Performance } from './performance.ts';
import { rehearse } from './rehearse.ts';
import { everyCollision } from './two-at-once.ts';
import { Watchdog } from './watchdog.ts';

/** At once: much of a schedule by the built program is waiting. */
const AT_ONCE = 3;
const BUILT_EVERY = 20;
/** Of what takes a second or a few, on a machine that is a hundred times as busy. */
const LIMIT_MS = 5 * 60_000;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    built: { type: 'boolean', default: false },
  },
});
const first = wholeNumber('--seed', values.seed);
const count = wholeNumber('--schedules', values.schedules);
const only = values.only === undefined ? undefined : wholeNumber('--only', values.only);
const all = Array.from({ length: count }, (_, n) => n + 1);
const numbers = only === undefined ? all : [only];

let passed = 0;
let failed = 0;
const sum = () => console.log(`${passed} passed, ${failed} failed`);
const watchdog = new Watchdog(() => {
  failed += 1;
  sum();
});

if (!values.built) await playAll('in process', numbers, rehearse);
const performed = values.built ? numbers : numbers.filter((number) => number % BUILT_EVERY === 0);
if (performed.length > 0) await playAll('as built', performed, perform);
if (!values.built && only === undefined) {
  await systematically('two instances at once', everyCollision);
  await systematically('10 000 files', manyFiles);
  await systematically('the program ended at every request', killEverywhere);
}
process.exitCode = failed > 0 ? 1 : 0;
sum();

async function playAll(
  how: 'in process' | 'as built',
  wanted: readonly number[],
  play: (schedule: Schedule) => Promise<Performance>,
): Promise<void> {
  const beganAt = performance.now();
  const total = { faults: 0, requests: 0, calmPasses: 0 };
  const queue = wanted.values();
  const worker = async () => {
    for (const number of queue) {
      const seed = first + number - 1;
      const what = `schedule ${number} (seed ${seed}), ${how},`;
      const repeat = `npm run test:chaos -- --seed ${first} --only ${number}${how === 'as built' ? ' --built' : ''}`;
      const ended = await watchdog.guard({ what, repeat, limitMs: LIMIT_MS }, async () =>
        play(drawSchedule(seed)).catch(crashed),
      );
      total.faults += ended.faults;
      total.requests += ended.requests;
      total.calmPasses = Math.max(total.calmPasses, ended.calmPasses);
      judge(what, ended.violations, repeat);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(
    `${how}: ${wanted.length} schedules; ${total.faults} faults in ${total.requests} requests; ` +
      `calm after at most ${total.calmPasses} passes; ${seconds(beganAt)} s`,
  );
}

/** What is tried case by case, all of them. */
async function systematically(
  what: string,
  tryAll: () => AsyncIterable<{ readonly name: string; readonly violations: readonly string[] }>,
): Promise<void> {
  const beganAt = performance.now();
  const repeat = 'npm run test:chaos -- --schedules 0';
  let tried = 0;
  const cases = tryAll()[Symbol.asyncIterator]();
  for (;;) {
    const next = await watchdog.guard({ what, repeat, limitMs: LIMIT_MS }, async () => cases.next());
    if (next.done === true) break;
    tried += 1;
    judge(`${what}, ${next.value.name},`, next.value.violations, repeat);
  }
  console.log(`${what}: ${tried} cases; ${seconds(beganAt)} s`);
}

function judge(what: string, violations: readonly string[], repeat: string): void {
  if (violations.length === 0) passed += 1;
  else {
    failed += 1;
    console.log(`${what} failed. To repeat it: ${repeat}`);
  }
  for (const violation of violations) console.log(`  ${violation}`);
}

/** What nobody foresaw is a failure of that schedule, not the end of the others. */
function crashed(error: unknown): Performance {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { violations: [told], faults: 0, calmPasses: 0, requests: 0 };
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`${name} is a whole number, not ${text}`);
  process.exit(2);
}
