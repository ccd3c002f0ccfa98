/** Remembers the nonces of accepted signatures for as long as each signature lives. */
export class Nonces {
  readonly #until = new Map<string, number>();
  #sweepAt = 1000;

  /** False where this key used the nonce before. */
  use(keyId: string, nonce: string, untilMs: number, nowMs: number): boolean {
    const name = `${keyId} ${nonce}`;
    if ((this.#until.get(name) ?? 0) > nowMs) return false;
    this.#until.set(name, untilMs);
    if (this.#until.size >= this.#sweepAt) this.#sweep(nowMs);
    return true;
  }

  /** Doubling the mark keeps the cost of sweeping constant per nonce, however many are alive. */
  #sweep(nowMs: number): void {
    for (const [name, until] of this.#until) if (until <= nowMs) this.#until.delete(name);
    this.#sweepAt = Math.max(1000, this.#until.size * 2);
  }
}
