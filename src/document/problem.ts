/** A mistake in a document somebody wrote: where it stands, what is wrong and how to mend it. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** As people know it: relative to the checkout's root, or as given on the command line. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** The field, dotted (`config.delay`, `subscriptions[2].url` is written `url`); empty for the document as a whole. */
  readonly field: string;
  /** The offending value and the rule in words, and what to write instead. Bounded in length, no control characters. */
  readonly message: string;
  /** Stable name of the rule, e.g. `unknown-field`, `duplicate-title`: SARIF's rule id. */
  readonly rule: string;
  /** The title of the subscription concerned, where it is known. */
  readonly title?: string;
}
