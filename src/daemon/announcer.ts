/**
 * Turns passes and changes of leadership into Events: counts, guards and revisions, never a title, a url or a secret.
 */
import { counted } from '../base/text.ts';
import { RESULTS } from '../reconcile/report.ts';
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { type Events, events } from '../kubernetes/events.ts';
import { isPassError } from '../reconcile/errors.ts';
import type { Pass } from '../reconcile/pass.ts';
import type { Loss, Sink } from '../runtime/happening.ts';
import type { Log } from '../runtime/log.ts';

/**
 * How often a problem that lasts is repeated. Kubernetes drops Events after an hour, and our budget of Events
 * (kubernetes/event-correlator.ts) grows by one every 5 minutes.
 */
const REMINDER_MS = 10 * 60_000;

/** How long posting may take at the end; it is part of the time within which the daemon promises to exit. */
const GRACE_MS = 1_000;

export interface AnnouncerOptions {
  /** Clock.uptime(). */
  readonly uptime: () => number;
  /**
   * Whether this instance leads. Only the leader announces problems of the tenant, since every standby sees them too.
   */
  readonly leads: () => boolean;
}

export class Announcer {
  readonly sink: Sink = (happening) => {
    switch (happening.kind) {
      case 'drifted':
        if (happening.drift.origin === 'remote') this.#drifts += 1;
        return;
      case 'change-failed':
        this.#changesFailed += 1;
        return;
      case 'pass-ended':
        return this.#passed(happening.pass);
      case 'leadership-gained':
        return this.#normal('BecameLeader', `${happening.identity} became the leader`);
      case 'leadership-lost':
        return this.#lost(happening.how, happening.identity);
      case 'changed':
      case 'pass-began':
      case 'pass-put-off':
      case 'pass-overdue':
      case 'checkout-read':
      case 'adopted':
      case 'receiver-tested':
      case 'receivers-not-listed':
      case 'request-answered':
      case 'request-retried':
      case 'standing-by':
      case 'lease-left':
      case 'lease-out-of-reach':
      case 'lease-in-reach':
      case 'configuration-reloaded':
      case 'configuration-refused':
      case 'tenant-replaced':
      case 'watch-impaired':
      case 'access-denied':
      case 'token-unreadable':
      case 'answer-failed':
      case 'shutting-down':
        return;
    }
    happening satisfies never;
  };
  readonly #options: AnnouncerOptions;
  #events: Events | undefined;
  /** Problems that last, by reason, with the last message and when it was sent. */
  readonly #standing = new Map<string, { readonly message: string; readonly saidAt: number }>();
  // These two are about the pass under way, and are reset when it ends.
  #drifts = 0;
  #changesFailed = 0;
  /** Failed passes in a row. */
  #passesFailed = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /**
   * Posts to `events` from now on; undefined: nowhere. What is queued for the ones before gets `GRACE_MS` to be posted.
   */
  async postTo(events: Events | undefined): Promise<void> {
    const before = this.#events;
    this.#events = events;
    await before?.close(GRACE_MS);
  }

  #passed(pass: Pass): void {
    const { report, error } = pass;
    if (RESULTS[report.result].isSuccess) this.#succeeded();
    else if (!report.isInterrupted) this.#failed(error);
    if (this.#options.leads()) this.#foundAndLeft(pass);
    this.#drifts = 0;
    this.#changesFailed = 0;
  }

  #lost(how: Loss, identity: string): void {
    switch (how) {
      case 'lost':
        return this.#warn('LostLease', `${identity} lost the lease and changes nothing any more`);
      case 'released':
        return this.#normal('ReleasedLease', `${identity} released the lease`);
      case 'left':
        return this.#normal('LeftLease', `${identity} leaves the lease to run out: a change got no answer`);
    }
  }

  #failed(error: unknown): void {
    this.#passesFailed += 1;
    this.#stand('PassFailed', `The pass failed: ${whatFailed(error)}`);
  }

  #succeeded(): void {
    const failures = this.#passesFailed;
    this.#passesFailed = 0;
    this.#standing.delete('PassFailed');
    if (failures > 0) this.#normal('Recovered', `Passes succeed again, after ${counted(failures, 'pass')} that failed`);
  }

  #foundAndLeft({ report }: Pass): void {
    const at = report.revision === undefined ? '' : ` at revision ${short(report.revision)}`;
    if (this.#drifts > 0) {
      const changed = `${counted(this.#drifts, 'subscription')} differed from the checkout`;
      this.#warn('Drift', `${changed}${at}: another client changed the tenant`);
    }
    const failures = this.#changesFailed;
    this.#stand('ChangesFailed', failures > 0 && `${counted(failures, 'change')} failed${at}: see /status`);
    if (!RESULTS[report.result].isSuccess) return;
    const held = report.withheld.filter(({ deletes }) => deletes > 0);
    const guards = held.map(({ guard, deletes }) => `${counted(deletes, 'delete')} by ${guard}`).join(', ');
    this.#stand('DeletesWithheld', held.length > 0 && `Withheld${at}: ${guards}. /healthz says how to lift it`);
  }

  /**
   * Warns when a problem begins, when its message changes, and every `REMINDER_MS` while it lasts. False: it is over.
   */
  #stand(reason: string, message: string | false): void {
    const before = this.#standing.get(reason);
    const now = this.#options.uptime();
    if (message === false) this.#standing.delete(reason);
    else if (before?.message !== message || now - before.saidAt >= REMINDER_MS) {
      this.#standing.set(reason, { message, saidAt: now });
      this.#warn(reason, message);
    }
  }

  #normal(reason: string, message: string): void {
    this.#events?.record({ type: 'Normal', reason, message });
  }

  #warn(reason: string, message: string): void {
    this.#events?.record({ type: 'Warning', reason, message });
  }
}

/** Described by the error's code, because its message may quote the API or a file. */
function whatFailed(error: unknown): string {
  if (!isPassError(error)) return 'see the log';
  switch (error.code) {
    case 'api': {
      const { request, status } = error;
      return `${request.method} ${request.route} ${status === undefined ? 'got no answer' : `answered ${status}`}`;
    }
    case 'credential':
      return 'the credentials cannot be used, see the log';
    case 'incomplete-listing':
      return 'the listing of the tenant could not be proved complete';
    case 'checkout':
      return `the checkout cannot be read (${error.reason}), see the log`;
    case 'pass-aborted':
      return 'it took too long and was stopped';
  }
}

function short(revision: string): string {
  return revision.replace(/^((?:sha256:)?[0-9a-f]{12})[0-9a-f]+$/, '$1');
}

/** Where Events are posted; undefined where the configuration wants none or there is no cluster. */
export function eventsFor(
  config: Pick<Config, 'kubernetes'>,
  cluster: Cluster | undefined,
  clock: Clock,
  log: Log,
): Events | undefined {
  if (!config.kubernetes.events || !cluster) return undefined;
  const { api, pod, server } = cluster;
  // The first failure in a row is a warning; the rest are only of use for debugging.
  const onFailed = (detail: string, isNews: boolean) =>
    log[isNews ? 'warn' : 'debug']({ server, detail }, 'event not posted');
  return events({ api, pod, clock, random: Math.random, onFailed });
}
