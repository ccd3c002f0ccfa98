/** The right to change the tenant. Where several instances run, only the holder of the lease has it, for its term. */
export interface WritePermit {
  /** Why no change may be written now; undefined: it may. Called just before each change is written. */
  barred(): string | undefined;
  /**
   * Aborts, with the reason, when the current term ends; undefined: there is none. A plan made in a term is void after
   * it.
   */
  term(): AbortSignal | undefined;
  /**
   * Records that a change is sent. The returned function is called once, when the answer is there or the change is
   * given up, with whether the API has finished with it. Undefined: changes in flight are not tracked.
   */
  sending?(): (isOver: boolean) => void;
}

const forEver = new AbortController().signal;

/** The permit of an instance that runs alone. */
export const UNLIMITED: WritePermit = { barred: () => undefined, term: () => forEver };
