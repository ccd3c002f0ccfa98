/** Decides when a pass runs: one at a time, triggers that come meanwhile as one more, failures again after a back-off. */
import type { Clock } from '../clock.ts';
import type { Pass } from './pass.ts';
import type { Trigger } from './report.ts';

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** A plan that moved under its pass is made anew at once, but not for ever. */
const AT_ONCE_IN_A_ROW = 3;

export interface LoopOptions {
  /** Runs one pass; never rejects. */
  readonly pass: (trigger: Trigger, mayBeOutrun: () => boolean, signal: AbortSignal) => Promise<Pass>;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Aborts a pass that takes longer. */
  readonly deadlineMs: number;
  /** Called after each pass, before the next one begins. */
  readonly onPass: (pass: Pass) => void;
}

interface Waiting {
  readonly trigger: Trigger;
  readonly promise: Promise<Pass>;
  readonly resolve: (pass: Pass) => void;
}

export class Loop {
  readonly #options: LoopOptions;
  readonly #stop = new AbortController();
  #waiting: Waiting | undefined;
  #running: Promise<void> | undefined;
  #runningSince: number | undefined;
  #mayBeOutrun = false;
  #failures = 0;
  #atOnce = 0;
  #retry: { readonly at: number; readonly cancel: AbortController } | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** When the current pass began (epoch ms). */
  get runningSince(): number | undefined {
    return this.#runningSince;
  }

  /** When the back-off after a failed pass ends (epoch ms). */
  get retryAt(): number | undefined {
    return this.#retry?.at;
  }

  /** Asks for a pass that begins from now on. Resolves with it; never, once the loop is stopped. */
  async request(trigger: Trigger): Promise<Pass> {
    if (this.#running && (trigger === 'watch' || trigger === 'poll')) this.#mayBeOutrun = true;
    this.#waiting ??= { trigger, ...Promise.withResolvers<Pass>() };
    const { promise } = this.#waiting;
    this.#running ??= this.#run();
    return promise;
  }

  /** Begins nothing more; resolves when the pass under way has come to rest. */
  async stop(reason: Error): Promise<void> {
    this.#stop.abort(reason);
    this.#retry?.cancel.abort(reason);
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let next = this.#take(); next; next = this.#take()) {
      const pass = await this.#pass(next.trigger);
      this.#plan(pass);
      this.#options.onPass(pass);
      next.resolve(pass);
    }
    this.#running = undefined;
  }

  #take(): Waiting | undefined {
    if (this.#stop.signal.aborted) return undefined;
    const next = this.#waiting;
    this.#waiting = undefined;
    return next;
  }

  async #pass(trigger: Trigger): Promise<Pass> {
    const { clock, deadlineMs, pass } = this.#options;
    this.#retry?.cancel.abort();
    this.#retry = undefined;
    this.#mayBeOutrun = false;
    this.#runningSince = clock.now();
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Error(`the pass took longer than ${deadlineMs / 1000} s`)),
      deadlineMs,
    );
    try {
      const signal = AbortSignal.any([this.#stop.signal, deadline.signal]);
      return await pass(trigger, () => this.#mayBeOutrun, signal);
    } finally {
      clearTimeout(timer);
      this.#runningSince = undefined;
    }
  }

  #plan({ again }: Pass): void {
    if (again === 'at-once' && this.#atOnce < AT_ONCE_IN_A_ROW) {
      this.#atOnce += 1;
      void this.request('retry');
      return;
    }
    this.#atOnce = 0;
    if (again === 'no') this.#failures = 0;
    else this.#retryLater();
  }

  #retryLater(): void {
    const { clock, random } = this.#options;
    const longest = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures += 1;
    // Half of it fixed, half of it by chance: a fleet that failed together does not come back together.
    const waitMs = longest / 2 + (random() * longest) / 2;
    const cancel = new AbortController();
    this.#retry = { at: clock.now() + waitMs, cancel };
    clock.sleep(waitMs, AbortSignal.any([cancel.signal, this.#stop.signal])).then(
      () => void this.request('retry'),
      () => undefined,
    );
  }
}
