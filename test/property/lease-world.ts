/** A world for candidates: one true time, a clock for each that is off in its own way, a store and a network that fails. */
import type { Clock } from '../../src/base/clock.ts';
import { Elector } from '../../src/kubernetes/elector.ts';
import { KubernetesError } from '../../src/kubernetes/errors.ts';
import {
  type Lease,
  type LeaseAnswer,
  type LeaseRecord,
  type Leases,
  readLease,
  writeLease,
} from '../../src/kubernetes/lease.ts';
import { Random } from '../chaos/random.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** `freeze`: the process is stopped. `suspend`: so is its machine, and the clock that tells how much time has passed. */
export interface Event {
  readonly at: number;
  readonly candidate: number;
  readonly what: 'freeze' | 'suspend' | 'cut' | 'lose answers' | 'end' | 'kill' | 'set the clock';
  readonly forMs: number;
}

export interface Times {
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  readonly termMs: number;
  readonly apiTimeoutMs: number;
}

export interface Run {
  readonly events: readonly Event[];
  readonly times: Times;
  readonly seed: number;
}

interface Act {
  readonly by: string;
  readonly from: number;
  /** When the request is over at the latest. */
  readonly to: number;
}

const EVENTS_END_MS = 50_000;

/** Lets the events happen, then leaves everybody in peace for long enough that somebody must lead. */
export async function run({ events, times, seed }: Run) {
  const chance = new Random(seed);
  const time = new FakeClock();
  const acts: Act[] = [];
  const store = new Store();
  let born = 0;
  const isCalm = () => time.uptime() >= EVENTS_END_MS;
  const begin = (place: number) => {
    born += 1;
    return new Participant(`${place}-${born}`, {
      time,
      chance,
      store,
      times,
      acts,
      isCalm,
      isSteady: isSuspended(place),
    });
  };
  // Nothing could tell of a suspension whose length somebody takes off the wall clock at the same time.
  const isSuspended = (place: number) => events.some((event) => event.candidate === place && event.what === 'suspend');
  const places = [begin(0), begin(1), begin(2)];

  const happen = async ({ at, candidate, what, forMs }: Event) => {
    await time.sleep(at);
    const one = places[candidate];
    if (!one) return;
    if (what !== 'end' && what !== 'kill') return one.suffer(what, forMs);
    await (what === 'end' ? one.end() : one.kill());
    await time.sleep(forMs);
    if (places[candidate] === one) places[candidate] = begin(candidate);
  };
  for (const event of events) void happen(event);
  await time.advance(EVENTS_END_MS);
  await time.advance(3 * times.durationMs + 6 * times.retryPeriodMs);
  const actsAtTheEnd = places.filter(({ leads }) => leads).length;
  await Promise.all(places.map(async (one) => one.kill()));
  return { overlaps: overlaps(acts), actsAtTheEnd, acts: acts.length };
}

function overlaps(acts: readonly Act[]): readonly string[] {
  const found: string[] = [];
  let last: Act | undefined;
  for (const act of acts) {
    if (last && last.by !== act.by && act.from < last.to)
      found.push(
        `${act.by} acted at ${act.from} while what ${last.by} began at ${last.from} could last until ${last.to}`,
      );
    if (!last || act.to >= last.to) last = act;
  }
  return found;
}

/** What the API server holds. */
class Store {
  #version = 0;
  #stored: Lease | undefined;

  get(): LeaseAnswer {
    return this.#stored ? { kind: 'lease', lease: this.#stored } : { kind: 'absent' };
  }

  write(record: LeaseRecord, before: Lease | undefined): LeaseAnswer {
    const version = (lease: Lease | undefined) => lease?.document.metadata['resourceVersion'];
    if (version(before) !== version(this.#stored)) return { kind: 'conflict' };
    this.#version += 1;
    const document = writeLease({ namespace: 'a', name: 'b' }, record, before) as { readonly metadata: object };
    this.#stored = readLease({ ...document, metadata: { ...document.metadata, resourceVersion: `${this.#version}` } });
    return { kind: 'lease', lease: this.#stored };
  }
}

interface World {
  readonly time: FakeClock;
  readonly chance: Random;
  readonly store: Store;
  readonly times: Times;
  readonly acts: Act[];
  /** The network does what it is there for. */
  readonly isCalm: () => boolean;
  /** Its clock is never set back. */
  readonly isSteady: boolean;
}

class Participant {
  readonly #name: string;
  readonly #world: World;
  readonly #clock: OwnClock;
  readonly #elector: Elector;
  #isCut = false;
  #isDeaf = false;
  #isEnding = false;
  #isDead = false;

  constructor(name: string, world: World) {
    const { times, chance, time } = world;
    this.#name = name;
    this.#world = world;
    this.#clock = new OwnClock(time, {
      skewMs: chance.between(-300_000, 300_000),
      rate: 1 + chance.between(-4, 4) / 1000,
    });
    this.#elector = new Elector({
      identity: name,
      times,
      leases: this.#leases(Math.ceil(Math.min(times.renewDeadlineMs, times.termMs) / 2)),
      clock: this.#clock,
      random: () => chance.next(),
      observer: { gained: () => {}, lost: () => {}, held: () => {}, trouble: () => {} },
    });
    this.#elector.start();
    void this.#act();
  }

  get leads(): boolean {
    return !this.#isDead && this.#elector.leads;
  }

  suffer(what: Exclude<Event['what'], 'end' | 'kill'>, forMs: number): void {
    const { time, isSteady } = this.#world;
    const during = async (begin: () => void, end: () => void) => {
      begin();
      await time.sleep(forMs);
      end();
    };
    switch (what) {
      case 'freeze':
      case 'suspend':
        return void during(
          () => this.#clock.stop(what === 'suspend'),
          () => this.#clock.goOn(),
        );
      case 'cut':
        return void during(
          () => (this.#isCut = true),
          () => (this.#isCut = false),
        );
      case 'lose answers':
        return void during(
          () => (this.#isDeaf = true),
          () => (this.#isDeaf = false),
        );
      case 'set the clock':
        return this.#clock.set(isSteady || forMs % 2 === 0 ? forMs : -forMs);
    }
  }

  /** As at SIGTERM: what is under way comes to rest, then the lease is let go. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#clock.sleep(this.#world.times.apiTimeoutMs);
    await this.#elector.stop(true);
  }

  async kill(): Promise<void> {
    this.#isDead = true;
    this.#clock.stop(false);
    this.#clock.isOver = true;
    return Promise.resolve();
  }

  async #act(): Promise<void> {
    const { times, chance, time, acts } = this.#world;
    while (!this.#isEnding) {
      // Often enough to hit the very end of a term.
      await this.#clock.sleep(this.#elector.leads ? chance.between(5, 80) : chance.between(100, 800));
      // Its own clock tells when to give a request up, and may be slow.
      const longest = times.apiTimeoutMs * 1.004;
      if (this.#elector.leads && !this.#isEnding)
        acts.push({ by: this.#name, from: time.uptime(), to: time.uptime() + longest });
    }
  }

  #leases(timeoutMs: number): Leases {
    const { store } = this.#world;
    return {
      get: async (signal) => this.#request(timeoutMs, () => store.get(), signal),
      create: async (record, signal) => this.#request(timeoutMs, () => store.write(record, undefined), signal),
      update: async (before, record, signal) => this.#request(timeoutMs, () => store.write(record, before), signal),
    };
  }

  async #request(timeoutMs: number, carryOut: () => LeaseAnswer, signal?: AbortSignal): Promise<LeaseAnswer> {
    const { chance, time } = this.#world;
    const over = new AbortController();
    const given = this.#clock.sleep(timeoutMs, over.signal).then(
      () => {
        throw new KubernetesError('no answer', { sent: true });
      },
      async () => new Promise<never>(() => {}),
    );
    const aborted = new Promise<never>((_resolve, reject) => {
      if (signal?.aborted) reject(signal.reason as Error);
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const answered = (async (): Promise<LeaseAnswer> => {
      const unlucky = (probability: number) => !this.#world.isCalm() && chance.chance(probability);
      if (this.#isCut || unlucky(0.02)) return new Promise<never>(() => {});
      // Now and then one is held up on the way, and arrives when nobody reckons with it any more.
      await time.sleep(unlucky(0.03) ? chance.between(500, 8_000) : chance.between(1, 30));
      if (unlucky(0.03)) return { kind: 'refused', why: '500', retryAfterMs: chance.between(0, 1_500) };
      const answer = carryOut();
      if (this.#isDeaf || unlucky(0.02)) return new Promise<never>(() => {});
      await time.sleep(unlucky(0.05) ? chance.between(30, 4_000) : chance.between(1, 30));
      return answer;
    })();
    try {
      return await Promise.race([answered, given, aborted]);
    } finally {
      over.abort();
      await this.#clock.running();
    }
  }
}

/** Off, fast or slow, stopped with its process or its machine. */
class OwnClock implements Clock {
  readonly #time: FakeClock;
  readonly #rate: number;
  #offMs: number;
  #stopped: { readonly goOn: () => void; readonly promise: Promise<void> } | undefined;
  /** True time that was slept through. */
  #lostMs = 0;
  #suspendedAt: number | undefined;
  /** Nothing makes it go on. */
  isOver = false;

  constructor(time: FakeClock, { skewMs, rate }: { readonly skewMs: number; readonly rate: number }) {
    this.#time = time;
    this.#rate = rate;
    this.#offMs = skewMs;
  }

  now(): number {
    return this.#time.now() + this.#offMs;
  }

  uptime(): number {
    return (this.#time.uptime() - this.#lostMs) * this.#rate;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.uptime() + ms;
    do {
      await this.#time.sleep((until - this.uptime()) / this.#rate, signal);
      await this.running();
    } while (this.uptime() < until - 1e-6);
  }

  set(byMs: number): void {
    this.#offMs += byMs;
  }

  stop(isSuspension: boolean): void {
    if (this.#stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopped = { promise, goOn: resolve };
    if (isSuspension) this.#suspendedAt = this.#time.uptime();
  }

  goOn(): void {
    if (this.isOver) return;
    if (this.#suspendedAt !== undefined) this.#lostMs += this.#time.uptime() - this.#suspendedAt;
    this.#suspendedAt = undefined;
    this.#stopped?.goOn();
    this.#stopped = undefined;
  }

  async running(): Promise<void> {
    while (this.#stopped) await this.#stopped.promise;
  }
}
