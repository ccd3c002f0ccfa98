/**
 * Plays a schedule with the built program: one daemon or, without a lease, two at once, which are killed and started
 * again, with the API refusing connections in between. Their time runs fast, see `fast-time.ts`.
 */
import { setTimeout as realSleep } from 'node:timers/promises';
import { defaultSwitches } from '../../src/sandbox/switches.ts';
import { program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';
import type { Schedule } from './draw-schedule.ts';
import { fastTime } from './fast-clock.ts';
import { Gate } from './gate.ts';
import { meddle } from './meddle.ts';
import type { Performance } from './performance.ts';
import { Random } from './random.ts';
import { differences, Witness } from './witness.ts';
import { OWNS, type Wanted } from './world.ts';

const FACTOR = 40;
/** A round is as long as it takes for that many passes, but no longer: a pass may wait for answers that never come. */
const ROUND_MS = 800;
const CALM_PASSES = 40;

export async function perform(schedule: Schedule): Promise<Performance> {
  const { seed, tenant: before, ownership, rounds, lagSeconds } = schedule;
  const random = new Random(seed);
  const since = Date.now();
  const fast = fastTime(FACTOR, since);
  let skewMs = 0;
  await using tenant = await Tenant.with(before, {
    now: () => fast() + skewMs,
    random: () => random.next(),
    switches: { rateLimit: 0 },
  });
  const { sandbox } = tenant;
  await using gate = await Gate.before(sandbox.port);
  const env = {
    ...tenant.env,
    UPVEST_API_URL: gate.url,
    UPVEST_TIMEOUT: '20s',
    UPVEST_RETRIES: '1',
    RECONCILER_OWNS: JSON.stringify(OWNS[ownership]),
    RECONCILER_ALLOW_EMPTY: 'true',
    RECONCILER_RESYNC: '10s',
    NODE_OPTIONS: `--import ${import.meta.resolve('./fast-time.ts')}`,
    FAST_TIME_FACTOR: String(FACTOR),
    FAST_TIME_SINCE: String(since),
  };
  const write = async (checkout: readonly Wanted[], isBroken: boolean) =>
    tenant.files({ 'webhooks.yaml': JSON.stringify(checkout), 'broken.yaml': isBroken ? '- title: [' : '' });
  const start = async () => RunningDaemon.start([], env);

  await write(rounds[0]?.checkout ?? [], false);
  await using daemons = new Daemons(await Promise.all(random.times(random.pick([1, 1, 2]), start)));
  const witness = new Witness(sandbox.history, [sandbox.credentials.clientId], ownership);
  let faults = 0;

  for (const round of rounds) {
    sandbox.set(round.switches);
    skewMs = round.skewMs;
    for (const rule of round.faults) sandbox.fault(rule);
    for (const effect of round.meddling) meddle(sandbox, effect);
    await write(round.checkout, round.isBroken);
    if (random.chance(0.2)) {
      await gate.shut();
      await realSleep(random.between(10, 300));
      await gate.open();
    }
    if (round.restarts) await daemons.restart(start);
    await Promise.race([daemons.passes(round.passes), realSleep(ROUND_MS, undefined, { ref: false })]);
    faults += sandbox.faults.reduce((sum, { hits }) => sum + hits, 0);
    sandbox.clearFaults();
  }

  const checkout = rounds.at(-1)?.checkout ?? [];
  sandbox.set({ ...defaultSwitches, rateLimit: 0 });
  skewMs = 0;
  await write(checkout, false);
  let calmPasses = 0;
  let planned: number | null = null;
  while (calmPasses < CALM_PASSES && planned !== 0) {
    calmPasses += 1;
    const results = await Promise.all(daemons.all.map(async (daemon) => (await daemon.reconcile()).body.result));
    const isEqual = differences(sandbox.subscriptions(), checkout, ownership).length === 0;
    if (isEqual && results.every((result) => result === 'converged')) planned = (await program(['plan'], env)).code;
    else await realSleep(60_000 / FACTOR);
  }
  // What the checkout wanted at which moment only the daemons know: judged here is what holds of any checkout.
  witness.judge({
    checkout: [],
    maxDeletes: Number.POSITIVE_INFINITY,
    sinceMs: Number.NEGATIVE_INFINITY,
    remembers: lagSeconds === 0 && daemons.all.length === 1 && !rounds.some(({ restarts }) => restarts),
  });
  const violations = [...differences(sandbox.subscriptions(), checkout, ownership), ...witness.violations];
  if (planned !== 0) violations.push(`in the end, plan exits with ${planned}`);
  return { violations, faults, calmPasses, requests: sandbox.requests.length };
}

class Daemons implements AsyncDisposable {
  #daemons: readonly RunningDaemon[];

  constructor(daemons: readonly RunningDaemon[]) {
    this.#daemons = daemons;
  }

  get all(): readonly RunningDaemon[] {
    return this.#daemons;
  }

  async restart(start: () => Promise<RunningDaemon>): Promise<void> {
    await Promise.all(this.#daemons.map(async (daemon) => daemon.stop('SIGKILL')));
    this.#daemons = await Promise.all(this.#daemons.map(start));
  }

  async passes(count: number): Promise<void> {
    await Promise.all(
      this.#daemons.map(async (daemon) => {
        for (let n = 0; n < count; n += 1) await daemon.nextPass();
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#daemons.map(async (daemon) => daemon.stop('SIGKILL')));
  }
}
