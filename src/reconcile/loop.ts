/**
 * Decides when a pass runs. Only one runs at a time; all triggers that come meanwhile lead to one more pass; a pass
 * that failed is repeated after a back-off.
 */
import type { Clock } from '../base/clock.ts';
import { PassAborted } from './errors.ts';
import type { Pass } from './pass.ts';
import { PutOff, type Urgency, urgency } from './put-off.ts';
import type { Trigger } from './report.ts';

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** A pass whose plan became stale is repeated at once, at most so often in a row. */
const AT_ONCE_IN_A_ROW = 3;
/** A stopped pass still waits for an answer, or for its time limit. After this long it is stuck. */
const STUCK_AFTER_MS = 60_000;

/** What happens to passes. */
export type LoopHappening =
  /** `startedAt`: epoch milliseconds. */
  | { readonly kind: 'pass-began'; readonly trigger: Trigger; readonly startedAt: number }
  /** A pass that was requested waits until `until` (epoch milliseconds), because the API asked to be left alone. */
  | { readonly kind: 'pass-put-off'; readonly until: number }
  /** Emitted before the next pass begins. `endedAt`: epoch milliseconds. */
  | { readonly kind: 'pass-ended'; readonly pass: Pass; readonly endedAt: number }
  /**
   * A pass is aborted because of its deadline. `isStuck`: it was aborted a while ago and has not ended, so that only a
   * restart helps. `startedAt`: epoch milliseconds.
   */
  | {
      readonly kind: 'pass-overdue';
      readonly trigger: Trigger;
      readonly startedAt: number;
      readonly isStuck: boolean;
    };

interface LoopOptions {
  /** Runs one pass; never rejects. */
  readonly pass: (trigger: Trigger, mayBeOutrun: () => boolean, signal: AbortSignal) => Promise<Pass>;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** A pass that takes longer is aborted. */
  readonly deadlineMs: number;
  readonly emit: (happening: LoopHappening) => void;
}

interface Waiting {
  trigger: Trigger;
  urgency: Urgency;
  readonly promise: Promise<Pass>;
  readonly resolve: (pass: Pass) => void;
}

/** `at`: Clock.uptime(). */
interface Alarm {
  readonly at: number;
  readonly cancel: AbortController;
}

export class Loop {
  readonly #options: LoopOptions;
  readonly #stop = new AbortController();
  #waiting: Waiting | undefined;
  #running: Promise<void> | undefined;
  #passing: AbortController | undefined;
  #stuckSince: number | undefined;
  #mayBeOutrun = false;
  #failures = 0;
  #atOnce = 0;
  readonly #putOff = new PutOff();
  #retry: Alarm | undefined;
  /** Wakes the loop for a pass that was requested while passes are put off. */
  #wake: Alarm | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /**
   * When the pass under way began (epoch milliseconds), if it is stuck. No other pass begins beside it, because it may
   * still change the tenant. Every wait within a pass has its own limit, so only a bug of this program gets here.
   */
  get stuckSince(): number | undefined {
    return this.#stuckSince;
  }

  /** When the back-off after a failed pass ends, or a pass requested meanwhile begins (epoch milliseconds). */
  get retryAt(): number | undefined {
    const at = Math.min(this.#retry?.at ?? Number.POSITIVE_INFINITY, this.#wake?.at ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(at) ? this.#epoch(at) : undefined;
  }

  /** When the wait ends that the API asked for (epoch milliseconds). Scheduled passes wait until then. */
  get putOffUntil(): number | undefined {
    const until = this.#putOff.until(this.#options.clock.uptime());
    return until && this.#epoch(until);
  }

  /** Once the loop is stopped: call it with a pass that began since, to answer the requests that still wait. */
  get answerWaiting(): ((pass: Pass) => void) | undefined {
    return this.#waiting?.resolve;
  }

  /**
   * Requests a pass that begins from now on, and not before the API may be asked again. Resolves with that pass. Once
   * the loop is stopped, only `answerWaiting` resolves it.
   */
  async request(trigger: Trigger): Promise<Pass> {
    if (this.#running && (trigger === 'watch' || trigger === 'poll')) this.#mayBeOutrun = true;
    const { promise } = this.#enqueue(trigger);
    if (!this.#running && this.#isDue()) this.#running = this.#run();
    return promise;
  }

  /** Aborts the pass under way and begins no other. Resolves when the pass under way has ended. */
  async stop(reason: Error): Promise<void> {
    this.#stop.abort(reason);
    this.#passing?.abort(reason);
    this.#retry?.cancel.abort(reason);
    this.#wake?.cancel.abort(reason);
    await this.#running;
  }

  #enqueue(trigger: Trigger): Waiting {
    const asked = urgency(trigger);
    const waiting = (this.#waiting ??= { trigger, urgency: asked, ...Promise.withResolvers<Pass>() });
    // The pass is reported under the most urgent reason: any other trigger comes before the schedule.
    if (waiting.trigger === 'schedule' && trigger !== 'retry') waiting.trigger = trigger;
    if (asked > waiting.urgency) waiting.urgency = asked;
    return waiting;
  }

  async #run(): Promise<void> {
    for (let next = this.#take(); next; next = this.#take()) {
      const pass = await this.#pass(next.trigger);
      this.#putOff.ended(pass, this.#options.clock.uptime());
      this.#plan(pass);
      this.#options.emit({ kind: 'pass-ended', pass, endedAt: this.#options.clock.now() });
      next.resolve(pass);
    }
    this.#running = undefined;
  }

  #take(): Waiting | undefined {
    if (!this.#isDue()) return undefined;
    const next = this.#waiting;
    this.#waiting = undefined;
    return next;
  }

  /** Whether a pass is due now. Sets an alarm for one that is due later. */
  #isDue(): boolean {
    if (this.#stop.signal.aborted || !this.#waiting) return false;
    const { clock } = this.#options;
    const at = this.#putOff.dueAt(this.#waiting.urgency, clock.uptime());
    if (at <= clock.uptime()) return true;
    const before = this.#wake?.at;
    this.#wake?.cancel.abort();
    this.#wake = undefined;
    // The retry that comes before runs the waiting pass as well.
    if (this.#retry && this.#retry.at <= at) return false;
    this.#wake = this.#alarm(at, () => {
      this.#wake = undefined;
      if (!this.#running && this.#isDue()) this.#running = this.#run();
    });
    if (at !== before) this.#options.emit({ kind: 'pass-put-off', until: this.#epoch(at) });
    return false;
  }

  #alarm(at: number, ring: () => void): Alarm {
    const { clock } = this.#options;
    const cancel = new AbortController();
    clock.sleep(at - clock.uptime(), cancel.signal).then(ring, () => undefined);
    return { at, cancel };
  }

  #epoch(uptime: number): number {
    const { clock } = this.#options;
    return clock.now() + uptime - clock.uptime();
  }

  async #pass(trigger: Trigger): Promise<Pass> {
    this.#retry?.cancel.abort();
    this.#retry = undefined;
    this.#wake?.cancel.abort();
    this.#wake = undefined;
    this.#putOff.began(this.#options.clock.uptime());
    this.#mayBeOutrun = false;
    const passing = (this.#passing = new AbortController());
    const ended = new AbortController();
    this.#options.emit({ kind: 'pass-began', trigger, startedAt: this.#options.clock.now() });
    void this.#watchOver(trigger, passing, ended.signal);
    try {
      return await this.#options.pass(trigger, () => this.#mayBeOutrun, passing.signal);
    } finally {
      ended.abort();
      this.#passing = undefined;
      this.#stuckSince = undefined;
    }
  }

  async #watchOver(trigger: Trigger, passing: AbortController, ended: AbortSignal): Promise<void> {
    const { clock, deadlineMs, emit } = this.#options;
    const startedAt = clock.now();
    const outlives = async (ms: number) =>
      clock.sleep(ms, ended).then(
        () => true,
        () => false,
      );
    if (!(await outlives(deadlineMs))) return;
    passing.abort(new PassAborted(`the pass took longer than ${deadlineMs / 1000} s`, { isOverdue: true }));
    emit({ kind: 'pass-overdue', trigger, startedAt, isStuck: false });
    if (!(await outlives(STUCK_AFTER_MS))) return;
    this.#stuckSince = startedAt;
    emit({ kind: 'pass-overdue', trigger, startedAt, isStuck: true });
  }

  #plan({ again }: Pass): void {
    if (again === 'at-once' && this.#atOnce < AT_ONCE_IN_A_ROW) {
      this.#atOnce += 1;
      void this.request('retry');
      return;
    }
    if (again === 'no') {
      this.#failures = 0;
      this.#atOnce = 0;
    } else this.#retryLater();
  }

  #retryLater(): void {
    if (this.#stop.signal.aborted) return;
    const { clock, random } = this.#options;
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures += 1;
    // Full jitter: a fleet that failed together does not come back together. The lower bound keeps the promised limit
    // of requests to a failing API, whatever the random number is.
    const shortest = Math.max(FIRST_RETRY_MS / 2, longest / 10);
    const waitMs = Math.round(Math.max(random() * longest, shortest));
    const now = clock.uptime();
    this.#retry = this.#alarm(this.#putOff.until(now) ?? now + waitMs, () => void this.request('retry'));
  }
}
