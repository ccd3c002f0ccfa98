/** Keeps the tenant equal to the checkout: the loop of passes with everything that triggers it, for one configuration. */
import { setTimeout as delay } from 'node:timers/promises';
import { RecentWrites } from '../apply/recent-writes.ts';
import type { Clock } from '../base/clock.ts';
import type { WritePermit } from '../base/write-permit.ts';
import type { Config } from '../config/config.ts';
import { credentialFile } from '../http/credential-file.ts';
import { BackoffState } from '../reconcile/backoff.ts';
import { Loop } from '../reconcile/loop.ts';
import { DAEMON_PATIENCE_MS, type Pass, runPass } from '../reconcile/pass.ts';
import type { Trigger } from '../reconcile/report.ts';
import type { Sink } from '../runtime/happening.ts';
import { portsFor } from '../runtime/ports.ts';
import type { UpvestClient } from '../upvest/client.ts';
import type { Tokens } from './access.ts';
import { type Schedule, schedule } from './schedule.ts';
import { watchCheckout, type Watcher } from './watch/watch.ts';

/** No pass may take longer; `/livez` says so if one does all the same. */
const PASS_DEADLINE_MS = 15 * 60_000;

/** A file system that hangs must not keep the first pass from saying so. */
const WATCHER_READY_MS = 2_000;

/** What one engine hands to the next when the configuration is read again. */
export interface EngineState {
  readonly recentWrites: RecentWrites;
  readonly backoff: BackoffState;
}

export const emptyState = (): EngineState => ({ recentWrites: new RecentWrites(), backoff: new BackoffState() });

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
  /** Who shows them may call. */
  readonly tokens: Tokens;
  readonly #client: UpvestClient;
  readonly #loop: Loop;
  readonly #schedule: Schedule;
  readonly #watcher: Watcher;

  constructor({ config, client, writePermit, clock, emit, state }: EngineOptions) {
    this.config = config;
    this.#client = client;
    this.tokens = tokensOf(config, clock);
    const ports = portsFor(config, { client, writePermit, clock, recentWrites: state.recentWrites });
    this.#loop = new Loop({
      pass: async (trigger, mayBeOutrun, signal) =>
        runPass(trigger, {
          ports,
          backoff: state.backoff,
          emit,
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

  /** The first pass. It begins once the watcher is ready: what changes before that, nobody would report. */
  async begin(trigger: Trigger): Promise<Pass> {
    await Promise.race([this.#watcher.ready, delay(WATCHER_READY_MS, undefined, { ref: false })]);
    return this.request(trigger);
  }

  async request(trigger: Trigger): Promise<Pass> {
    return this.#loop.request(trigger);
  }

  /** Of a stopped engine: see Loop. */
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

  /** When the pass under way began (epoch ms), if it is beyond repair. */
  stuckSince(): number | undefined {
    return this.#loop.stuckSince;
  }

  /** Lets the request on the wire end, starts no other; after `graceMs` what is still open is cut: nobody knows what becomes of it. */
  async stop(reason: Error, graceMs: number): Promise<void> {
    this.#schedule.stop();
    const cut = setTimeout(() => void this.#client.close(), graceMs);
    // A watcher that a hanging file system holds says nothing any more, and is not worth waiting for.
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
