/** Watches a path and waits for what the watcher says, so that no test has to sleep. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type WatchOptions, type Watcher, watchCheckout } from '../../../src/daemon/watch/watch.ts';

/** Far longer than any test: no poll ever reports what the watcher missed. */
const NEVER_MS = 2 ** 30;
/** How long a test waits before it says what it waited for. */
const PATIENCE_MS = 8000;

export class Witness {
  readonly calls: ('watch' | 'poll')[] = [];
  readonly warnings: string[] = [];
  readonly watcher: Watcher;
  readonly #waiting = new Set<() => void>();

  private constructor(options: Pick<WatchOptions, 'path'> & Partial<WatchOptions>) {
    this.watcher = watchCheckout({
      debounceMs: 20,
      pollMs: NEVER_MS,
      fingerprint: () => Promise.resolve('always the same'),
      ...options,
      onChange: (how) => {
        this.calls.push(how);
        this.#look();
        options.onChange?.(how);
      },
      onWarning: (message, error) => {
        this.warnings.push(message);
        this.#look();
        options.onWarning?.(message, error);
      },
    });
    onTestFinished(() => this.watcher.close());
  }

  /** Watches from now on; it is closed when the test ends. */
  static async of(options: Pick<WatchOptions, 'path'> & Partial<WatchOptions>): Promise<Witness> {
    const witness = new Witness(options);
    await witness.watcher.ready;
    return witness;
  }

  /** Acts, then waits for a report at the time of which `isSo`: a reader woken by it would find what was done. */
  async sees(what: string, act: () => unknown, isSo: () => boolean): Promise<void> {
    await allSee([this], what, act, isSo);
  }

  /** Resolves at the first call or warning from now on at the time of which `isSo`. */
  async next(what: string, isSo: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => isSo() && resolve();
    this.#waiting.add(check);
    const deadline = setTimeout(() => reject(new Error(`not reported: ${what}`)), PATIENCE_MS);
    await promise.finally(() => {
      clearTimeout(deadline);
      this.#waiting.delete(check);
    });
  }

  #look(): void {
    for (const check of this.#waiting) check();
  }
}

/** As `Witness.sees`, for several that watch different parts of the same thing. */
export async function allSee(
  witnesses: readonly Witness[],
  what: string,
  act: () => unknown,
  isSo: () => boolean,
): Promise<void> {
  const reports = Promise.all(witnesses.map((witness) => witness.next(what, isSo)));
  await Promise.all([act(), reports]);
}

/** A folder of its own for the running test, by its real path. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'watch-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The numbers 1 to n, for doing something that often. */
export const times = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);
