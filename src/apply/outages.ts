/** Failures in a row that speak of an outage, or refuse us: after a few of them the rest of a plan would only add to it. */
import type { Failure } from './outcome.ts';

/** So many in a row. */
export const OUTAGE = 3;

export class Outages {
  #inARow = 0;
  #spared: string | undefined;

  /** Why nothing more is begun of what fails by itself in each pass; undefined: it is. */
  get spared(): string | undefined {
    return this.#spared;
  }

  none(): void {
    this.#inARow = 0;
  }

  /** `isItsOwn`: it fails by itself in each pass. Returns why nothing at all is begun any more; undefined: it is. */
  count({ status, isOutage, message }: Failure, isItsOwn: boolean): string | undefined {
    if (!isOutage && status !== 403) {
      this.#inARow = 0;
      return undefined;
    }
    this.#inARow += 1;
    if (this.#inARow < OUTAGE) return undefined;
    const why = `${OUTAGE} failures in a row: ${message}`;
    if (!isItsOwn) return why;
    this.#spared ??= why;
    return undefined;
  }
}
