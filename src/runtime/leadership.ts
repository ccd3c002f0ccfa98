/** Whether this instance may change the tenant: the state of the election for passes, status, health and happenings. */
import type { Clock } from '../base/clock.ts';
import type { WritePermit } from '../base/write-permit.ts';
import type { LeaseConfig } from '../config/config.ts';
import type { KubernetesApi } from '../kubernetes/api.ts';
import type { Acquisition } from '../kubernetes/election.ts';
import { Elector } from '../kubernetes/elector.ts';
import { holderForPeople, leases } from '../kubernetes/lease.ts';
import { PassAborted } from '../reconcile/errors.ts';
import type { Loss, Sink } from './happening.ts';

interface LeadershipOptions {
  readonly lease: LeaseConfig;
  readonly api: KubernetesApi;
  /** The holder name in the lease. It is unique to this process. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly emit: Sink;
  /**
   * Called before the first change may be made. `mayHavePredecessor`: another instance may have changed something just
   * before.
   */
  readonly onGained: (mayHavePredecessor: boolean) => void;
  /** Called after each read of the lease. */
  readonly onLook?: () => void;
}

export class Leadership {
  readonly writePermit: WritePermit;
  readonly identity: string;
  /** Resolves once it is known whether we lead, or once a read of the lease has failed. */
  readonly decided: Promise<void>;
  readonly #options: LeadershipOptions;
  readonly #elector: Elector;
  readonly #decide: () => void;
  readonly #changes: InFlight;
  #term: AbortController | undefined;
  /** Why the lease is given up: undefined until it is. */
  #leaving: Exclude<Loss, 'lost'> | undefined;
  /** The other instance that holds the lease, as far as we know, and whether we have seen it renew the lease. */
  #holder: { readonly name: string; readonly isAlive: boolean } | undefined;
  /** `since`: Clock.uptime(). */
  #trouble: { readonly why: string; readonly since: number } | undefined;

  constructor(options: LeadershipOptions) {
    const { lease, api, identity, clock, random } = options;
    this.#options = options;
    this.#changes = new InFlight(clock);
    this.identity = identity;
    ({ promise: this.decided, resolve: this.#decide } = Promise.withResolvers<void>());
    // A request that hangs must leave time for another one before the term ends.
    const timeoutMs = Math.ceil(Math.min(lease.renewDeadlineMs, lease.termMs) / 2);
    this.#elector = new Elector({
      identity,
      times: lease,
      leases: leases(api, lease, timeoutMs),
      clock,
      random,
      observer: {
        gained: (how) => this.#gained(how),
        lost: (why) => this.#lost(why),
        held: (holder, isAlive) => this.#held(holder, isAlive),
        trouble: (why) => {
          this.#troubled(why);
          options.onLook?.();
        },
      },
    });
    this.writePermit = {
      barred: () => (this.leads ? undefined : `this instance does not hold the lease ${this.name}`),
      term: () => (this.leads ? this.#term?.signal : undefined),
      sending: () => this.#changes.begin(),
    };
  }

  get name(): string {
    const { namespace, name } = this.#options.lease;
    return `${namespace}/${name}`;
  }

  get leads(): boolean {
    return this.#elector.leads;
  }

  /** The holder of the lease: this instance, another one, or undefined where that is not known. */
  get holder(): string | undefined {
    return this.leads ? this.identity : this.#holder?.name;
  }

  /** Another instance holds the lease, as far as we know. */
  get isHeldElsewhere(): boolean {
    return this.#holder !== undefined && !this.leads;
  }

  /** The other instance that holds the lease and has been seen to renew it. */
  get livingHolder(): string | undefined {
    return this.#holder?.isAlive ? this.#holder.name : undefined;
  }

  /** Why the last attempt to read or write the lease failed. */
  get setback(): string | undefined {
    return this.#trouble?.why;
  }

  /** A problem for the operator: the lease has been out of reach for longer than its duration, or since the start. */
  get trouble(): string | undefined {
    const { lease, clock } = this.#options;
    if (!this.#trouble || clock.uptime() - this.#trouble.since < lease.renewDeadlineMs) return undefined;
    return `the lease ${this.name} is out of reach: ${this.#trouble.why}`;
  }

  start(): void {
    this.#elector.start();
  }

  /**
   * Ends the leadership; no change may begin afterwards. The lease is released, so that another instance may take it at
   * once, unless a change that got no answer may still be carried out: it could undo what the other instance writes.
   */
  async stop(): Promise<void> {
    const { lease, emit } = this.#options;
    const isInDoubt = this.#changes.within(lease.durationMs);
    this.#leaving = isInDoubt ? 'left' : 'released';
    const why = 'a change got no answer and may still be carried out';
    if (isInDoubt) emit({ kind: 'lease-left', lease: this.name, why });
    await this.#elector.stop(!isInDoubt);
    this.#decide();
  }

  #gained(how: Acquisition): void {
    const { emit, onGained } = this.#options;
    this.#holder = undefined;
    this.#term = new AbortController();
    emit({ kind: 'leadership-gained', lease: this.name, identity: this.identity, how });
    onGained(how === 'released' || how === 'expired');
    this.#decide();
  }

  #lost(why: string): void {
    this.#term?.abort(new PassAborted(`this instance no longer holds the lease ${this.name}: ${why}`));
    this.#term = undefined;
    const { name: lease, identity } = this;
    const how = this.#leaving ?? 'lost';
    this.#options.emit({ kind: 'leadership-lost', lease, identity, how, why, holder: this.#holder?.name });
  }

  #held(holder: string, isAlive: boolean): void {
    const name = holderForPeople(holder);
    if (this.#holder?.name !== name) this.#options.emit({ kind: 'standing-by', lease: this.name, holder: name });
    this.#holder = { name, isAlive };
    this.#decide();
  }

  #troubled(why: string | undefined): void {
    const { emit, clock } = this.#options;
    if (why === undefined) {
      if (this.#trouble) emit({ kind: 'lease-in-reach', lease: this.name });
      this.#trouble = undefined;
      return;
    }
    emit({ kind: 'lease-out-of-reach', lease: this.name, why, isNews: !this.#trouble });
    this.#trouble = { why, since: this.#trouble?.since ?? clock.uptime() };
    this.#decide();
  }
}

/** Changes that the API may still carry out although no call waits for the answer: the lease must outlast them. */
export class InFlight {
  readonly #clock: Clock;
  #unanswered = 0;
  /** Clock.uptime(). */
  #lastGivenUpAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records that a change is sent. The returned function is called once, with whether the API has finished with it. */
  begin(): (isOver: boolean) => void {
    this.#unanswered += 1;
    return (isOver) => {
      this.#unanswered -= 1;
      if (!isOver) this.#lastGivenUpAt = this.#clock.uptime();
    };
  }

  /**
   * Whether a change waits for its answer, or was given up without one in the last `ms`. A change that was sent again
   * and then answered still counts: the first request may be carried out later than everything sent in between.
   */
  within(ms: number): boolean {
    return this.#unanswered > 0 || this.#clock.uptime() - this.#lastGivenUpAt < ms;
  }
}
