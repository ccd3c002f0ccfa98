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

/** The first SIGTERM or SIGINT from now on, as `onEndSignal` has it. */
export async function endSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => void onEndSignal(resolve));
}

/**
 * The signals of the daemon, listened to from the first moment on: the first process of a container is not even ended by
 * one that nobody listens to.
 */
interface Signals {
  /** The first SIGTERM or SIGINT. A second one ends the process at once, as does the first before `hasBegun`. */
  readonly toEnd: Promise<NodeJS.Signals>;
  /** From now on there is something to bring to an end. */
  hasBegun(): void;
  /** Calls `reload` for each SIGHUP, those that have come already too, one after the other. */
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
