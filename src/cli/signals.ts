/**
 * The signals of the daemon, listened to from the first moment on: the first process of a container is not even ended by
 * one that nobody listens to.
 */
import { end } from './end.ts';

export interface Signals {
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
  let isEnding = false;
  let reloaded = Promise.resolve();
  const endOnce = (signal: NodeJS.Signals) => {
    if (!hasBegun) return void end(0);
    if (isEnding) return void end(1);
    isEnding = true;
    toEnd.resolve(signal);
  };
  process.on('SIGTERM', endOnce).on('SIGINT', endOnce);
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
