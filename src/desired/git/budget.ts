/**
 * How much may be done to read one object. Whoever may write to a repository's volume decides what its files claim, how
 * often they are repeated and what they name; so what is read, inflated or put together is paid for before it is.
 */
const MAX_BYTES = 48 * 1_048_576;
/** What a look into a file, or at a name or an entry in one, costs beside its bytes: it takes its time. */
const FILE_COST = 32_768;
const ENTRY_COST = 4_096;

export class Budget {
  #left = MAX_BYTES;

  /** Throws a RangeError when there is nothing left, as do the others. */
  bytes(count: number): void {
    this.#left -= count;
    if (!(this.#left >= 0)) throw new RangeError('reading this object takes more than an object is worth');
  }

  file(): void {
    this.bytes(FILE_COST);
  }

  entry(): void {
    this.bytes(ENTRY_COST);
  }
}
