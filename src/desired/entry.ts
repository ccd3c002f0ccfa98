/** One entry of the checkout, on its way from a document to a desired subscription. */
import type { Position } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';
import type { SourcePosition } from '../subscription.ts';
import type { SubscriptionEntry } from './subscriptions.generated.ts';

/** Knows places rather than the document they are in, which would stay in memory with it. */
export interface Entry {
  readonly source: SourcePosition;
  /** As far as it can be told of an entry that is not in order. */
  readonly title?: string;
  readonly id?: string;
  /** Defaults applied; undefined where the entry, or what it inherits, has an error. */
  readonly merged: SubscriptionEntry | undefined;
  /** Where its fields are written, or what there is of them. */
  readonly places: Readonly<Record<NamedField, Position>>;
}

/** The fields that rules between entries are about. */
export type NamedField = 'title' | 'url' | 'reconcile.id';

export function problemOf(
  { source, title, places }: Entry,
  field: NamedField,
  rule: string,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  const named = title === undefined ? {} : { title };
  return { severity, file: source.file, ...places[field], field, message, rule, ...named };
}
