/**
 * Plays a schedule with the built program: one daemon or, without a lease, two at once, which are killed and started
 * again. Their time runs fast, see `child.js`; what a slow machine makes late is only asked for once more.
 */
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as realSleep } from 'node:timers/promises';
import type { Change } from '../../src/apply/outcome.ts';
import type { Sleep } from '../../src/sandbox/faults/wire.ts';
import { type Environment, program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';
import { auditFaults } from './audit.ts';
import { Disk } from './disk.ts';
import { BEGIN } from './draw-faults.ts';
import type { Outage, Round, Schedule } from './draw-schedule.ts';
import { CALM_SWITCHES } from './draw-world.ts';
import { fastTime } from './fast-clock.ts';
import { Gate } from './gate.ts';
import { meddle } from './meddle.ts';
import type { Performance } from './performance.ts';
import { Random } from './random.ts';
import { settleConflicts } from './settle-conflicts.ts';
import { untruths } from './untruths.ts';
import { differences } from './differences.ts';
import { Witness } from './witness.ts';
import { type Absent, OWNS, type Wanted } from './world.ts';

const FACTOR = 40;
/** A round is as long as it takes for that many passes, but no longer: a pass may wait for an answer as long as the round. */
const ROUND_MS = 800;
/** As long as something is wrong with the network or the disk. */
const SPELL_MS = 100;
const CALM_PASSES = 40;
/** After so many calm passes people look at what is in conflict. */
const PATIENCE = 4;

export async function perform(schedule: Schedule): Promise<Performance> {
  const { seed, tenant: before, ownership, nature, rounds, lagSeconds } = schedule;
  const random = new Random(seed);
  const since = Date.now();
  const now = fastTime(FACTOR, since, BEGIN);
  let skewMs = 0;
  let roundOver = new AbortController();
  const sleep: Sleep = async (ms, signal) => {
    const ends = AbortSignal.any([signal, roundOver.signal]);
    if (ms === 'never') await once(ends, 'abort');
    else await realSleep(ms / FACTOR, undefined, { signal: ends });
  };
  await using tenant = await Tenant.with(before, {
    now: () => now() + skewMs,
    sleep,
    random: () => random.next(),
    switches: { rateLimit: 0 },
    client: {
      keyType: 'ed25519',
      scopes: nature.isAdminOnly ? ['webhooks:admin'] : ['webhooks:read', 'webhooks:admin'],
    },
  });
  const { sandbox } = tenant;
  await using gate = await Gate.before(sandbox.port);
  using disk = await Disk.in(tenant.folder);
  const noNames = join(tenant.folder, 'no-names');
  const env: Environment = {
    ...tenant.env,
    UPVEST_API_URL: gate.url.replace('127.0.0.1', 'upvest.localhost'),
    // Three seconds in truth: no machine is that slow to answer.
    UPVEST_TIMEOUT: '2m',
    UPVEST_RETRIES: '1',
    RECONCILER_PATH: disk.path,
    RECONCILER_OWNS: JSON.stringify(OWNS[ownership]),
    RECONCILER_ALLOW_EMPTY: 'true',
    RECONCILER_RESYNC: '10s',
    NODE_OPTIONS: `--import ${import.meta.resolve('./child.js')}`,
    FAST_TIME_FACTOR: String(FACTOR),
    CHAOS_SINCE: String(since),
    CHAOS_BEGIN: String(BEGIN),
    CHAOS_NO_NAMES: noNames,
  };
  const suffer = async ({ outage, disk: fault, push }: Round) => {
    if (outage) await cutOff(outage, gate, noNames);
    if (fault) {
      disk.strike(fault);
      await realSleep(SPELL_MS);
      disk.heal();
    }
    if (push) disk.push(push.next);
  };

  disk.rest(rounds[0]?.checkout ?? [], false);
  await using daemons = await Daemons.start(random.pick([1, 1, 2]), env);
  const witness = new Witness(sandbox.history, [sandbox.credentials.clientId], ownership);
  let faults = 0;

  for (const round of rounds) {
    sandbox.set(round.switches);
    skewMs = round.skewMs;
    for (const rule of round.faults) sandbox.fault(rule);
    for (const effect of round.meddling) meddle(sandbox, effect);
    disk.rest(round.checkout, round.isBroken, round.tombstones);
    if (round.restarts) await daemons.restart();
    if (round.rereads) daemons.reread();
    await suffer(round);
    await Promise.race([daemons.passes(round.passes), realSleep(ROUND_MS, undefined, { ref: false })]);
    faults += sandbox.faults.reduce((sum, { hits }) => sum + hits, 0);
    sandbox.clearFaults();
    roundOver.abort();
    roundOver = new AbortController();
  }

  let checkout: readonly Wanted[] = disk.stood.at(-1) ?? [];
  let tombstones: readonly Absent[] = [];
  sandbox.set(CALM_SWITCHES);
  skewMs = 0;
  disk.rest(checkout, false);
  let calmPasses = 0;
  let planned: number | null = null;
  let lies: readonly string[] = [];
  while (calmPasses < CALM_PASSES && (planned !== 0 || lies.length > 0)) {
    const settled =
      calmPasses < PATIENCE
        ? undefined
        : settleConflicts({ wanted: checkout, tombstones }, { sandbox, ownership, random });
    if (settled) {
      ({ wanted: checkout, tombstones } = settled);
      disk.rest(checkout, false, tombstones);
    }
    calmPasses += 1;
    const results = await Promise.all(daemons.all.map(async (daemon) => (await daemon.reconcile()).body.result));
    const isEqual = differences(sandbox.subscriptions(), checkout, ownership).length === 0;
    if (isEqual && results.every((result) => result === 'converged')) planned = (await program(['plan'], env)).code;
    else await realSleep(60_000 / FACTOR);
    const told = await Promise.all(daemons.all.map(async (daemon) => (await daemon.get('/status')).body));
    lies = told.flatMap((snapshot) => untruths({ snapshot }, sandbox.subscriptions(), checkout));
  }
  // What the checkout wanted at which moment only the daemons know: judged here is what holds of any checkout.
  witness.permit(checkout);
  const pushed = rounds.flatMap((round) => [round.checkout, round.push?.next ?? [], round.disk?.next ?? []]);
  witness.judge({
    checkout: [],
    everWanted: [...pushed.flat(), ...checkout],
    tombstones: [...rounds.flatMap((round) => round.tombstones), ...tombstones],
    isWhole: true,
    limit: { count: Number.POSITIVE_INFINITY },
    sinceMs: Number.NEGATIVE_INFINITY,
    keptOtherwise: new Set(['title', 'url', 'text']),
    remembers: lagSeconds === 0 && daemons.all.length === 1 && !rounds.some(({ restarts }) => restarts),
    isTorn: true,
    isBlind: true,
  });
  const violations = [
    ...differences(sandbox.subscriptions(), checkout, ownership),
    ...witness.foreignChanged(sandbox.subscriptions()),
    ...auditFaults(daemons.changes(), sandbox),
    ...lies,
    ...witness.violations,
  ];
  if (planned !== 0) violations.push(`in the end, plan exits with ${planned}`);
  return { violations, faults, calmPasses, requests: sandbox.requests.length };
}

/** Breaks what connections there are, and lets no other come about for a while. */
async function cutOff({ found }: Outage, gate: Gate, noNames: string): Promise<void> {
  if (found !== 'nobody') await writeFile(noNames, '');
  await gate.shut();
  if (found !== 'nobody') await gate.open();
  await realSleep(SPELL_MS);
  if (found === 'nobody') await gate.open();
  else await rm(noNames);
}

class Daemons implements AsyncDisposable {
  readonly #env: Environment;
  #daemons: readonly RunningDaemon[];
  #ended: readonly RunningDaemon[] = [];

  private constructor(daemons: readonly RunningDaemon[], env: Environment) {
    this.#daemons = daemons;
    this.#env = env;
  }

  static async start(count: number, env: Environment): Promise<Daemons> {
    return new Daemons(await Promise.all(Array.from({ length: count }, async () => RunningDaemon.start([], env))), env);
  }

  get all(): readonly RunningDaemon[] {
    return this.#daemons;
  }

  /** The audit log of all there have been. */
  changes(): readonly Change[] {
    const lines = [...this.#ended, ...this.#daemons].flatMap((daemon) => daemon.lines);
    return lines.filter((line) => line['audit'] === true) as unknown as readonly Change[];
  }

  async restart(): Promise<void> {
    await Promise.all(this.#daemons.map(async (daemon) => daemon.stop('SIGKILL')));
    this.#ended = [...this.#ended, ...this.#daemons];
    this.#daemons = await Promise.all(this.#daemons.map(async () => RunningDaemon.start([], this.#env)));
  }

  reread(): void {
    for (const daemon of this.#daemons) daemon.kill('SIGHUP');
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
