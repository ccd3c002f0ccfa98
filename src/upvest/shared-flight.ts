/** One piece of work that several callers wait for: it ends early only when none of them waits any more. */
export class SharedFlight<T> {
  #flight: { readonly result: Promise<T>; readonly ending: AbortController; waiting: number } | undefined;

  /** Joins the work under way, or starts it. Rejects with the reason of `signal` as soon as that aborts. */
  async join(start: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const flight = (this.#flight ??= this.#take(start));
    flight.waiting += 1;
    let leave: (() => void) | undefined;
    try {
      const left = new Promise<never>((_resolve, reject) => {
        leave = () => reject(signal?.reason);
        signal?.addEventListener('abort', leave, { once: true });
      });
      return await Promise.race([flight.result, left]);
    } finally {
      if (leave) signal?.removeEventListener('abort', leave);
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        // Nobody may join a flight that is being ended.
        if (this.#flight === flight) this.#flight = undefined;
        flight.ending.abort(signal?.reason);
      }
    }
  }

  #take(start: (signal: AbortSignal) => Promise<T>) {
    const ending = new AbortController();
    const result = start(ending.signal);
    const flight = { result, ending, waiting: 0 };
    const land = () => {
      if (this.#flight === flight) this.#flight = undefined;
    };
    // Settled with nobody waiting, a failure is nobody's: it must not count as unhandled.
    result.then(land, land);
    return flight;
  }
}
