/** Lets a program that preloads `hang.ts` hang, and go on. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from './program.ts';

export class HangingCalls implements AsyncDisposable {
  readonly env: Environment;
  readonly #list: string;
  readonly #pipe: string;
  #writer: FileHandle | undefined;

  private constructor(folder: string, factor: number) {
    this.#list = join(folder, 'hang.list');
    this.#pipe = join(folder, 'hang.gate');
    this.env = {
      NODE_OPTIONS: `--import ${import.meta.resolve('./hang.ts')}`,
      HANG_LIST: this.#list,
      HANG_GATE: this.#pipe,
      HANG_FACTOR: String(factor),
    };
  }

  /** Its files are in `folder`; nothing hangs yet. While something does, waits are `factor` times as short. */
  static async in(folder: string, factor: number): Promise<HangingCalls> {
    const calls = new HangingCalls(folder, factor);
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
