/** One signal that aborts with the first of several, for as long as `work` runs. */

/**
 * In place of AbortSignal.any, which keeps what listens to it for as long as the longest-lived source: a daemon of months
 * would lose more than a kilobyte with every call.
 */
export async function follow<T>(
  sources: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return await following(sources, async (signal) => {
    signal.throwIfAborted();
    return await work(signal);
  });
}

/** The same for work that is to see for itself that it is stopped, even before it has begun. */
export async function following<T>(
  sources: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const following = new AbortController();
  const links = sources.flatMap((source) => {
    if (!source) return [];
    const pass = () => following.abort(source.reason);
    if (source.aborted) pass();
    source.addEventListener('abort', pass, { once: true });
    return [() => source.removeEventListener('abort', pass)];
  });
  try {
    return await work(following.signal);
  } finally {
    for (const unlink of links) unlink();
  }
}
