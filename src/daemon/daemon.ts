/** The service: an engine that reconciles and a server that reports, and how both are reloaded and shut down. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { RecentWrites } from '../apply/recent-writes.ts';
import { systemClock } from '../base/clock.ts';
import { UNLIMITED } from '../base/write-permit.ts';
import type { Config } from '../config/config.ts';
import { resync } from '../config/kinds/schedule.ts';
import type { ConfigProblem } from '../config/source-value.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { PassAborted } from '../reconcile/errors.ts';
import type { Pass } from '../reconcile/pass.ts';
import type { Trigger } from '../reconcile/report.ts';
import { apiObserver, fanOut, type Sink } from '../runtime/happening.ts';
import { Leadership } from '../runtime/leadership.ts';
import { type Log, logClock, type LogOptions, logSink } from '../runtime/log.ts';
import { limitLines, logTransitions } from '../runtime/log-transitions.ts';
import { createClient } from '../upvest/create-client.ts';
import { Admission } from './endpoints/access.ts';
import { Announcer, eventsFor } from './announcer.ts';
import { Attribution } from './attribution.ts';
import { Engine, emptyState, type EngineState } from './engine.ts';
import { Listener } from './endpoints/listener.ts';
import { Metrics } from './metrics.ts';
import { Receivers } from './receivers.ts';
import type { Endpoints } from './endpoints/routes.ts';
import { Status } from './status.ts';
import type { Facts, Leading, Tenant } from './status/facts.ts';
import type { Health } from './status/health.ts';
import { FreezeWindows } from './status/freeze-windows.ts';

/** How long a request on the wire may take to end on shutdown: the daemon promises to exit within 10 s. */
const GRACE_MS = 8_000;

export class Daemon {
  readonly #log: Log;
  readonly #emit: Sink;
  readonly #receivers = new Receivers();
  readonly #metrics = new Metrics(
    () => ({
      leads: this.#leads,
      tenant: this.#tenant(),
      showsSubscriptions: this.#engine.config.server.subscriptionMetrics,
    }),
    this.#receivers,
  );
  readonly #admission: Admission;
  readonly #listening: Listener;
  readonly #status = new Status({ clock: systemClock, receivers: this.#receivers });
  readonly #announcer = new Announcer({ uptime: () => systemClock.uptime(), leads: () => this.#leads });
  readonly #attribution: Attribution;
  #cluster: Cluster | undefined;
  #state: EngineState = emptyState();
  /** Undefined where there is no lease: this is then the only instance and always leads. */
  #leadership: Leadership | undefined;
  #engine: Engine;
  #freezeWindows: FreezeWindows;
  #hasBegun = false;
  #isStopping = false;

  /** `cluster` is given if the configuration has a lease or wants Events. */
  constructor(config: Config, log: Log, cluster?: Cluster, logOptions: LogOptions = {}) {
    this.#log = log;
    // Every output channel is a sink: a new one is one more file and one more entry here.
    const logged = [logTransitions(log, () => this.#leads), limitLines(log, logSink(log, logOptions)), logClock(log)];
    this.#attribution = new Attribution(config.source, {
      tell: (...told) => this.#status.attribute(...told),
      failed: (error) => log.error({ err: error }, 'the commits of entries could not be told'),
    });
    const sinks = [
      ...logged,
      this.#status.sink,
      this.#metrics.sink,
      this.#announcer.sink,
      // After the status, which is told of the commits of a pass that it knows.
      this.#attribution.sink,
    ];
    this.#emit = fanOut(sinks, (error) => log.error({ err: error }, 'a sink failed'));
    this.#admission = new Admission(this.#emit);
    this.#listening = new Listener(this.#endpoints(), log);
    this.#cluster = cluster;
    this.#leadership = this.#createLeadership(config);
    this.#engine = this.#createEngine(config);
    this.#freezeWindows = freezeWindowsOf(config);
    void this.#announcer.postTo(eventsFor(config, cluster, systemClock, log));
  }

  /** Listens, then begins the first pass. Rejects if it cannot listen at the address. */
  async start(): Promise<{ readonly port: number; readonly firstPass: Promise<Pass> }> {
    const port = await this.#listening.at(this.#engine.config.server);
    return { port, firstPass: this.#begin('start') };
  }

  /** Reports that the configuration read has errors; the one before stays in effect. */
  refuse(problems: readonly ConfigProblem[]): void {
    this.#emit({ kind: 'configuration-refused', problems });
  }

  /**
   * Continues with another configuration, whose warnings are `warnings`. What is known of the tenant is kept unless the
   * configuration names another tenant. The configuration before stays in effect if the daemon cannot listen at the new
   * address, or if `stop` was called first.
   */
  async reload(config: Config, warnings: readonly ConfigProblem[], cluster?: Cluster): Promise<void> {
    const before = this.#engine;
    const { config: old } = before;
    const isOtherLease = JSON.stringify(old.lease) !== JSON.stringify(config.lease);
    const isElsewhere = old.server.host !== config.server.host || old.server.port !== config.server.port;
    // A process opens its cluster once: from here on it is closed with the daemon.
    this.#cluster = cluster ?? this.#cluster;
    const why = isElsewhere ? await this.#listening.move(old.server, config.server) : undefined;
    if (why !== undefined) {
      this.refuse([...warnings, { severity: 'error', place: 'server', field: 'server.port', message: why }]);
      return;
    }
    await before.stop(new PassAborted('the configuration is read again'), GRACE_MS);
    if (isOtherLease) await this.#leadership?.stop();
    // `stop` may have been called while this waited: it would not stop what begins only now.
    if (this.#isStopping) return;
    if (old.kubernetes.events !== config.kubernetes.events)
      await this.#announcer.postTo(eventsFor(config, cluster, systemClock, this.#log));
    if (this.#isStopping) return;
    if (old.api.url !== config.api.url) this.#forgetTenant(new RecentWrites());
    // Recent writes are kept: another client id may reach the same tenant, whose listing may still lag.
    else if (old.api.clientId !== config.api.clientId) this.#forgetTenant(this.#state.recentWrites.ofAnotherClient());
    if (isOtherLease) this.#leadership = this.#createLeadership(config);
    this.#engine = this.#createEngine(config);
    this.#freezeWindows = freezeWindowsOf(config);
    this.#attribution.replace(config.source);
    this.#log.level = config.log.level;
    const { policy, source } = config;
    const { url, clientId = '' } = config.api;
    this.#emit({
      kind: 'configuration-reloaded',
      tenant: { url, clientId },
      mode: policy.mode,
      path: source.path,
      warnings,
    });
    // Callers that wait for a pass that the old engine has not begun get this one.
    void this.#begin('reload').then(before.answerWaiting);
  }

  /** The daemon is not ready from now on. Resolves when nothing is under way any more. */
  async stop(reason: Error, signal?: NodeJS.Signals): Promise<void> {
    this.#isStopping = true;
    this.#emit({ kind: 'shutting-down', why: reason.message, ...(signal && { signal }) });
    this.#attribution.stop();
    await this.#engine.stop(reason, GRACE_MS);
    await this.#leadership?.stop();
    await Promise.all([this.#announcer.postTo(undefined), this.#listening.end()]);
    await this.#cluster?.api.close();
  }

  /** Forgets all that is known of the tenant but for `recentWrites`. */
  #forgetTenant(recentWrites: RecentWrites): void {
    this.#state = { ...emptyState(), recentWrites };
    this.#emit({ kind: 'tenant-replaced' });
  }

  get #leads(): boolean {
    return this.#leadership?.leads ?? true;
  }

  /** The first pass of an engine. It waits until leadership is decided, or cannot be decided for now. */
  async #begin(trigger: Trigger): Promise<Pass> {
    this.#leadership?.start();
    await this.#leadership?.decided;
    this.#hasBegun = true;
    return this.#engine.begin(trigger);
  }

  #createLeadership({ lease }: Config): Leadership | undefined {
    const cluster = this.#cluster;
    if (!lease || !cluster) return undefined;
    return new Leadership({
      lease,
      api: cluster.api,
      identity: `${cluster.pod.name}_${randomUUID()}`,
      clock: systemClock,
      random: Math.random,
      emit: this.#emit,
      onGained: (mayHavePredecessor) => {
        if (mayHavePredecessor) this.#state.recentWrites.creates.inherit(systemClock.uptime());
        // Deferred until the term has begun, because the pass must belong to it.
        if (this.#hasBegun) setImmediate(() => void this.#engine.request('lease'));
      },
    });
  }

  #createEngine(config: Config): Engine {
    const writePermit = this.#leadership?.writePermit ?? UNLIMITED;
    const emit = this.#emit;
    const client = createClient({ api: config.api, clock: systemClock, writePermit, observer: apiObserver(emit) });
    return new Engine({ config, client, writePermit, clock: systemClock, emit, state: this.#state });
  }

  #tenant(): Tenant {
    const { url, clientId = null } = this.#engine.config.api;
    return { url, clientId };
  }

  #leading(): Leading {
    if (!this.#leadership) return { leads: true };
    const { leads, name, holder = null, trouble } = this.#leadership;
    const { durationMs } = this.#engine.config.lease ?? {};
    const told = { ...(durationMs !== undefined && { durationMs }), ...(trouble !== undefined && { trouble }) };
    return { leads, lease: { name, holder, ...told } };
  }

  #health(): Health {
    const { mode } = this.#engine.config.policy;
    const troubles = [this.#leadership?.trouble ?? [], putOff(this.#engine.putOffUntil())].flat();
    return this.#status.health(mode, this.#engine.resyncMs(), this.#leads, troubles);
  }

  #facts(): Facts {
    const { policy, schedule, source } = this.#engine.config;
    const { adopt, maxDeletes, quarantineMs, tombstones } = policy;
    const { status, reasons } = this.#health();
    return {
      tenant: this.#tenant(),
      instance: this.#cluster?.pod.name ?? hostname(),
      mode: policy.mode,
      policy: { adopt, maxDeletes, quarantineMs, tombstones },
      nextPassAt: this.#engine.nextPassAt(),
      leading: this.#leading(),
      health: { status, reasons },
      freezeWindows: this.#freezeWindows.at(systemClock.now()),
      resync: { every: String(resync.toFile(schedule.resync)), timezone: schedule.timezone },
      sourceUrl: source.url ?? null,
    };
  }

  #endpoints(): Endpoints {
    return {
      health: () => this.#health(),
      stuck: () => {
        const since = this.#engine.stuckSince();
        return since === undefined ? undefined : `a pass has been running since ${new Date(since).toISOString()}`;
      },
      unready: () => {
        if (this.#isStopping) return 'shutting down';
        const isReady = this.#status.hasPassed || this.#leadership?.isHeldElsewhere;
        return isReady ? undefined : 'the first pass has not ended yet';
      },
      status: async () => this.#status.served(this.#facts()),
      statusSource: {
        contents: () => this.#status.contents(this.#facts()),
        onChange: (listener) => this.#status.onChange(listener),
      },
      metrics: async () => ({ text: await this.#metrics.text(), contentType: this.#metrics.contentType }),
      denial: (request, access) => this.#admission.denial(request, access, this.#engine.tokens),
      mayReconcile: (request) => this.#admission.mayReconcile(request, this.#engine.tokens),
      failed: (error) => this.#emit({ kind: 'answer-failed', error }),
      trigger: () => ({ ended: this.#engine.request('request').then(({ report }) => report) }),
    };
  }
}

function freezeWindowsOf({ schedule }: Config): FreezeWindows {
  return new FreezeWindows(schedule.freeze, schedule.timezone);
}

function putOff(until: number | undefined): string | readonly [] {
  if (until === undefined) return [];
  return `the API asked to be left alone (Retry-After): no pass before ${new Date(until).toISOString()}, unless one is triggered or the checkout changes`;
}
