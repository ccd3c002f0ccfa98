/**
 * Carries a plan out: creates (and enables what was created), then enables and updates, and only if all of those
 * succeeded, quarantines and deletes. One failing subscription never stops the others, except where the API refuses or
 * fails us altogether.
 */
import { CredentialError } from '../http/credential-error.ts';
import type { Action } from '../plan/plan.ts';
import { ApiError, BarredError, IncompleteListingError } from '../upvest/errors.ts';
import type { ApplyContext } from './context.ts';
import { create } from './create.ts';
import { type Failure, failureOf, type Outcome } from './outcome.ts';
import { remove } from './remove.ts';
import { quarantine, update } from './update.ts';

/** After so many answers in a row that speak of an outage, or refuse us, the rest of the plan would only add to it. */
const OUTAGE = 3;

export interface Applied {
  readonly outcomes: readonly Outcome[];
  /** Why the API would not let us change anything (401, 403, credentials that cannot be used). */
  readonly refused?: Failure;
}

export async function apply(actions: readonly Action[], context: ApplyContext): Promise<Applied> {
  const run = new Run(context);
  await run.all(actions.filter(({ kind }) => kind === 'create'));
  await run.all(actions.filter(({ kind }) => kind === 'enable' || kind === 'update'));
  run.holdRemovals();
  await run.all(actions.filter(({ kind }) => kind === 'quarantine'));
  await run.all(actions.filter(({ kind }) => kind === 'delete'));
  return { outcomes: run.outcomes, ...(run.refused && { refused: run.refused }) };
}

async function carryOut(action: Action, context: ApplyContext): Promise<Outcome> {
  switch (action.kind) {
    case 'create':
      return create(action, context);
    case 'enable':
    case 'update':
      return update(action, context);
    case 'quarantine':
      return quarantine(action, context);
    case 'delete':
      return remove(action, context);
  }
}

class Run {
  readonly outcomes: Outcome[] = [];
  #refused: Failure | undefined;
  readonly #context: ApplyContext;
  #forbidden: Failure | undefined;
  #outages = 0;
  /** Why nothing more is begun. */
  #stopped: string | undefined;

  constructor(context: ApplyContext) {
    this.#context = context;
  }

  /** 403 is our lack of a scope, or a firewall's dislike of what one change holds: what succeeds tells the two apart. */
  get refused(): Failure | undefined {
    const hasSucceeded = this.outcomes.some((outcome) => 'left' in outcome);
    return this.#refused ?? (hasSucceeded ? undefined : this.#forbidden);
  }

  /** Carries out all `actions`, `context.concurrency` at a time, begun in the order of the list. */
  async all(actions: readonly Action[]): Promise<void> {
    const queue = actions.values();
    const worker = async () => {
      for (const action of queue) this.outcomes.push(await this.#one(action));
    };
    const workers = Array.from({ length: Math.min(this.#context.concurrency, actions.length) }, worker);
    // All have come to rest before a fault of ours is thrown on: nothing may act after the pass has ended.
    const ends = await Promise.allSettled(workers);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** Deletes come last: not before every create and update has succeeded. */
  holdRemovals(): void {
    const undone = this.outcomes.find(({ kind }) => kind !== 'done');
    if (undone) this.#stopped ??= `deletes come last, and not every ${undone.action.kind} has succeeded`;
  }

  async #one(action: Action): Promise<Outcome> {
    const { signal } = this.#context;
    this.#stopped ??= signal.aborted ? reasonOf(signal) : await this.#context.dropped();
    if (this.#stopped !== undefined) return { kind: 'skipped', action, why: this.#stopped };
    try {
      const outcome = await carryOut(action, this.#context);
      this.#outages = 0;
      return outcome;
    } catch (error) {
      if (signal.aborted && error === signal.reason) return { kind: 'skipped', action, why: reasonOf(signal) };
      if (error instanceof BarredError) {
        this.#stopped ??= error.message;
        return { kind: 'skipped', action, why: error.message };
      }
      return this.#failed(action, error);
    }
  }

  #failed(action: Action, error: unknown): Outcome {
    const isExpected =
      error instanceof ApiError || error instanceof CredentialError || error instanceof IncompleteListingError;
    if (!isExpected) {
      this.#stopped ??= 'an unforeseen fault';
      throw error;
    }
    const failure = failureOf(error);
    if (failure.retryAfterMs !== undefined) this.#stopped ??= failure.message;
    if (failure.status === 403) this.#forbidden = failure;
    if (error instanceof CredentialError || failure.status === 401) {
      this.#refused = failure;
      this.#stopped ??= failure.message;
    } else if (failure.status === undefined || [403, 429].includes(failure.status) || failure.status >= 500) {
      this.#outages += 1;
      if (this.#outages >= OUTAGE) this.#stopped ??= `${OUTAGE} failures in a row: ${failure.message}`;
    } else {
      this.#outages = 0;
    }
    return { kind: 'failed', action, failure };
  }
}

/** Shutting down, reading the configuration again, past the pass's deadline, or the lease was lost. */
function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason);
}
