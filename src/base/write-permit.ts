/** The right to change the tenant. Where several instances run, only the one that holds the lease has it, and it ends. */
export interface WritePermit {
  /** Why nothing may be changed at this very moment; undefined: go ahead. Asked just before each change is written. */
  barred(): string | undefined;
  /** Aborts, with the reason, when the term under way ends; undefined: there is none. What was planned in it ends with it. */
  term(): AbortSignal | undefined;
  /**
   * A change is sent. The function given is called once, when its answer is there or it is given up: with whether the API
   * can do nothing more about it. Undefined: nobody has to know.
   */
  sending?(): (isOver: boolean) => void;
}

const forEver = new AbortController().signal;

/** Of the only instance there is. */
export const UNLIMITED: WritePermit = { barred: () => undefined, term: () => forEver };
