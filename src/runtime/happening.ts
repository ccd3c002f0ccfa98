/** The one stream of what happens, and the fan-out to its sinks: log, metrics, status, Events. */
import type { Mode } from '../config/config.ts';
import type { ConfigProblem } from '../config/source-value.ts';
import type { Acquisition } from '../kubernetes/election.ts';
import type { LoopHappening } from '../reconcile/loop.ts';
import type { PassHappening } from '../reconcile/pass.ts';
import type { Answered, ApiObserver, Retrying } from '../upvest/client.ts';

export type Happening = PassHappening | LoopHappening | ApiHappening | LeaseHappening | ServiceHappening;

/**
 * Handles a happening at once, without waiting for anything. A sink switches on `kind` without `default` and ends with
 * `happening satisfies never`, so that a new kind does not compile until every sink has decided about it.
 * A sink of a single kind may test for that kind alone.
 */
export type Sink = (happening: Happening) => void;

/** HTTP requests to the API. */
type ApiHappening =
  | { readonly kind: 'request-answered'; readonly answer: Answered }
  | { readonly kind: 'request-retried'; readonly retry: Retrying };

/**
 * `lost`: taken or not renewed in time. `released`: free at once. `left`: no longer renewed, and free once it has
 * expired.
 */
export type Loss = 'lost' | 'released' | 'left';

/** What happens to the lease (`namespace/name`). `identity`: this instance, as the lease names it. */
type LeaseHappening = { readonly lease: string } & (
  | { readonly kind: 'leadership-gained'; readonly identity: string; readonly how: Acquisition }
  | {
      readonly kind: 'leadership-lost';
      readonly identity: string;
      readonly how: Loss;
      readonly why: string;
      /** The instance that holds the lease now, where that is known. */
      readonly holder: string | undefined;
    }
  | { readonly kind: 'standing-by'; readonly holder: string }
  /** On stopping, the lease is not released and expires by itself. */
  | { readonly kind: 'lease-left'; readonly why: string }
  /** `isNews`: the lease was in reach until now. */
  | { readonly kind: 'lease-out-of-reach'; readonly why: string; readonly isNews: boolean }
  | { readonly kind: 'lease-in-reach' }
);

/** What happens to the daemon itself. */
type ServiceHappening =
  | {
      readonly kind: 'configuration-reloaded';
      readonly tenant: { readonly url: string; readonly clientId: string };
      readonly mode: Mode;
      readonly path: string;
      readonly warnings: readonly ConfigProblem[];
    }
  /** The previous configuration stays in effect. */
  | { readonly kind: 'configuration-refused'; readonly problems: readonly ConfigProblem[] }
  /** The configuration names another tenant: observations of the previous one no longer hold. */
  | { readonly kind: 'tenant-replaced' }
  /** Changes of the checkout may be noticed late. */
  | { readonly kind: 'watch-impaired'; readonly message: string; readonly error?: unknown }
  /** A request to our endpoints was refused. Only the first of its kind is reported. */
  | {
      readonly kind: 'access-denied';
      readonly isTrigger: boolean;
      readonly from: string | undefined;
      readonly host: string | undefined;
      readonly origin: string | undefined;
      readonly why: string;
    }
  /** `token`: its name in words, such as "the trigger token". */
  | { readonly kind: 'token-unreadable'; readonly token: string; readonly why: string }
  /** An endpoint could not make its answer. */
  | { readonly kind: 'answer-failed'; readonly error: unknown }
  | { readonly kind: 'shutting-down'; readonly why: string; readonly signal?: NodeJS.Signals };

/**
 * Calls all sinks in their order. A sink that throws does not affect the others: `onFailed` gets its error after them.
 */
export function fanOut(sinks: readonly Sink[], onFailed: (error: unknown) => void): Sink {
  return (happening) => {
    const errors: unknown[] = [];
    for (const sink of sinks) {
      try {
        sink(happening);
      } catch (error) {
        errors.push(error);
      }
    }
    errors.forEach(onFailed);
  };
}

/** Turns the reports of the API client into happenings, so that the client need not know them. */
export function apiObserver(emit: Sink): ApiObserver {
  return {
    answered: (answer) => emit({ kind: 'request-answered', answer }),
    retrying: (retry) => emit({ kind: 'request-retried', retry }),
  };
}
