/** The service: an engine that reconciles, a server that tells, and what happens to both on reload and shutdown. */
import { randomUUID } from 'node:crypto';
import { RecentWrites } from '../apply/recent-writes.ts';
import { systemClock } from '../base/clock.ts';
import { UNLIMITED } from '../base/write-permit.ts';
import type { Config } from '../config/config.ts';
import { CredentialError } from '../http/credential-file.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { PassAborted } from '../reconcile/loop.ts';
import { CheckoutError } from '../reconcile/observe.ts';
import type { Pass, PassEvents } from '../reconcile/pass.ts';
import type { Trigger } from '../reconcile/report.ts';
import { Leadership } from '../runtime/leadership.ts';
import { type Log, logEvents } from '../runtime/log.ts';
import { SUSPICIOUS_SKEW_SECONDS } from '../upvest/clock-skew.ts';
import { createClient } from '../upvest/create-client.ts';
import { ApiError, IncompleteListingError } from '../upvest/errors.ts';
import { AccessLog } from './access.ts';
import { Announcer, eventsFor } from './announcer.ts';
import { Engine, nothingRemembered, type Remembered } from './engine.ts';
import { Listener } from './listener.ts';
import { Metrics } from './metrics.ts';
import type { Endpoints } from './server.ts';
import { type Leading, Status } from './status.ts';

/** A request on the wire gets this long to end on shutdown; Kubernetes and we promise to be gone within 10 s. */
const GRACE_MS = 8_000;

const MISCONFIGURED =
  'the configuration has mistakes (see the log): this goes on with the one before, and a restart would not start';

const EXPECTED = [ApiError, CredentialError, IncompleteListingError, CheckoutError, PassAborted];

export class Daemon {
  /** What was to be the configuration is none: as soon as this process ends, there is no other that starts. */
  isMisconfigured = false;
  readonly #log: Log;
  readonly #metrics = new Metrics();
  readonly #admission: AccessLog;
  readonly #listening: Listener;
  readonly #status = new Status(() => systemClock.uptime());
  readonly #announcer = new Announcer({ uptime: () => systemClock.uptime(), leads: () => this.#leads });
  #cluster: Cluster | undefined;
  #remembered: Remembered = nothingRemembered();
  /** Undefined: there is no other instance, and we always lead. */
  #leadership: Leadership | undefined;
  #engine: Engine;
  #hasBegun = false;
  #isStopping = false;
  #isClockOff = false;
  #lastRevision: string | undefined;

  /** `cluster`: as `openCluster` gives it for this configuration. */
  constructor(config: Config, log: Log, cluster?: Cluster) {
    this.#log = log;
    this.#admission = new AccessLog(log);
    this.#listening = new Listener(this.#endpoints(), log);
    this.#cluster = cluster;
    this.#leadership = this.#createLeadership(config);
    this.#engine = this.#createEngine(config);
    void this.#announcer.postTo(eventsFor(config, cluster, systemClock, log));
  }

  /** Listens, then begins the first pass. Rejects where the address cannot be had. */
  async start(): Promise<{ readonly port: number; readonly firstPass: Promise<Pass> }> {
    const port = await this.#listening.at(this.#engine.config.server);
    return { port, firstPass: this.#begin('start') };
  }

  /**
   * Goes on with another configuration; what is known of the tenant is kept unless it is another tenant's. False: `stop`
   * came first, or the address cannot be had.
   */
  async reload(config: Config, cluster?: Cluster): Promise<boolean> {
    const before = this.#engine;
    const { config: old } = before;
    const isOtherLease = JSON.stringify(old.lease) !== JSON.stringify(config.lease);
    const isElsewhere = old.server.host !== config.server.host || old.server.port !== config.server.port;
    if (isElsewhere && !(await this.#listening.move(old.server, config.server))) {
      this.isMisconfigured = true;
      return false;
    }
    await before.stop(new PassAborted('the configuration is read again'), GRACE_MS);
    if (old.kubernetes.events !== config.kubernetes.events)
      await this.#announcer.postTo(eventsFor(config, cluster, systemClock, this.#log));
    if (isOtherLease) await this.#leadership?.stop();
    // We may have been told to end while we waited: then nothing may begin that nobody would stop.
    if (this.#isStopping) return false;
    this.#cluster = cluster;
    if (old.api.url !== config.api.url) this.#forgetTenant(new RecentWrites());
    // It may be the same tenant, whose reads do not show yet what was created last.
    else if (old.api.clientId !== config.api.clientId)
      this.#forgetTenant(this.#remembered.recentWrites.ofAnotherClient());
    if (isOtherLease) this.#leadership = this.#createLeadership(config);
    this.#engine = this.#createEngine(config);
    // Whoever waits for a pass that the old engine has not begun gets this one.
    void this.#begin('reload').then(before.answerWaiting);
    return true;
  }

  /** Not ready from now on; resolves when nothing is under way any more. */
  async stop(reason: Error): Promise<void> {
    this.#isStopping = true;
    await this.#engine.stop(reason, GRACE_MS);
    await this.#leadership?.stop();
    await Promise.all([this.#announcer.postTo(undefined), this.#listening.end()]);
    await this.#cluster?.api.close();
  }

  /** All but what `recentWrites` knows. */
  #forgetTenant(recentWrites: RecentWrites): void {
    this.#remembered = { ...nothingRemembered(), recentWrites };
    this.#status.forget();
    this.#metrics.snapshot(undefined);
  }

  get #leads(): boolean {
    return this.#leadership?.leads ?? true;
  }

  /** The first pass of an engine, once it is known whether it may change anything, or that this is not to be known now. */
  async #begin(trigger: Trigger): Promise<Pass> {
    this.#leadership?.start();
    await this.#leadership?.decided;
    this.#hasBegun = true;
    return this.#engine.begin(trigger);
  }

  #createLeadership({ lease }: Config): Leadership | undefined {
    const cluster = this.#cluster;
    if (!lease || !cluster) {
      this.#metrics.leader(true);
      return undefined;
    }
    const identity = `${cluster.pod.name}_${randomUUID()}`;
    return new Leadership({
      lease,
      api: cluster.api,
      identity,
      clock: systemClock,
      random: Math.random,
      log: this.#log,
      onGained: (mayHavePredecessor) => {
        if (mayHavePredecessor) this.#remembered.recentWrites.creates.inherit(systemClock.uptime());
        this.#metrics.leader(true);
        this.#announcer.leadership('became', identity);
        // Not before the term has begun: the pass is to be one of it.
        if (this.#hasBegun) setImmediate(() => void this.#engine.request('lease'));
      },
      onLost: (how) => {
        this.#metrics.leader(false);
        this.#announcer.leadership(how, identity);
      },
    });
  }

  #createEngine(config: Config): Engine {
    const writePermit = this.#leadership?.writePermit ?? UNLIMITED;
    const client = createClient({
      api: config.api,
      clock: systemClock,
      writePermit,
      observer: {
        answered: ({ method, route, status, durationMs, requestId, skewSeconds }) => {
          this.#metrics.request(method, route, String(status), durationMs);
          if (skewSeconds !== undefined) this.#noteSkew(skewSeconds);
          this.#log.debug({ method, route, status, durationMs: Math.round(durationMs), requestId }, 'api request');
        },
        retrying: ({ reason, ...retry }) => {
          this.#metrics.retry(reason);
          this.#log.info({ reason, ...retry }, 'api request is repeated');
        },
      },
    });
    return new Engine({
      config,
      client,
      writePermit,
      clock: systemClock,
      log: this.#log,
      events: this.#announcer.hear(this.#events()),
      onPass: (pass) => this.#onPass(pass),
      onOverdue: ({ trigger, startedAt, isStuck }) => {
        this.#announcer.overdue();
        this.#log[isStuck ? 'fatal' : 'error'](
          { trigger, startedAt: new Date(startedAt).toISOString() },
          isStuck ? 'pass does not end' : 'pass is overdue',
        );
      },
      remembered: this.#remembered,
    });
  }

  /** Our clock less the API's. Requests are signed by the API's time, but somebody ought to know. */
  #noteSkew(skewSeconds: number): void {
    this.#metrics.skew(skewSeconds);
    const isOff = Math.abs(skewSeconds) >= SUSPICIOUS_SKEW_SECONDS;
    if (isOff === this.#isClockOff) return;
    this.#isClockOff = isOff;
    if (isOff) this.#log.warn({ skewSeconds }, 'the clock is off');
    else this.#log.info({ skewSeconds }, 'the clock is right again');
  }

  #events(): PassEvents {
    const logged = logEvents(this.#log);
    return {
      ...logged,
      change: (change, revision) => {
        this.#metrics.action(change.action, 'done');
        logged.change(change, revision);
      },
      drift: (origin) => this.#metrics.drift(origin),
      failed: (action, failure) => {
        this.#metrics.action(action.kind === 'quarantine' ? 'update' : action.kind, 'failed');
        logged.failed(action, failure);
      },
    };
  }

  #onPass(pass: Pass): void {
    const { report, snapshot, error } = pass;
    const now = systemClock.now();
    this.#metrics.pass(report);
    if (this.#status.record(pass, now)) this.#metrics.succeeded(now);
    if (snapshot) this.#metrics.snapshot(snapshot);
    this.#measureConvergence(pass, now);
    this.#announcer.passed(pass);
    const isWorthALine = report.result !== 'converged' || Object.values(report.changes).some((n) => n > 0);
    // Stopped on purpose; where that was for its deadline, that has been said.
    const isFault = report.result === 'failed' && !(error instanceof PassAborted);
    const level = isFault ? 'error' : isWorthALine ? 'info' : 'debug';
    // Anything but our own kinds of error comes from a fault in this program: only then the stack is of use.
    const isUnforeseen = error !== undefined && !EXPECTED.some((kind) => error instanceof kind);
    this.#log[level]({ ...report, ...(isUnforeseen && { err: error }) }, 'pass ended');
  }

  /** Counts only revisions that came while we were running: after a start, the age of the commit is not our doing. */
  #measureConvergence({ report, changedAt }: Pass, now: number): void {
    if (report.result !== 'converged' || report.revision === undefined) return;
    const isNew = this.#lastRevision !== undefined && this.#lastRevision !== report.revision;
    this.#lastRevision = report.revision;
    if (isNew && changedAt !== undefined) this.#metrics.converged(Math.max(0, now - changedAt));
  }

  #leading(): Leading {
    if (!this.#leadership) return { leads: true };
    const { leads, name, holder = null } = this.#leadership;
    return { leads, lease: { name, holder } };
  }

  #endpoints(): Endpoints {
    const mode = () => this.#engine.config.policy.mode;
    return {
      health: () => {
        const troubles = [
          this.isMisconfigured ? MISCONFIGURED : [],
          this.#leadership?.trouble ?? [],
          putOff(this.#engine.putOffUntil()),
        ].flat();
        return this.#status.health(mode(), this.#engine.resyncMs(), this.#leads, troubles);
      },
      stuck: () => {
        const since = this.#engine.stuckSince();
        return since === undefined ? undefined : `a pass has been running since ${new Date(since).toISOString()}`;
      },
      unready: () => {
        if (this.#isStopping) return 'shutting down';
        const isReady = this.#status.hasPassed || this.#leadership?.isHeldElsewhere;
        return isReady ? undefined : 'the first pass has not ended yet';
      },
      status: async () => this.#status.served(mode(), this.#engine.nextPassAt(), this.#leading()),
      metrics: async () => {
        this.#metrics.leader(this.#leads);
        return { text: await this.#metrics.text(), contentType: this.#metrics.contentType };
      },
      denial: (request, access) => this.#admission.denial(request, access, this.#engine.tokens),
      failed: (error) => this.#log.error({ err: error }, 'an answer could not be made'),
      trigger: () => ({ ended: this.#engine.request('request').then(({ report }) => report) }),
    };
  }
}

function putOff(until: number | undefined): string | readonly [] {
  if (until === undefined) return [];
  return `the API asked to be left alone (Retry-After): no pass before ${new Date(until).toISOString()}, unless one is triggered or the checkout changes`;
}
