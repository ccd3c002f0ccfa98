/** Lets a program that preloads `hang.ts` hang, and go on. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from './program.ts';

/** How much faster its waits are over. */
const FACTOR = 100;

export class HangingCalls implements AsyncDisposable {
  readonly env: Environment;
  readonly #list: string;
  readonly #pipe: string;
  #writer: FileHandle | undefined;

  private constructor(folder: string) {
    this.#list = join(folder, 'hang.list');
    this.#pipe = join(folder, 'hang.gate');
    const preload = ['fast-timers.ts', 'hang.ts'].map((name) => `--import ${join(import.meta.dirname, name)}`);
    this.env = {
      NODE_OPTIONS: preload.join(' '),
      FAST_TIME_FACTOR: String(FACTOR),
      HANG_LIST: this.#list,
      HANG_GATE: this.#pipe,
    };
  }

  /** Its files are in `folder`; nothing hangs yet. */
  static async in(folder: string): Promise<HangingCalls> {
    const calls = new HangingCalls(folder);
    await promisify(execFile)('mkfifo', [calls.#pipe]);
    await calls.goOn();
    return calls;
  }

  /** From now on calls for these paths, or what lies below them, and look-ups of these names hang. */
  async hang(...subjects: readonly string[]): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
    await writeFile(this.#list, subjects.join('\n'));
  }

  /** What hangs goes on, and nothing hangs any more. */
  async goOn(): Promise<void> {
    await writeFile(this.#list, '');
    // Reading and writing: does not wait for the other end.
    this.#writer ??= await open(this.#pipe, constants.O_RDWR);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer?.close();
  }
}
