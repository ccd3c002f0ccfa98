/** Ends the process at once, or as soon as may be. */
import { setImmediate } from 'node:timers/promises';

/** Calls into a file system that answers are over by then. */
const PATIENCE_MS = 1_000;

/**
 * `process.exit` waits for Node's threads, and so for a call into a file system, or for DNS, that never comes back. Then
 * only a signal helps.
 */
export async function end(code: number): Promise<never> {
  const began = performance.now();
  while (process.getActiveResourcesInfo().some((kind) => /^(?:FSReq|GetAddrInfo)/.test(kind))) {
    if (performance.now() - began > PATIENCE_MS) process.kill(process.pid, 'SIGKILL');
    await setImmediate();
  }
  process.exit(code);
}
