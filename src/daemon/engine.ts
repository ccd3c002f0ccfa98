/** Keeps the tenant equal to the checkout for one configuration: the loop of passes, and the triggers that feed it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TestDue } from '../apply/outcome.ts';
import { RecentWrites } from '../apply/recent-writes.ts';
import type { Clock } from '../base/clock.ts';
import type { WritePermit } from '../base/write-permit.ts';
import type { Config } from '../config/config.ts';
import { credentialFile } from '../http/credential-file.ts';
import { BackoffState } from '../reconcile/backoff.ts';
import { Loop } from '../reconcile/loop.ts';
import { DAEMON_PATIENCE_MS, type Pass, runPass } from '../reconcile/pass.ts';
import type { Trigger } from '../reconcile/report.ts';
import { TestDeliveries } from '../reconcile/test-deliveries.ts';
import type { Sink } from '../runtime/happening.ts';
import { portsFor } from '../runtime/ports.ts';
import type { UpvestClient } from '../upvest/client.ts';
import type { Tokens } from './endpoints/access.ts';
import { type Schedule, schedule } from './schedule.ts';
import { watchCheckout, type Watcher } from './watch/watch.ts';

/** The longest a pass may take; `/livez` fails if one takes longer all the same. */
const PASS_DEADLINE_MS = 15 * 60_000;

/** The first pass waits no longer for the watcher: if the file system hangs, that pass is what reports it. */
const WATCHER_READY_MS = 2_000;

/** What one engine hands to the next when the configuration is read again. */
export interface EngineState {
  readonly recentWrites: RecentWrites;
  readonly backoff: BackoffState;
  /** Test deliveries that are still to be sent, by title. */
  readonly testsDue: Map<string, TestDue>;
}

export const emptyState = (): EngineState => ({
  recentWrites: new RecentWrites(),
  backoff: new BackoffState(),
  testsDue: new Map(),
});

export interface EngineOptions {
  readonly config: Config;
  readonly client: UpvestClient;
  readonly writePermit: WritePermit;
  readonly clock: Clock;
  readonly emit: Sink;
  readonly state: EngineState;
}

export class Engine {
  readonly config: Config;
  /** The tokens that admit a request. */
  readonly tokens: Tokens;
  readonly #client: UpvestClient;
  readonly #loop: Loop;
  readonly #tests: TestDeliveries;
  readonly #schedule: Schedule;
  readonly #watcher: Watcher;

  constructor({ config, client, writePermit, clock, emit, state }: EngineOptions) {
    this.config = config;
    this.#client = client;
    this.tokens = tokensOf(config, clock);
    const ports = portsFor(config, { client, writePermit, clock, recentWrites: state.recentWrites });
    const { concurrency } = config.api;
    this.#tests = new TestDeliveries({ client, clock, emit, concurrency, pending: state.testsDue });
    this.#loop = new Loop({
      pass: async (trigger, mayBeOutrun, signal) =>
        runPass(trigger, {
          ports,
          backoff: state.backoff,
          emit,
          onTestDue: this.#tests.due,
          patienceMs: DAEMON_PATIENCE_MS,
          mayBeOutrun,
          signal,
        }),
      clock,
      random: Math.random,
      deadlineMs: PASS_DEADLINE_MS,
      emit,
    });
    this.#schedule = schedule(
      config.schedule.resync,
      config.schedule.timezone,
      clock,
      () => void this.request('schedule'),
    );
    this.#watcher = watchCheckout({
      path: config.source.path,
      debounceMs: config.source.debounceMs,
      fingerprint: ports.fingerprint,
      onChange: (how) => void this.request(how),
      onWarning: (message, error) => emit({ kind: 'watch-impaired', message, error }),
    });
  }

  /** The first pass. It begins once the watcher is ready, because earlier changes would not be reported. */
  async begin(trigger: Trigger): Promise<Pass> {
    await Promise.race([this.#watcher.ready, delay(WATCHER_READY_MS, undefined, { ref: false })]);
    this.#tests.begin();
    return this.request(trigger);
  }

  async request(trigger: Trigger): Promise<Pass> {
    return this.#loop.request(trigger);
  }

  /** See Loop; only for a stopped engine. */
  get answerWaiting(): ((pass: Pass) => void) | undefined {
    return this.#loop.answerWaiting;
  }

  /** Epoch ms. */
  nextPassAt(): number {
    if (this.putOffUntil() !== undefined) return this.#loop.retryAt ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#schedule.next(), this.#loop.retryAt ?? Number.POSITIVE_INFINITY);
  }

  /** Until when the API asked to be left alone (epoch ms). */
  putOffUntil(): number | undefined {
    return this.#loop.putOffUntil;
  }

  resyncMs(): number {
    return this.#schedule.intervalMs();
  }

  /** When the pass under way began (epoch ms), if it is stuck: see Loop. */
  stuckSince(): number | undefined {
    return this.#loop.stuckSince;
  }

  /** Lets the request on the wire end and starts no other. After `graceMs` it is cut, and its outcome stays unknown. */
  async stop(reason: Error, graceMs: number): Promise<void> {
    this.#schedule.stop();
    this.#tests.stop();
    const cut = setTimeout(() => void this.#client.close(), graceMs);
    // A watcher that a hanging file system blocks reports nothing any more, so it is not waited for longer.
    const unwatched = Promise.race([this.#watcher.close(), delay(graceMs, undefined, { ref: false })]);
    await Promise.all([unwatched, this.#loop.stop(reason)]);
    clearTimeout(cut);
    await this.#client.close();
  }
}

function tokensOf({ server: { tokenFile, triggerTokenFile } }: Config, clock: Clock): Tokens {
  const read = (setting: string, file: string | undefined) =>
    file === undefined ? undefined : credentialFile(file, setting, clock);
  return {
    reading: read('server.tokenFile', tokenFile),
    trigger: read('server.triggerTokenFile', triggerTokenFile),
  };
}
