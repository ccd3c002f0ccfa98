/**
 * Has test deliveries sent beside the passes: the API answers each only once its receiver has, which may take a minute.
 */
import { type Failure, failureOf, type TestDue } from '../apply/outcome.ts';
import type { Clock } from '../base/clock.ts';
import { isCallError, NotLeaderError } from '../upvest/errors.ts';
import type { UpvestClient } from '../upvest/client.ts';
import type { ReceiverState } from '../upvest/wire.ts';

/** What a test delivery came to. `failure`: the call itself failed, so that nothing is known of the receiver. */
export interface Tested extends TestDue {
  readonly state: ReceiverState;
  readonly detail: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly failure?: Failure;
}

export type ReceiverHappening =
  /** `isListed`: it is well, or one of the first that are not within a minute; the others are counted. */
  | { readonly kind: 'receiver-tested'; readonly tested: Tested; readonly isListed: boolean }
  /** So many receivers that are not well were not listed within the last minute. */
  | { readonly kind: 'receivers-not-listed'; readonly count: number };

interface TestOptions {
  readonly client: Pick<UpvestClient, 'testWebhook'>;
  readonly clock: Clock;
  readonly emit: (happening: ReceiverHappening) => void;
  /** How many are under way at once. */
  readonly concurrency: number;
  /** By title: what is still to be sent, also what a stopped instance has left. */
  readonly pending?: Map<string, TestDue>;
}

/** As many as a checkout has entries. */
const MOST_PENDING = 20_000;
/** Of receivers that are not well, within a minute: a thousand entries may go wrong at once. */
const MOST_LISTED = 20;
const LIST_MS = 60_000;
/** The id may be so new that the API does not find it yet. */
const WAITS_FOR_ID_MS = [1_000, 2_000, 4_000, 8_000];
/** After an outage the next delivery waits, twice as long after each further one. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

export class TestDeliveries {
  readonly #options: TestOptions;
  readonly #pending: Map<string, TestDue>;
  readonly #underWay = new Set<TestDue>();
  readonly #stop = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #outages = 0;
  /** Clock.uptime(). */
  #pausedUntil = 0;
  /** When listing begins anew: Clock.uptime(). */
  #listedUntil = 0;
  #listed = 0;
  #notListed = 0;

  constructor(options: TestOptions) {
    this.#options = options;
    this.#pending = options.pending ?? new Map<string, TestDue>();
  }

  /** A later test of the same entry takes the place of one that has not been sent. */
  readonly due = (test: TestDue): void => {
    this.#pending.delete(test.title);
    if (this.#pending.size < MOST_PENDING) this.#pending.set(test.title, test);
    this.begin();
  };

  /** Begins what is pending, as far as there are places. */
  begin(): void {
    const { concurrency } = this.#options;
    for (const test of this.#pending.values()) {
      if (this.#underWay.size >= concurrency || this.#stop.signal.aborted) return;
      if (this.#underWay.has(test)) continue;
      this.#underWay.add(test);
      void this.#carryOut(test);
    }
    if (this.#underWay.size === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves once nothing is pending, or after `ms`. Returns how many are left. */
  async atRest(ms: number): Promise<number> {
    if (this.#pending.size === 0) return 0;
    const { clock } = this.#options;
    const waiting = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const late = clock.sleep(ms, AbortSignal.any([waiting.signal, this.#stop.signal])).catch(() => undefined);
    await Promise.race([promise, late]);
    waiting.abort();
    this.#count();
    return this.#pending.size;
  }

  /** Breaks off what is under way, and leaves it pending. Nothing is emitted any more. */
  stop(): void {
    this.#stop.abort(new Error('test deliveries were stopped'));
  }

  /** An unforeseen error is not caught: it ends the process, as everywhere. */
  async #carryOut(test: TestDue): Promise<void> {
    const tested = await this.#send(test);
    this.#underWay.delete(test);
    if (this.#stop.signal.aborted) return;
    if (this.#pending.get(test.title) === test) {
      this.#pending.delete(test.title);
      if (tested) this.#report(tested);
    }
    this.begin();
  }

  /** Undefined: it was not sent, or is of no interest any more. */
  async #send(test: TestDue): Promise<Tested | undefined> {
    const { client, clock } = this.#options;
    const { signal } = this.#stop;
    for (let tries = 0; ; tries += 1) {
      try {
        const pauseMs = this.#pausedUntil - clock.uptime();
        if (pauseMs > 0) await clock.sleep(pauseMs, signal);
        const { state, detail } = (await client.testWebhook(test.id, signal)).value;
        this.#outages = 0;
        return { ...test, state, detail, at: clock.now() };
      } catch (error) {
        // An instance that stands by sends nothing; what its receivers answer is the leader's to know.
        if (signal.aborted || error instanceof NotLeaderError) return undefined;
        if (!isCallError(error)) throw error;
        const failure = failureOf(error);
        const waitMs = failure.status === 404 ? WAITS_FOR_ID_MS[tries] : undefined;
        if (waitMs === undefined) {
          this.#pause(failure);
          return { ...test, state: 'unknown', detail: failure.message, at: clock.now(), failure };
        }
        await clock.sleep(waitMs, signal).catch(() => undefined);
      }
    }
  }

  /** An API that fails, or asks for a wait, is not asked for each of a thousand deliveries at once. */
  #pause({ isOutage, retryAfterMs }: Failure): void {
    if (!isOutage && retryAfterMs === undefined) return;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#outages, LONGEST_PAUSE_MS);
    this.#outages += 1;
    this.#pausedUntil = this.#options.clock.uptime() + Math.max(pauseMs, retryAfterMs ?? 0);
  }

  #report(tested: Tested): void {
    const isListed = tested.state === 'ok' || this.#isListed();
    if (!isListed) {
      this.#notListed += 1;
      if (this.#notListed === 1) void this.#countLater();
    }
    this.#options.emit({ kind: 'receiver-tested', tested, isListed });
  }

  #isListed(): boolean {
    const now = this.#options.clock.uptime();
    if (now >= this.#listedUntil) {
      this.#listedUntil = now + LIST_MS;
      this.#listed = 0;
    }
    this.#listed += 1;
    return this.#listed <= MOST_LISTED;
  }

  async #countLater(): Promise<void> {
    const { clock } = this.#options;
    try {
      await clock.sleep(this.#listedUntil - clock.uptime(), this.#stop.signal);
    } catch {
      return;
    }
    this.#count();
  }

  #count(): void {
    const count = this.#notListed;
    this.#notListed = 0;
    if (count > 0) this.#options.emit({ kind: 'receivers-not-listed', count });
  }
}
