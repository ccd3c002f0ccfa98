/** Costly answers, one in a turn of the event loop: probes are answered in between, however many ask for what is large. */
import { setImmediate } from 'node:timers/promises';

export class Turns {
  readonly #limit: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `limit`: how many may wait for a turn. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves with true when it is the caller's turn; with false, and at once, where too many wait already. */
  async take(): Promise<boolean> {
    if (this.#waiting >= this.#limit) return false;
    this.#waiting++;
    const turn = this.#last.then(async () => setImmediate());
    this.#last = turn;
    await turn;
    this.#waiting--;
    return true;
  }
}
