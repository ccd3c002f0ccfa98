/** One entry of the checkout, on its way from a document to a desired subscription. */
import type { Path } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';
import type { SourcePosition } from '../subscription.ts';
import type { SubscriptionEntry } from './subscriptions.generated.ts';

export interface Entry {
  readonly source: SourcePosition;
  /** As far as it can be told of an entry that is not in order. */
  readonly title?: string;
  readonly id?: string;
  /** Defaults applied; undefined where the entry, or what it inherits, has an error. */
  readonly merged: SubscriptionEntry | undefined;
  /** A problem of this entry; `path` from the entry down. */
  problem(path: Path, rule: string, message: string, severity?: Problem['severity']): Problem;
}
