/** Turns a burst of events into one call: when it has been quiet for a while, or after the longest wait bearable. */
export interface Debounced {
  /** Something happened. */
  readonly poke: () => void;
  /** Whether a call is due. */
  readonly isPending: () => boolean;
  /** Forgets what is due. */
  readonly cancel: () => void;
}

/** `quietMs` without a poke, or `maxWaitMs` after the first one, whichever comes first. */
export function debounce(quietMs: number, maxWaitMs: number, call: () => void): Debounced {
  let quiet: NodeJS.Timeout | undefined;
  let patience: NodeJS.Timeout | undefined;

  const cancel = () => {
    clearTimeout(quiet);
    clearTimeout(patience);
    quiet = patience = undefined;
  };
  const fire = () => {
    cancel();
    call();
  };
  return {
    poke: () => {
      clearTimeout(quiet);
      quiet = setTimeout(fire, quietMs);
      patience ??= setTimeout(fire, maxWaitMs);
    },
    isPending: () => patience !== undefined,
    cancel,
  };
}
