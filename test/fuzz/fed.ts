/** Feeds a child process and holds it to the limits: no crash, no second without a turn for others, no 64 MB more. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cost, Task } from './child.ts';
import { filling } from './yaml-texts.ts';

export const MAX_EXTRA_MB = 64;
export const MAX_BLOCKED_MS = 1_000;

/** The bounds of the heap in the image. */
const BOUNDS = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8').match(/--max-[a-z-]+=\d+/g) ?? [];

const ORDINARY = filling(
  '',
  (n) => `- title: Hook ${n}\n  url: https://hooks.example.com/${n}\n  type: [ORDER, USER]\n`,
);

export class Fed implements AsyncDisposable {
  /** The most that one input took for a while, above what the process had before it. */
  extraMb = 0;
  /** The most there ever was. */
  peakMb = 0;
  blockedMs = 0;
  readonly #child: ChildProcess;
  /** Undefined: not judged yet. */
  #residentMb: number | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(): Promise<Fed> {
    const child = fork(join(import.meta.dirname, 'child.ts'), { execArgv: BOUNDS, serialization: 'advanced' });
    await once(child, 'message');
    const fed = new Fed(child);
    // A file as large as may be, as people write it: what code and caches take is no extra memory.
    await fed.feed({ kind: 'yaml', files: [Buffer.from(ORDINARY)] });
    fed.#residentMb = (await fed.feed({ kind: 'http' })).residentMb;
    return fed;
  }

  /** Throws where the child ends, or passes a limit. */
  async feed(task: Task): Promise<Cost> {
    const died = new AbortController();
    const onExit = (code: number | null, signal: string | null) =>
      died.abort(new Error(`ended with ${code ?? signal}`));
    this.#child.once('exit', onExit);
    try {
      this.#child.send(task);
      const [cost] = (await once(this.#child, 'message', { signal: died.signal })) as [Cost];
      this.#judge(cost);
      return cost;
    } catch (error) {
      throw died.signal.aborted ? died.signal.reason : error;
    } finally {
      this.#child.off('exit', onExit);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #judge({ peakMb, residentMb, blockedMs }: Cost): void {
    if (this.#residentMb === undefined) return;
    const extraMb = peakMb - this.#residentMb;
    this.#residentMb = residentMb;
    this.extraMb = Math.max(this.extraMb, extraMb);
    this.peakMb = Math.max(this.peakMb, peakMb);
    this.blockedMs = Math.max(this.blockedMs, blockedMs);
    if (extraMb > MAX_EXTRA_MB) throw new Error(`took ${extraMb.toFixed(0)} MB more`);
    if (blockedMs > MAX_BLOCKED_MS) throw new Error(`kept everybody waiting for ${blockedMs.toFixed(0)} ms`);
  }
}
