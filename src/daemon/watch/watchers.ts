/** The file system watchers of one layout. An event is only a hint that something may have changed. */
import { dirname, relative, sep } from 'node:path';
import { type ChokidarOptions, type FSWatcher, watch } from 'chokidar';
import { isOfGit, type Layout, MAX_WATCHED_FOLDERS } from './layout.ts';

export interface Watchers {
  /** Resolves when every later change will cause an event, or when closed. Never rejects. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Native: one inotify watch a folder. Polling: a stat a file every `intervalMs`. */
export type Backend = { readonly kind: 'native' } | { readonly kind: 'polling'; readonly intervalMs: number };

export interface Listeners {
  readonly onEvent: () => void;
  /** Chokidar emits `error` events, which end the process if there is no listener. */
  readonly onError: (error: unknown) => void;
  /** So many folders have come and gone that further ones would not be watched: open new watchers. */
  readonly onFull: () => void;
}

/**
 * Two watchers, because chokidar alone does not notice that a link leads elsewhere while the old target lives on
 * (git-sync keeps old worktrees for a while): one on the folders in which the way to the root may turn, one on the
 * root itself, by its real path. After an event the caller reads the layout again and opens new watchers if it differs.
 */
export function openWatchers(layout: Layout, backend: Backend, { onEvent, onError, onFull }: Listeners): Watchers {
  const watchers = [watchTurns(layout, backend), watchRoot(layout, backend, onFull)].filter(
    (watcher) => watcher !== null,
  );
  const { promise: ready, resolve: allReady } = Promise.withResolvers<void>();
  let waiting = watchers.length;
  if (waiting === 0) allReady();
  for (const watcher of watchers) {
    watcher.on('all', onEvent).on('error', onError);
    watcher.once('ready', () => {
      waiting -= 1;
      if (waiting === 0) allReady();
    });
  }
  return {
    ready,
    close: async () => {
      // A watcher closed before it is ready never emits `ready`.
      allReady();
      await Promise.allSettled(watchers.map((watcher) => watcher.close()));
    },
  };
}

function watchTurns({ turns }: Layout, backend: Backend): FSWatcher {
  const folders = turns.map((turn) => dirname(turn));
  const wanted = new Set([...folders, ...turns]);
  return watch(folders, { ...options(backend), depth: 0, ignored: (path) => !wanted.has(path) });
}

function watchRoot({ root, isLarge }: Layout, backend: Backend, onFull: () => void): FSWatcher | null {
  if (root === null || isLarge) return null;
  const folders = new Set<string>();
  /** The root was small enough when the watcher was opened, and may have grown since. */
  const isOneTooMany = (path: string, isFolder = false): boolean => {
    if (!isFolder || folders.has(path)) return false;
    if (folders.size >= MAX_WATCHED_FOLDERS) {
      onFull();
      return true;
    }
    folders.add(path);
    return false;
  };
  return watch(root, {
    ...options(backend),
    ignored: (path, stats) => relative(root, path).split(sep).some(isOfGit) || isOneTooMany(path, stats?.isDirectory()),
  });
}

/** Links are watched as links: those inside lead to what is watched anyway, those outside are not read at all. */
function options(backend: Backend): ChokidarOptions {
  const common = { ignoreInitial: true, followSymlinks: false } as const;
  // Not `auto`: on some systems that is `native-recursive`, which silently loses changes.
  if (backend.kind === 'native') return { ...common, backend: 'native' };
  return {
    ...common,
    backend: 'polling',
    pollingInterval: backend.intervalMs,
    pollingBinaryInterval: backend.intervalMs,
  };
}
