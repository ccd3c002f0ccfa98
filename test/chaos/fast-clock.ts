const realNow = Date.now;

/** Epoch milliseconds of a time that has run `factor` times as fast since `since` (epoch ms). */
export function fastTime(factor: number, since: number): () => number {
  return () => Math.round(since + (realNow() - since) * factor);
}
