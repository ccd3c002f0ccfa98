/** The one stream of what happens, and the fan-out to its sinks: log, metrics, status, Events. */
import type { Mode } from '../config/config.ts';
import type { ConfigProblem } from '../config/source-value.ts';
import type { Acquisition } from '../kubernetes/election.ts';
import type { LoopHappening } from '../reconcile/loop.ts';
import type { PassHappening } from '../reconcile/pass.ts';
import type { Answered, ApiObserver, Retrying } from '../upvest/client.ts';

export type Happening = PassHappening | LoopHappening | ApiHappening | LeaseHappening | ServiceHappening;

/**
 * Takes in what happens: at once, and without waiting for anything. A sink switches on `kind` without `default` and ends
 * with `happening satisfies never`, so that a new kind does not compile until every sink has decided about it.
 * Only a sink of a single kind tests for it alone.
 */
export type Sink = (happening: Happening) => void;

/** HTTP requests to the API. */
type ApiHappening =
  | { readonly kind: 'request-answered'; readonly answer: Answered }
  | { readonly kind: 'request-retried'; readonly retry: Retrying };

/** `lost`: against our will. `left`: given up by us, but not to be had by others before it has run out. */
export type Loss = 'lost' | 'released' | 'left';

/** What becomes of the lease (`namespace/name`). `identity`: this instance, as the lease has it. */
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
  /** On stopping, the lease is left to run out by itself. */
  | { readonly kind: 'lease-left'; readonly why: string }
  /** `isNews`: it was in reach until now. */
  | { readonly kind: 'lease-out-of-reach'; readonly why: string; readonly isNews: boolean }
  | { readonly kind: 'lease-in-reach' }
);

/** What happens to the daemon itself. */
type ServiceHappening =
  | {
      readonly kind: 'configuration-reloaded';
      readonly mode: Mode;
      readonly path: string;
      readonly warnings: readonly ConfigProblem[];
    }
  /** The configuration before stays in effect. */
  | { readonly kind: 'configuration-refused'; readonly problems: readonly ConfigProblem[] }
  /** The configuration names another tenant: what was observed of the one before is void. */
  | { readonly kind: 'tenant-replaced' }
  /** Changes of the checkout may be noticed late. */
  | { readonly kind: 'watch-impaired'; readonly message: string; readonly error?: unknown }
  /** A request to our endpoints was not admitted: the first of its kind, further ones are not reported. */
  | {
      readonly kind: 'access-denied';
      readonly isTrigger: boolean;
      readonly from: string | undefined;
      readonly host: string | undefined;
      readonly origin: string | undefined;
      readonly why: string;
    }
  /** `token`: in words, such as "the trigger token". */
  | { readonly kind: 'token-unreadable'; readonly token: string; readonly why: string }
  /** An endpoint could not make its answer. */
  | { readonly kind: 'answer-failed'; readonly error: unknown }
  | { readonly kind: 'shutting-down'; readonly why: string; readonly signal?: NodeJS.Signals };

/** Serves all sinks in their order. One that throws harms no other: `onFailed` gets its error once all are served. */
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

/** Makes happenings of what the API's client reports, which knows nothing of them. */
export function apiObserver(emit: Sink): ApiObserver {
  return {
    answered: (answer) => emit({ kind: 'request-answered', answer }),
    retrying: (retry) => emit({ kind: 'request-retried', retry }),
  };
}
