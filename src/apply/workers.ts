/** Runs work with bounded concurrency. Work that waits gives its place to the next one meanwhile. */

/** Calls `wait`, and lets other work run meanwhile. Rejects where `wait` does. */
export type Aside = (wait: () => Promise<void>) => Promise<void>;

export class Workers {
  #free: number;
  readonly #queue: (() => void)[] = [];
  /** Work that has begun and not ended. */
  readonly #underWay = new Set<Promise<void>>();
  #fault: { readonly error: unknown } | undefined;
  readonly #onFault: () => void;

  /** `onFault` is called when work throws. */
  constructor(count: number, onFault: () => void) {
    this.#free = count;
    this.#onFault = onFault;
  }

  /** Begins `work` for each item, in the order of the list. Returns when all have ended or wait aside. */
  async begin<T>(items: readonly T[], work: (item: T, aside: Aside) => Promise<void>): Promise<void> {
    const begun: Promise<void>[] = [];
    for (const item of items) {
      await this.#takePlace();
      begun.push(this.#beginOne((aside) => work(item, aside)));
    }
    await Promise.all(begun);
  }

  /** Resolves when all work has ended. Only then a fault is thrown on, so that nothing acts after it. */
  async atRest(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    if (this.#fault) throw this.#fault.error;
  }

  /** Resolves when the work has ended, or waits aside for the first time. */
  async #beginOne(work: (aside: Aside) => Promise<void>): Promise<void> {
    const isAside = Promise.withResolvers<void>();
    const aside: Aside = async (wait) => {
      isAside.resolve();
      this.#givePlace();
      try {
        await wait();
      } finally {
        await this.#takePlace();
      }
    };
    const ended = work(aside)
      .catch((error: unknown) => {
        this.#fault ??= { error };
        this.#onFault();
      })
      .finally(() => {
        this.#givePlace();
        this.#underWay.delete(ended);
      });
    this.#underWay.add(ended);
    await Promise.race([ended, isAside.promise]);
  }

  /** Places are given in the order in which they are asked for. */
  async #takePlace(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    await promise;
  }

  #givePlace(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free += 1;
  }
}
