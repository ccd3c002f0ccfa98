/**
 * Time limits that run out when a schedule says so, and never because the machine is slow. The timers of the client in
 * question are known by their length, which no other timer of this process has; all others are left as they are.
 */
const { setTimeout: realTimeout, clearTimeout: realClear } = globalThis;

/** Milliseconds. Should nobody let it run out, it does so by itself: late enough for any machine. */
let nextLength = 120_001;
const limits = new Map<number, HeldLimit>();

export class HeldLimit implements Disposable {
  readonly ms = nextLength++;
  readonly #running = new Map<unknown, () => void>();

  constructor() {
    limits.set(this.ms, this);
  }

  /** Every timer of this length that runs is over now. */
  runOut(): void {
    for (const [timer, run] of new Map(this.#running)) {
      globalThis.clearTimeout(timer as NodeJS.Timeout);
      run();
    }
  }

  began(timer: unknown, run: () => void): void {
    this.#running.set(timer, run);
  }

  ended(timer: unknown): void {
    this.#running.delete(timer);
  }

  [Symbol.dispose](): void {
    limits.delete(this.ms);
  }
}

globalThis.setTimeout = Object.assign((run: () => void, ms = 0, ...args: []) => {
  const timer = realTimeout(run, ms, ...args);
  limits.get(ms)?.began(timer, run);
  return timer;
}, realTimeout);

globalThis.clearTimeout = (timer) => {
  for (const limit of limits.values()) limit.ended(timer);
  realClear(timer);
};
