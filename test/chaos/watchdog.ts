/**
 * Sees to it that nothing hangs for ever: what takes longer than its limit ends the process, with a report and a status
 * that is not 0, even where the event loop itself stands still.
 */
import { Worker } from 'node:worker_threads';

/** `what`: in words. `repeat`: the command that does it once more. */
export interface Guarded {
  readonly what: string;
  readonly repeat: string;
  readonly limitMs: number;
}

export type Notice = { readonly id: number } & ({ readonly began: Guarded } | { readonly ended: true });

export class Watchdog {
  readonly #worker = new Worker(new URL('watchdog-thread.ts', import.meta.url), { execArgv: [] });
  #count = 0;

  /** `onOverdue`: the last thing that is done, if it can be done. */
  constructor(onOverdue: () => void = () => undefined) {
    this.#worker.on('message', () => {
      onOverdue();
      process.exit(1);
    });
    this.#worker.unref();
  }

  async guard<T>(guarded: Guarded, work: () => Promise<T>): Promise<T> {
    const id = this.#count++;
    const tell = (notice: Notice) => this.#worker.postMessage(notice);
    tell({ id, began: guarded });
    // The process stays until it is done, or until the limit: what waits for nothing that is open would end in silence.
    const open = setInterval(() => undefined, guarded.limitMs);
    try {
      return await work();
    } finally {
      clearInterval(open);
      tell({ id, ended: true });
    }
  }
}
