/**
 * Carries a plan out, in this order: all creates; enabling what was created, and updates; tombstones, unless the API
 * fails; once more the creates and updates that were refused and may have room now; and removals of what is not wanted,
 * if everything that is wanted stands. One failing subscription never stops the others, except where the API refuses or
 * fails altogether.
 */
import { errorText } from '../base/errors.ts';
import { outage, unfinished } from '../plan/guard.ts';
import type { Action, NotStanding, Removal, Withheld } from '../plan/plan.ts';
import type { Observed } from '../subscription/subscription.ts';
import { isCallError } from '../upvest/errors.ts';
import { type ActionContext, type ApplyContext, Workers } from './context.ts';
import { type Create, type Created, finish, type Lost, post, seek } from './create.ts';
import { type Failure, failureOf, isPlanDropped, type Outcome } from './outcome.ts';
import { remove } from './remove.ts';
import { endures, OUTAGE, Outages, type RemovalGate, turns, tombstonesWaitFor, prunesWaitFor } from './standing.ts';
import { quarantine, type Update, update } from './update.ts';
import { type Chain, inUrlOrder, urlConflict } from './url-order.ts';

export interface Applied {
  readonly outcomes: readonly Outcome[];
  /** Removals that wait, because an entry does not stand or the API fails. */
  readonly withheld?: Withheld;
  /** Whether a change was answered 2xx. */
  readonly hasSucceeded: boolean;
  /** Why the API refused every change (401, 403, credentials that cannot be used). */
  readonly refused?: Failure;
}

export async function apply(actions: readonly Action[], context: ApplyContext, gate: RemovalGate): Promise<Applied> {
  const run = new Run(context, gate);
  const removals = actions.filter((action) => action.kind === 'quarantine' || action.kind === 'delete');
  const isTombstone = ({ because }: Removal) => because === 'tombstone';
  for (const turn of turns(actions, gate)) {
    await run.create(turn.filter((action) => action.kind === 'create'));
    await run.update(turn.filter((action) => action.kind === 'enable' || action.kind === 'update'));
  }
  await run.deleteByTombstone(removals.filter(isTombstone));
  await run.retryRefused();
  await run.prune(removals.filter((removal) => !isTombstone(removal)));
  return run.result();
}

class Run {
  readonly #context: ApplyContext;
  readonly #gate: RemovalGate;
  readonly #workers: Workers;
  /** Outcomes in the order in which the actions ended. */
  readonly #outcomes = new Map<Action, Outcome>();
  /** Creates that are still to be enabled. */
  readonly #created: Created[] = [];
  /** What creates have made. A failure of such an action after that is one of its second half. */
  readonly #made = new Map<Action, Observed>();
  readonly #waiting: Removal[] = [];
  #withheld: Withheld | undefined;
  #refused: Failure | undefined;
  #forbidden: Failure | undefined;
  readonly #outages = new Outages();
  /** How many creates in a row had their answer lost. */
  #lost = 0;
  readonly #sought = new Set<Promise<void>>();
  #hasSucceeded = false;
  /** How many updates and removals have succeeded: each may have freed a title, a url or room. */
  #freed = 0;
  /** Actions that were refused, perhaps for what other subscriptions hold, and `#freed` at that time. */
  readonly #refusedAt = new Map<Create | Update, number>();
  /** Why no more actions are begun. */
  #stopped: string | undefined;

  constructor(context: ApplyContext, gate: RemovalGate) {
    this.#gate = gate;
    this.#workers = new Workers(context.concurrency, () => {
      this.#stopped ??= 'an unforeseen fault';
    });
    this.#context = {
      ...context,
      onChange: (change) => {
        this.#hasSucceeded = true;
        context.onChange(change);
      },
      dropped: async () => {
        const why = await context.dropped();
        // Another action may have stopped the plan meanwhile.
        return (this.#stopped ??= why);
      },
    };
  }

  result(): Applied {
    // A 403 means that a scope is lacking, or that a firewall objects to one change. A success tells the two apart.
    const refused = this.#refused ?? (this.#hasSucceeded ? undefined : this.#forbidden);
    return {
      outcomes: [...this.#outcomes.values()],
      ...(this.#withheld && { withheld: this.#withheld }),
      hasSucceeded: this.#hasSucceeded,
      ...(refused && { refused }),
    };
  }

  /** Returns when every create has been sent, or waits to be looked for after its answer was lost. */
  async create(actions: readonly Create[]): Promise<void> {
    await this.#begin(actions, async (action, context) => {
      // So many lost answers in a row may be an outage. Their outcomes are awaited before another create is risked.
      if (this.#lost >= OUTAGE) await this.#outcomesOfLost(context);
      await this.#create(action, context);
    });
  }

  async update(actions: readonly Update[]): Promise<void> {
    await this.#finishCreated();
    await this.#begin(inUrlOrder(actions), (chain, context) => this.#chain(chain, context));
    await this.#workers.atRest();
    // Creates that waited for the outcomes of others are enabled last.
    await this.#finishCreated();
    await this.#workers.atRest();
  }

  async #finishCreated(): Promise<void> {
    await this.#begin(this.#created.splice(0), (created, context) =>
      this.#carryOut(created.action, () => finish(created, context)),
    );
  }

  /** Deletes by tombstones, which are approvals in writing and wait for outages alone. */
  async deleteByTombstone(tombstones: readonly Removal[]): Promise<void> {
    const failing = tombstonesWaitFor(this.#outcomes.values(), this.#gate, this.#hasSucceeded);
    if (failing.length === 0) return await this.#removeAll(tombstones);
    this.#hold(tombstones, failing);
  }

  /**
   * Tries refused actions once more: a title or url that has to be unique may be free now, or a full tenant have room.
   */
  async retryRefused(): Promise<void> {
    const again = [...this.#refusedAt].filter(([, then]) => this.#freed > then).map(([action]) => action);
    this.#refusedAt.clear();
    await this.create(again.filter((action) => action.kind === 'create'));
    await this.update(again.filter((action) => action.kind !== 'create'));
    this.#settleConflicts();
  }

  /** Nothing is pruned while anything wanted does not stand. */
  async prune(removals: readonly Removal[]): Promise<void> {
    const missing = prunesWaitFor(this.#outcomes.values(), this.#gate, this.#hasSucceeded);
    if (missing.length > 0) return this.#hold(removals, missing);
    await this.#removeAll(removals.filter(({ kind }) => kind === 'quarantine'));
    await this.#removeAll(removals.filter(({ kind }) => kind === 'delete'));
  }

  async #removeAll(removals: readonly Removal[]): Promise<void> {
    await this.#begin(removals, (removal, context) =>
      this.#carryOut(removal, () =>
        removal.kind === 'delete' ? remove(removal, context) : quarantine(removal, context),
      ),
    );
    await this.#workers.atRest();
  }

  #hold(removals: readonly Removal[], because: readonly NotStanding[]): void {
    if (removals.length === 0) return;
    this.#waiting.push(...removals);
    for (const action of removals) this.#outcomes.set(action, { kind: 'withheld', action });
    const hasTombstone = this.#waiting.some((removal) => removal.because === 'tombstone');
    const { howToLift } = hasTombstone ? outage(because) : unfinished(because);
    this.#withheld = { guard: 'unfinished', deletes: this.#waiting.length, howToLift };
  }

  async #begin<T>(items: readonly T[], work: (item: T, context: ActionContext) => Promise<void>): Promise<void> {
    await this.#workers.begin(items, (item, aside) => work(item, { ...this.#context, aside }));
  }

  async #create(action: Create, context: ActionContext): Promise<void> {
    let lost: Lost | undefined;
    await this.#carryOut(action, async () => {
      const answer = await post(action, context);
      if (answer.kind === 'lost') lost = answer;
      else if (answer.kind === 'created') this.#created.push(this.#noted(answer));
      else return answer;
      return undefined;
    });
    if (!lost) {
      this.#lost = 0;
      return;
    }
    if (lost.failure) this.#lost += 1;
    const sought = lost;
    // The look goes on beside the updates, once all other creates have been sent.
    const found = this.#carryOut(action, async () => {
      const answer = await seek(action, sought, context);
      return answer.kind === 'created' ? await finish(this.#noted(answer), context) : answer;
    }).finally(() => this.#sought.delete(found));
    this.#sought.add(found);
    await found;
  }

  #noted(created: Created): Created {
    this.#made.set(created.action, created.observed);
    return created;
  }

  async #outcomesOfLost({ aside }: ActionContext): Promise<void> {
    await aside(async () => void (await Promise.allSettled(this.#sought)));
    this.#lost = 0;
  }

  async #chain({ updates, isCycle }: Chain, context: ActionContext): Promise<void> {
    for (const action of updates) {
      await this.#carryOut(action, () => update(action, context));
      const outcome = this.#outcomes.get(action);
      if (!isCycle || outcome?.kind !== 'failed' || outcome.failure.status !== 409) continue;
      // Whichever update of a cycle comes first, its url is not free: the whole cycle waits for the operator.
      for (const one of updates) {
        this.#refusedAt.delete(one);
        if (this.#outcomes.get(one)?.kind !== 'done') this.#conflict(one, outcome.failure);
      }
      return;
    }
  }

  /** Makes updates conflicts that were refused a url, once nothing more can free it. */
  #settleConflicts(): void {
    for (const outcome of this.#outcomes.values()) {
      const { action } = outcome;
      if (outcome.kind !== 'failed' || outcome.failure.status !== 409 || action.kind !== 'update') continue;
      const holder = this.#context.holderOf(action.desired.url);
      const isTaken = holder && holder.id !== action.observed.id;
      if (isTaken && action.changes.some(({ field }) => field === 'url')) this.#conflict(action, outcome.failure);
    }
  }

  #conflict(action: Update, failure: Failure): void {
    const holder = this.#context.holderOf(action.desired.url);
    this.#outcomes.set(action, { kind: 'conflict', action, failure: urlConflict(action, failure, holder) });
  }

  /** Records the outcome of `work`; undefined: the action goes on later. */
  async #carryOut(action: Action, work: () => Promise<Outcome | undefined>): Promise<void> {
    const tried = await this.#try(action, work);
    if (!tried) return;
    // The action was not tried once more, so the outcome of its first try stays.
    if (tried.kind === 'skipped' && this.#outcomes.has(action)) return;
    const made = this.#made.get(action);
    const outcome = made ? { observed: made, ...tried } : tried;
    this.#outcomes.delete(action);
    this.#outcomes.set(action, outcome);
    const isUpdate = action.kind === 'update' || action.kind === 'quarantine' || action.kind === 'delete';
    if (isUpdate && (outcome.kind === 'done' || outcome.kind === 'not-converging')) this.#freed += 1;
  }

  #endures(action: Action): boolean {
    return endures(action, this.#gate, this.#hasSucceeded);
  }

  async #try(action: Action, work: () => Promise<Outcome | undefined>): Promise<Outcome | undefined> {
    const { signal } = this.#context;
    this.#stopped ??= signal.aborted ? reasonOf(signal) : undefined;
    await this.#context.dropped();
    const why = this.#stopped ?? (this.#endures(action) ? this.#outages.spared : undefined);
    if (why !== undefined) return { kind: 'skipped', action, why };
    try {
      const outcome = await work();
      if (outcome?.kind !== 'failed') this.#outages.none();
      return outcome;
    } catch (error) {
      if (signal.aborted && error === signal.reason) return { kind: 'skipped', action, why: reasonOf(signal) };
      if (isPlanDropped(error)) {
        this.#stopped ??= error.message;
        return { kind: 'skipped', action, why: error.message };
      }
      return this.#failed(action, error);
    }
  }

  #failed(action: Action, error: unknown): Outcome {
    if (!isCallError(error)) throw error;
    const failure = failureOf(error);
    const { status } = failure;
    if (failure.retryAfterMs !== undefined) this.#stopped ??= failure.message;
    if (status === 403) this.#forbidden = failure;
    if (error.code === 'credential' || status === 401) {
      this.#refused = failure;
      this.#stopped ??= failure.message;
    }
    this.#stopped ??= this.#outages.count(failure, this.#endures(action));
    const mayHaveRoom = action.kind === 'create' ? status === 409 || status === 422 : status === 409;
    // A create that has made its subscription is not sent again: only its second half was refused.
    if (mayHaveRoom && 'desired' in action && !this.#made.has(action)) this.#refusedAt.set(action, this.#freed);
    return { kind: 'failed', action, failure };
  }
}

/** The reason of an abort: a shutdown, a new configuration, the deadline of the pass, or a lost lease. */
function reasonOf({ reason }: AbortSignal): string {
  return errorText(reason);
}
