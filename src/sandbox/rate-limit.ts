/** Counts requests per client in a bucket that holds one second's worth and refills steadily. */
export class RateLimit {
  readonly #buckets = new Map<string, { left: number; at: number }>();

  /**
   * False: one too many. Real time, not the sandbox's clock: a test that stops the clock must not be locked out.
   * `perSecond` 0: no limit; a fraction: one request every so many seconds.
   */
  take(clientId: string, perSecond: number): boolean {
    if (perSecond === 0) return true;
    const now = performance.now();
    const holds = Math.max(1, perSecond);
    const bucket = this.#buckets.get(clientId) ?? { left: holds, at: now };
    bucket.left = Math.min(holds, bucket.left + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(clientId, bucket);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }
}
