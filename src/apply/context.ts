/** What carrying out an action needs from outside. */
import type { Clock } from '../clock.ts';
import type { WebhookId } from '../subscription.ts';
import type { UpvestClient } from '../upvest/client.ts';
import type { Ledger } from './ledger.ts';
import type { Looks } from './looks.ts';
import type { Change, Failure } from './outcome.ts';

export interface ApplyContext {
  readonly client: UpvestClient;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly looks: Looks;
  /** How many actions are under way at once. */
  readonly concurrency: number;
  /** The ids in the listing the plan was made from: what a look after a lost create need not take for new. */
  readonly known: ReadonlySet<WebhookId>;
  /** Asked before each action; a reason means: drop what is left of the plan. */
  readonly dropped: () => Promise<string | undefined>;
  /** Called for each change as soon as it has been answered. */
  readonly onChange: (change: Change) => void;
  /** A test delivery that could not be sent is worth a line in the log, not a failed pass. */
  readonly onTestFailed: (title: string, failure: Failure) => void;
  /** Stops waiting and starting; a request on the wire is finished. */
  readonly signal: AbortSignal;
}
