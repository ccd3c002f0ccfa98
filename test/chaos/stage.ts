/** Where a schedule is played in this process: tenant, checkout, network and time, with all that a round does to them. */
import { once } from 'node:events';
import { fingerprint } from '../../src/checkout/snapshot.ts';
import { type Checkout, checkoutLoader, type Loaded } from '../../src/desired/load.ts';
import type { Sleep } from '../../src/sandbox/faults/wire.ts';
import { ImpatientClock } from '../support/impatient-clock.ts';
import { Passes, type PassOptions } from '../support/passes.ts';
import { Disk } from './disk.ts';
import { BEGIN } from './draw-faults.ts';
import type { Round, Schedule } from './draw-schedule.ts';
import { HeldLimit } from './held-limit.ts';
import { OwnName } from './own-name.ts';
import { Random } from './random.ts';
import { type Absent, hrefOf, OWNS, type Wanted } from './world.ts';

export const RETRIES = 2;
/** The time limit of a request, by the clock of the schedule. */
const LIMIT_MS = 10_000;

/** What a pass has read of the checkout. */
export interface Read {
  readonly checkout: readonly Wanted[];
  readonly tombstones: readonly Absent[];
  /** Something in it could not be read, and it says so. */
  readonly isBroken: boolean;
  /** It is nothing that ever stood there. */
  readonly isMixture: boolean;
}

export class Stage implements AsyncDisposable {
  readonly passes: Passes;
  readonly disk: Disk;
  /** By the latest pass; undefined: it did not get that far. */
  read: Read | undefined;
  readonly #limit: HeldLimit;
  readonly #name: OwnName;
  /** One for all passes, as the daemon has it. */
  readonly #load: () => Promise<Loaded>;
  #round: Round | undefined;
  #requests = 0;
  #outage: { readonly id: string; tries: number } | undefined;

  private constructor(schedule: Schedule, passes: Passes, disk: Disk, limit: HeldLimit, name: OwnName) {
    this.passes = passes;
    this.disk = disk;
    this.#limit = limit;
    this.#name = name;
    this.#load = checkoutLoader({ path: disk.path, substitute: {}, owns: OWNS[schedule.ownership] });
  }

  static async set(schedule: Schedule): Promise<Stage> {
    const random = new Random(schedule.seed);
    const clock = new ImpatientClock(BEGIN);
    const limit = new HeldLimit();
    const name = new OwnName(() => stage.#lookUp());
    const passes = await Passes.over(schedule.tenant, {
      clock,
      host: name.host,
      random: () => random.next(),
      newId: () => newId(random),
      client: {
        keyType: 'ed25519',
        scopes: schedule.nature.isAdminOnly ? ['webhooks:admin'] : ['webhooks:read', 'webhooks:admin'],
      },
      switches: { rateLimit: 0 },
      sleep: async (ms, signal) => stage.#sleep(ms, signal),
      log: () => stage.#onRequest(),
      // One at a time: what happens first must not be chance.
      api: { timeoutMs: limit.ms, retries: RETRIES, concurrency: 1, requestsPerSecond: 1_000_000 },
    });
    const stage = new Stage(schedule, passes, await Disk.in(passes.folder), limit, name);
    return stage;
  }

  /** What is wanted from now on. */
  get wanted(): readonly Wanted[] {
    return this.disk.stood.at(-1) ?? [];
  }

  /** Everything the round says is so from now on. */
  begin(round: Round): void {
    const { sandbox } = this.passes;
    this.#round = round;
    this.#requests = 0;
    this.disk.rest(round.checkout, round.isBroken, round.tombstones);
    sandbox.set(round.switches);
    this.passes.skewMs = round.skewMs;
    for (const rule of round.faults) sandbox.fault(rule);
    if (!round.outage) return;
    const { atRequest, tries } = round.outage;
    // Connections that are open break as they are used.
    const id = sandbox.fault({ on: '*', nth: atRequest, times: 'always', effect: { kind: 'cut', carriedOut: true } });
    this.#outage = { id, tries };
  }

  /** Calm again. Gives how many requests were hit by a fault. */
  end(): number {
    const { sandbox } = this.passes;
    const hits = sandbox.faults.reduce((sum, fault) => sum + fault.hits, 0);
    sandbox.clearFaults();
    this.#outage = undefined;
    this.#round = undefined;
    return hits;
  }

  /** For a pass: reads the disk, and remembers what it has read. */
  checkout(): Pick<PassOptions, 'load' | 'fingerprint'> {
    const { path } = this.disk;
    this.read = undefined;
    return {
      fingerprint: async () => fingerprint(path),
      load: async () => {
        const loaded = await this.#load();
        this.disk.heal();
        if (loaded.ok) this.read = { ...readOf(loaded.checkout, this.disk.stood), tombstones: this.disk.tombstones };
        return loaded;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.passes[Symbol.asyncDispose]();
    this.disk[Symbol.dispose]();
    this.#limit[Symbol.dispose]();
    this.#name[Symbol.dispose]();
  }

  /** Nothing waits in truth: the time passes at once, and with it the limit of the request that waits. */
  readonly #sleep: Sleep = async (ms, signal) => {
    const { clock, sandbox, skewMs } = this.passes;
    const left = (sandbox.requests.at(-1)?.at ?? 0) - skewMs + LIMIT_MS - clock.now();
    if (ms !== 'never' && ms < left) return clock.advance(ms);
    clock.advance(Math.max(left, 0));
    this.#limit.runOut();
    if (!signal.aborted) await once(signal, 'abort');
    return undefined;
  };

  #lookUp() {
    const { sandbox } = this.passes;
    const outage = this.#outage;
    const hasBegun = outage && (sandbox.faults.find(({ id }) => id === outage.id)?.hits ?? 0) > 0;
    if (!outage || !hasBegun) return 'here';
    outage.tries -= 1;
    if (outage.tries === 0) {
      sandbox.clearFaults(outage.id);
      this.#outage = undefined;
    }
    return this.#round?.outage?.found ?? 'here';
  }

  #onRequest(): void {
    this.#requests += 1;
    // However fast, no two requests are carried out at the same time.
    this.passes.clock.advance(1);
    const push = this.#round?.push;
    if (push && this.#requests === push.atRequest) this.disk.push(push.next);
  }
}

function readOf({ desired, problems }: Checkout, stood: readonly (readonly Wanted[])[]): Omit<Read, 'tombstones'> {
  const key = (entries: readonly Pick<Wanted, 'title' | 'url' | 'enabled'>[]) =>
    JSON.stringify(entries.map((one) => `${one.title} ${hrefOf(one)} ${one.enabled}`).toSorted());
  if (problems.some(({ severity }) => severity === 'error')) {
    const titles = new Set(desired.map(({ title }) => title));
    const whole = stood.at(-1) ?? [];
    return { checkout: whole.filter(({ title }) => titles.has(title)), isBroken: true, isMixture: false };
  }
  const checkout = stood.find((one) => key(one) === key(desired));
  return { checkout: checkout ?? [], isBroken: false, isMixture: checkout === undefined };
}

/** Two subscriptions of one millisecond are told apart by their ids alone. */
function newId(random: Random): string {
  const [a = '', b = '', c = ''] = random.times(3, () => random.between(0, 0xffff_ffff).toString(16).padStart(8, '0'));
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(0, 3)}-${c.slice(3)}${a.slice(0, 7)}`;
}
