/** Answers that callers have asked for and do not read: they wait in our memory. */
import type { ServerResponse } from 'node:http';

export class Unread {
  readonly #patienceMs: number;
  #bytes = 0;

  /** Whoever has not taken an answer `patienceMs` after it was given is cut off. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** To be called before the answer is written. */
  watch(response: ServerResponse, size: number): void {
    this.#bytes += size;
    const cut = setTimeout(() => response.destroy(), this.#patienceMs);
    response.once('close', () => {
      clearTimeout(cut);
      this.#bytes -= size;
    });
  }
}
