/** How the process ends: its exit, also while a system call hangs, and the signals that ask for it. */
import { setImmediate } from 'node:timers/promises';

/** A call into a file system that answers takes less than this. */
const PATIENCE_MS = 1_000;

/**
 * `process.exit` waits for Node's threads, and so for a call into a file system or DNS that never returns. In that case
 * only a signal ends the process.
 */
export async function end(code: number): Promise<never> {
  const began = performance.now();
  while (process.getActiveResourcesInfo().some((kind) => /^(?:FSReq|GetAddrInfo)/.test(kind))) {
    if (performance.now() - began > PATIENCE_MS) process.kill(process.pid, 'SIGKILL');
    await setImmediate();
  }
  process.exit(code);
}

/**
 * Calls `onFirst` for the first SIGTERM or SIGINT; a second one ends the process at once, since a person may be waiting.
 * Returns a function that stops listening.
 */
export function onEndSignal(onFirst: (signal: NodeJS.Signals) => void): () => void {
  let isEnding = false;
  const listener = (signal: NodeJS.Signals) => {
    if (isEnding) return void end(1);
    isEnding = true;
    onFirst(signal);
  };
  process.on('SIGTERM', listener).on('SIGINT', listener);
  return () => void process.off('SIGTERM', listener).off('SIGINT', listener);
}

/** Resolves with the first SIGTERM or SIGINT from now on. A second one ends the process at once. */
export async function endSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => void onEndSignal(resolve));
}

/**
 * The signals of the daemon. They are listened to from the start: the first process of a container ignores a signal that
 * has no listener.
 */
interface Signals {
  /** The first SIGTERM or SIGINT. A second one ends the process at once, as does the first before `hasBegun`. */
  readonly toEnd: Promise<NodeJS.Signals>;
  /** From now on the first signal shuts the daemon down in order, instead of ending the process at once. */
  hasBegun(): void;
  /** Calls `reload` for each SIGHUP, one after the other. Those that came before this call count too. */
  onHangUp(reload: () => Promise<void>): void;
}

export function listenToSignals(): Signals {
  const toEnd = Promise.withResolvers<NodeJS.Signals>();
  const onHangUp = Promise.withResolvers<() => Promise<void>>();
  let hasBegun = false;
  let reloaded = Promise.resolve();
  onEndSignal((signal) => {
    if (hasBegun) toEnd.resolve(signal);
    else void end(0);
  });
  process.on('SIGHUP', () => {
    reloaded = reloaded.then(async () => (await onHangUp.promise)());
  });
  return {
    toEnd: toEnd.promise,
    hasBegun: () => {
      hasBegun = true;
    },
    onHangUp: onHangUp.resolve,
  };
}
