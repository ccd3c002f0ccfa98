/** Reports when a checkout may have changed. This only starts passes earlier: every pass reads the checkout again. */
import { errorText, systemCode } from '../../base/errors.ts';
import { MAX_WATCHED_FOLDERS, MAX_WATCHED_NAMES, readLayout } from './layout.ts';
import { type Backend, openWatchers, type Watchers } from './watchers.ts';

export interface WatchOptions {
  /** A folder or a single file; may be missing, and may lead through links. */
  readonly path: string;
  /** How long there must have been no event before a change is reported. */
  readonly debounceMs: number;
  /** How long steady changes can delay the report at most. Default: eight times `debounceMs`, at least 2 s. */
  readonly maxWaitMs?: number;
  /**
   * How often `fingerprint` is called for changes the watchers missed, and how often files are polled where no watches
   * are left. Default: 5000.
   */
  readonly pollMs?: number;
  /** Differs when the checkout does: real path and stat digest. A rejection counts as a state of its own. */
  readonly fingerprint: (path: string) => Promise<string>;
  /** Called for changes after `ready`, and at times without a change. `poll`: the watchers had missed the change. */
  readonly onChange: (how: 'watch' | 'poll') => void;
  /** `message`: one sentence with what happened and what follows from it. */
  readonly onWarning: (message: string, error?: unknown) => void;
}

export interface Watcher {
  /** Resolves once every later change will be reported: read the checkout after it, not before. Never rejects. */
  readonly ready: Promise<void>;
  /** No callback is called once this has been called. Resolves when every watcher is closed. */
  close(): Promise<void>;
}

/** Polling 1000 files this often costs 0.6 % of a core. */
const DEFAULT_POLL_MS = 5000;
/** A fingerprint of thousands of folders takes seconds, so the pause after it is nine times as long, up to a minute. */
const POLL_REST = 9;
const MAX_POLL_REST_MS = 60_000;
/** A path whose layout changes at each of this many readings is left to the next event and the poll. */
const MAX_REOPENINGS = 5;
/** Errors of the user's inotify limits, and of the limits on open files of the process or the machine. */
const EXHAUSTED = new Set(['ENOSPC', 'EMFILE', 'ENFILE']);

function tooLarge(pollMs: number): string {
  return (
    `The checkout is polled every ${pollMs / 1000} s and not watched: more than ${MAX_WATCHED_FOLDERS} folders or ` +
    `${MAX_WATCHED_NAMES} names are in it. Point source.path at a folder that holds the subscriptions and little else`
  );
}

export function watchCheckout(options: WatchOptions): Watcher {
  const { path, debounceMs, fingerprint, onChange, onWarning } = options;
  const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  const closing = new AbortController();
  let backend: Backend = { kind: 'native' };
  let watchers: Watchers | undefined;
  /** The key of the layout `watchers` are for; null: they must be opened again in any case. */
  let watched: string | null = null;
  /** `watchers` have reported an error. Only the first is passed on, since each folder may report one. */
  let isImpaired = false;
  /** The checkout is too large to watch and is only polled; a warning has said so. */
  let isLarge = false;
  let seen: string | undefined;
  let pollTimer: NodeJS.Timeout | undefined;

  /** Opening, settling and polling never overlap. None of the steps rejects. */
  let turn = Promise.resolve();
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    turn = turn.then(async () => {
      if (!closing.signal.aborted) await step();
    });
    return turn;
  };

  const changes = debounce(debounceMs, options.maxWaitMs ?? Math.max(8 * debounceMs, 2000), () => {
    void inTurn(async () => {
      await watchWhatIsThere();
      // Taken before the call, so that a change after it is never mistaken for one already reported.
      seen = await readFingerprint();
      report('watch');
    });
  });

  /**
   * Opens watchers until the layout is the same before and after opening. Changes in between are not lost, because the
   * checkout is read after the report.
   */
  async function watchWhatIsThere(): Promise<void> {
    try {
      for (let tries = 0; tries < MAX_REOPENINGS; tries += 1) {
        const layout = await readLayout(path);
        if (layout.key === watched) return;
        // The old ones are closed first: chokidar shares one inotify watch a path in the process, even of a deleted
        // folder.
        await watchers?.close();
        if (closing.signal.aborted) return;
        watched = layout.key;
        isImpaired = false;
        if (layout.isLarge && !isLarge) warn(tooLarge(pollMs));
        isLarge = layout.isLarge;
        watchers = openWatchers(layout, backend, { onEvent: changes.poke, onError, onFull });
        await watchers.ready;
      }
    } catch (error) {
      watched = null;
      warn('The checkout cannot be watched for now; it is polled', error);
    }
  }

  function onFull(): void {
    watched = null;
    changes.poke();
  }

  function onError(error: unknown): void {
    const code = systemCode(error);
    if (code === undefined || !EXHAUSTED.has(code)) {
      if (!isImpaired) warn('The file system watcher reported an error; polling catches what it misses', error);
      isImpaired = true;
    } else if (backend.kind === 'native') {
      backend = { kind: 'polling', intervalMs: pollMs };
      watched = null;
      warn(
        `No more file system watches (${code}): from now on the files are polled every ${pollMs / 1000} s. ` +
          'To watch again, raise fs.inotify.max_user_watches and max_user_instances, or the limit of open files, and restart',
        error,
      );
      changes.poke();
    }
  }

  async function poll(): Promise<void> {
    const begunAt = performance.now();
    const found = await readFingerprint();
    const tookMs = performance.now() - begunAt;
    // A change that the watchers have noticed is about to be reported.
    if (found !== seen && !changes.isPending()) {
      seen = found;
      // Watchers that missed a change may be watching something that is no longer there.
      watched = null;
      await watchWhatIsThere();
      seen = await readFingerprint();
      report('poll');
    }
    pollLater(tookMs);
  }

  function pollLater(tookMs = 0): void {
    const waitMs = Math.max(pollMs, Math.min(tookMs * POLL_REST, MAX_POLL_REST_MS));
    if (!closing.signal.aborted) pollTimer = setTimeout(() => void inTurn(poll), waitMs);
  }

  async function readFingerprint(): Promise<string> {
    try {
      return await fingerprint(path);
    } catch (error) {
      const state = `unreadable: ${errorText(error)}`;
      if (state !== seen) warn('The checkout cannot be read', error);
      return state;
    }
  }

  function report(how: 'watch' | 'poll'): void {
    if (closing.signal.aborted) return;
    try {
      onChange(how);
    } catch (error) {
      warn('The handler of a change of the checkout failed', error);
    }
  }

  function warn(message: string, error?: unknown): void {
    if (closing.signal.aborted) return;
    try {
      onWarning(message, error);
    } catch {
      // A failed `onWarning` cannot be reported by `onWarning`.
    }
  }

  const ready = inTurn(async () => {
    await watchWhatIsThere();
    seen = await readFingerprint();
    pollLater();
  });

  return {
    ready,
    close: async () => {
      closing.abort();
      clearTimeout(pollTimer);
      // A step under way may wait for its watchers to be ready: closing them resolves `ready`. It may also open new
      // ones, which are closed after it.
      await watchers?.close();
      await turn;
      await watchers?.close();
      changes.cancel();
    },
  };
}

/** Turns a burst of events into one call. */
interface Debounced {
  /** An event happened. */
  readonly poke: () => void;
  /** Whether a call is due. */
  readonly isPending: () => boolean;
  /** Drops the call that is due. */
  readonly cancel: () => void;
}

/** Calls after `quietMs` without a poke, or `maxWaitMs` after the first one, whichever comes first. */
function debounce(quietMs: number, maxWaitMs: number, call: () => void): Debounced {
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
