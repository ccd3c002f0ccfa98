/**
 * A candidate in the election: it reads the lease periodically, takes it when it may, renews it, and releases it at the
 * end.
 */
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import {
  type Acquisition,
  acquisition,
  type Candidate,
  claim,
  decide,
  type Decision,
  release,
  observeLease,
  type ObservedLease,
} from './election.ts';
import { KubernetesError } from './errors.ts';
import { holderForPeople, type LeaseAnswer, type Leases } from './lease.ts';

export interface ElectorTimes {
  readonly durationMs: number;
  readonly retryPeriodMs: number;
  /** How long after a renewal was sent a change may begin. */
  readonly termMs: number;
}

/** Called as things happen. Callbacks must not throw. */
interface ElectorObserver {
  /** The term has begun. Called before `leads` is true. */
  gained(how: Acquisition): void;
  /** The term has ended. Called before another can begin. */
  lost(why: string): void;
  /** Another candidate holds the lease. Called after each check. `isAlive`: a renewal by it was observed. */
  held(holder: string, isAlive: boolean): void;
  /** Why a check of the lease failed, and `undefined` for one that succeeded. */
  trouble(why: string | undefined): void;
}

interface ElectorOptions {
  readonly identity: string;
  readonly times: ElectorTimes;
  readonly leases: Leases;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly observer: ElectorObserver;
}

/** The most tries within one check, when other clients write to the lease in between. */
const ROUNDS = 3;

/** The longest wait that the server may ask for. A longer one must not stop the election for hours. */
const LONGEST_RETRY_AFTER_PERIODS = 5;

const RELEASE_LIMIT_MS = 1_500;

export class Elector {
  readonly #options: ElectorOptions;
  readonly #candidate: Candidate;
  readonly #term: Term;
  readonly #stop = new AbortController();
  #seen: ObservedLease | undefined;
  /** The observed lease may be stale, and has to be read before a write. */
  #isStale = true;
  /** How we got the lease, if the claim that was sent has succeeded. */
  #claimed: Acquisition | undefined;
  #hasTerm = false;
  #trouble: string | undefined;
  /** A check was denied since the last one that succeeded: see isDenied. */
  #wasDenied = false;
  #termTimer: AbortController | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ElectorOptions) {
    const { identity, times, clock } = options;
    this.#options = options;
    this.#candidate = { identity, durationSeconds: times.durationMs / 1000 };
    this.#term = new Term(clock, times.termMs);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Whether a change may begin at this very moment. */
  get leads(): boolean {
    return this.#hasTerm && this.#term.leftMs > 0;
  }

  /** Ends the term. With `letGo` the lease is released at once, so no change may be in flight any more. */
  async stop(letGo: boolean): Promise<void> {
    this.#stop.abort(new Error('the election is over'));
    await this.#running;
    this.#lose('shutting down');
    const mayBeOurs = this.#claimed !== undefined || this.#seen?.lease.record.holder === this.#candidate.identity;
    if (letGo && mayBeOurs) await this.#release();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const began = clock.uptime();
      const pauseMs = await this.#look(signal).catch((error: unknown) => {
        if (signal.aborted) return 0;
        throw error;
      });
      // The period counts from start to start, so that a slow server does not make the checks rarer.
      const leftMs = began + pauseMs - clock.uptime();
      await clock.sleep(Math.max(1, leftMs), signal).catch(() => undefined);
    }
  }

  /** One check of the lease, and its effects. Returns the wait until the next one, from the start of this one. */
  async #look(signal: AbortSignal): Promise<number> {
    const { times, observer, random } = this.#options;
    // The wait is never longer than the retry period, because a released lease has to be taken within one.
    const periodMs = times.retryPeriodMs * (0.95 - random() / 4);
    let why = 'other clients keep writing to the lease';
    let patienceMs = 0;
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const answer = await this.#act(signal);
        if (answer.kind === 'lease' || answer.kind === 'wait') {
          this.#wasDenied = false;
          observer.trouble((this.#trouble = undefined));
          return answer.kind === 'wait' ? Math.min(periodMs, answer.forMs) : times.retryPeriodMs;
        }
        if (answer.kind === 'refused') {
          ({ why } = answer);
          patienceMs = Math.min(answer.retryAfterMs ?? 0, times.retryPeriodMs * LONGEST_RETRY_AFTER_PERIODS);
          if (!answer.isDenied || this.#wasDenied) break;
          this.#wasDenied = true;
          return Math.max(periodMs, patienceMs);
        }
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof KubernetesError)) throw error;
      // The request may have been carried out.
      this.#isStale = true;
      why = error.message;
    }
    observer.trouble((this.#trouble = why));
    return Math.max(periodMs, patienceMs);
  }

  /**
   * Reads the lease if necessary, then follows the rules. A result other than `lease` and `wait` means that it failed.
   */
  async #act(signal: AbortSignal): Promise<LeaseAnswer | Extract<Decision, { kind: 'wait' }>> {
    const { clock, leases, observer } = this.#options;
    // A holder knows the lease without reading it, because it has written it last.
    if (this.#isStale || this.#seen?.lease.record.holder !== this.#candidate.identity) {
      const found = await leases.get(signal);
      if (found.kind !== 'lease' && found.kind !== 'absent') return found;
      this.#see(found);
    }
    const judged = decide(this.#seen, this.#candidate, clock.uptime());
    if (judged.kind === 'wait') {
      this.#claimed = undefined;
      observer.held(judged.holder, (this.#seen?.renewals ?? 0) > 0);
      this.#lose(`${holderForPeople(judged.holder)} holds the lease`);
      return judged;
    }
    const sentAt = momentOf(clock);
    const record = claim(this.#candidate, judged, sentAt.now);
    if (judged.kind === 'take' || this.#claimed === undefined) this.#claimed = acquisition(this.#seen, this.#candidate);
    this.#isStale = true;
    const answer =
      judged.kind === 'create'
        ? await leases.create(record, signal)
        : await leases.update(judged.lease, record, signal);
    if (answer.kind === 'lease') {
      this.#see(answer);
      this.#hold(sentAt);
    }
    return answer;
  }

  #see(answer: Extract<LeaseAnswer, { kind: 'lease' | 'absent' }>): void {
    const lease = answer.kind === 'lease' ? answer.lease : undefined;
    this.#seen = observeLease(this.#seen, lease, this.#options.clock.uptime());
    this.#isStale = false;
  }

  #hold(sentAt: Moment): void {
    // Another candidate may have held the lease since the last term, even if shortly, so plans of that term are void.
    if (this.#term.leftMs === 0) this.#lapse();
    this.#term.renewed(sentAt);
    if (this.#term.leftMs === 0) return;
    if (!this.#hasTerm) this.#options.observer.gained(this.#claimed ?? 'again');
    this.#claimed = undefined;
    this.#hasTerm = true;
    this.#watchTerm();
  }

  /** Reports the end of the term when it comes, even while a check waits for an answer. */
  #watchTerm(): void {
    this.#termTimer?.abort();
    const { signal } = (this.#termTimer = new AbortController());
    this.#options.clock.sleep(this.#term.leftMs, signal).then(
      () => (this.#term.leftMs > 0 ? this.#watchTerm() : this.#lapse()),
      () => undefined,
    );
  }

  #lapse(): void {
    const why = this.#trouble === undefined ? '' : `: ${this.#trouble}`;
    this.#lose(`the lease was not renewed within ${this.#options.times.termMs} ms${why}`);
  }

  #lose(why: string): void {
    this.#term.end();
    this.#termTimer?.abort();
    if (!this.#hasTerm) return;
    this.#hasTerm = false;
    this.#options.observer.lost(why);
  }

  async #release(): Promise<void> {
    const { clock, leases, observer } = this.#options;
    const limit = new AbortController();
    const done = new AbortController();
    clock.sleep(RELEASE_LIMIT_MS, done.signal).then(
      () => limit.abort(new Error(`no answer within ${RELEASE_LIMIT_MS} ms`)),
      () => undefined,
    );
    let why = 'other clients keep writing to it';
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        if (this.#isStale) {
          const found = await leases.get(limit.signal);
          if (found.kind === 'refused') ({ why } = found);
          if (found.kind !== 'lease' && found.kind !== 'absent') continue;
          this.#see(found);
        }
        const { lease, isGone } = this.#seen ?? {};
        if (!lease || isGone || lease.record.holder !== this.#candidate.identity) return;
        this.#isStale = true;
        const answer = await leases.update(lease, release(lease, clock.now()), limit.signal);
        if (answer.kind === 'lease') return;
        if (answer.kind === 'refused') ({ why } = answer);
      }
    } catch (error) {
      why = errorText(error);
    } finally {
      done.abort();
    }
    observer.trouble(`the lease was not released and expires by itself: ${why}`);
  }
}

/** Uptime and wall clock at one moment. */
interface Moment {
  readonly uptime: number;
  readonly now: number;
}

function momentOf(clock: Clock): Moment {
  return { uptime: clock.uptime(), now: clock.now() };
}

class Term {
  readonly #clock: Clock;
  readonly #lengthMs: number;
  #since: Moment | undefined;

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock;
    this.#lengthMs = lengthMs;
  }

  /** `sentAt`: the time before the successful renewal was sent. No other candidate can have observed it earlier. */
  renewed(sentAt: Moment): void {
    this.#since = sentAt;
  }

  end(): void {
    this.#since = undefined;
  }

  /** 0: the term is over. */
  get leftMs(): number {
    if (!this.#since) return 0;
    const { uptime, now } = momentOf(this.#clock);
    // The uptime may stand still while the machine is suspended, and the wall clock may be set. The longer time counts,
    // so that a wrong clock can end the term early but never extend it.
    const passed = Math.max(uptime - this.#since.uptime, now - this.#since.now);
    return Math.max(0, this.#lengthMs - passed);
  }
}
