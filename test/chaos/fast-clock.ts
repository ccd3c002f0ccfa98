const realNow = Date.now;

/** Epoch milliseconds of a time that was `begin` at `since` (both epoch ms), and has run `factor` times as fast since then. */
export function fastTime(factor: number, since: number, begin: number): () => number {
  return () => Math.round(begin + (realNow() - since) * factor);
}
