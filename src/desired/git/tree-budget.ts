/**
 * How much of commits is read at one look at a checkout. A commit of a few kilobytes may hold folders without number,
 * none of which git checks out: empty ones, or the same one over and over.
 */

/** Folders read, as many as a checkout may have on disk. */
export const MAX_TREES = 5_000;
/** Entries of the folders read, which stay in memory at some 250 bytes each. */
export const MAX_TREE_ENTRIES = 100_000;
/** Entries looked at: folders that are the same are read once and looked at in each place. */
const MAX_LOOKS = 200_000;
/** PATH_MAX: nothing longer can be checked out. */
const MAX_PATH = 4_096;

export class TreeBudget {
  #trees = 0;
  #entries = 0;
  #looks = 0;
  #isSpent = false;

  /** Something was left unread, so that nobody can tell whether a checkout differs from its commit. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Throws, as the others, where there is no more to be had. */
  takeTree(): void {
    this.#hold(++this.#trees <= MAX_TREES);
  }

  takeEntry(): void {
    this.#hold(++this.#entries <= MAX_TREE_ENTRIES);
  }

  takeLook(path: string): void {
    this.#hold(++this.#looks <= MAX_LOOKS && path.length <= MAX_PATH);
  }

  #hold(isWithin: boolean): void {
    // Whoever asks after that gets nothing, so that the largest folders are not read again to no end.
    if (isWithin && !this.#isSpent) return;
    this.#isSpent = true;
    throw new RangeError('the commit has more folders and files than are compared');
  }
}
