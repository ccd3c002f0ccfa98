/** What came of a schedule. */
export interface Performance {
  /** What must never happen and did, and what must be in the end and is not; empty: all is well. */
  readonly violations: readonly string[];
  /** Requests that were hit by a fault. */
  readonly faults: number;
  /** How many passes it took after the last fault. */
  readonly calmPasses: number;
  readonly requests: number;
}
