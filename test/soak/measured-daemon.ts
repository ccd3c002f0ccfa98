/** The built daemon as a child process, measured from outside by /proc and from inside by `inside.js`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Environment } from '../support/program.ts';
import type { Sample } from './trend.ts';

const PROGRAM = join(import.meta.dirname, '../../dist/webhook-reconciler.js');
const INSIDE = join(import.meta.dirname, 'inside.js');
const RUN = [PROGRAM, 'run', '--port', '0'];
const DOCKERFILE = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8');
/**
 * The bounds of the image. Without them the young generation may grow by steps to 192 MB at any time in the run, which
 * looks like a leak and is none.
 */
const BOUNDS = DOCKERFILE.match(/--max-[a-z-]+=\d+/g) ?? [];
/** And those of the C library's allocator. */
const ALLOCATOR = Object.fromEntries(
  [...DOCKERFILE.matchAll(/(MALLOC_\w+)=(\d+)/g)].map(([, name, value]) => [name, value]),
);
/** Enough of the log to see how a daemon that ended came to it. */
const LINES_KEPT = 20;

interface Inside {
  readonly heapTotal: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly timers: number;
}

export class MeasuredDaemon implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #inside: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.#inside = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
    this.#ended = once(child, 'close');
  }

  /** Resolves once it listens. Should it end by itself, then so does this process, with the last lines of its log. */
  static async start(env: Environment): Promise<MeasuredDaemon> {
    const child = spawn(process.execPath, [...BOUNDS, '--expose-gc', '--import', INSIDE, ...RUN], {
      env: { PATH: process.env['PATH'] ?? '', ...ALLOCATOR, RECONCILER_HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      // Ctrl-C is for the measurement, not for what is measured.
      detached: true,
    });
    const { promise: listening, resolve } = Promise.withResolvers<string>();
    const last: string[] = [];
    createInterface({ input: child.stdio[2] as Readable }).on('line', (line) => {
      last.push(line);
      last.splice(0, last.length - LINES_KEPT);
      const port = /"port":(\d+).*"msg":"listening"/.exec(line)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    child.once('exit', (code, signal) => {
      if (signal === 'SIGTERM' || code === 0) return;
      console.error(`the daemon ended (${code ?? signal}):\n${last.join('\n')}`);
      process.exit(1);
    });
    process.once('exit', () => child.kill('SIGKILL'));
    process.once('SIGTERM', () => process.exit(1));
    return new MeasuredDaemon(child, await listening);
  }

  /** Runs a pass and gives its result. */
  async reconcile(): Promise<string> {
    const response = await fetch(`${this.url}/-/reconcile?wait=true`, { method: 'POST' });
    return ((await response.json()) as { readonly result: string }).result;
  }

  async get(path: string): Promise<string> {
    return (await fetch(this.url + path)).text();
  }

  /** Has it read its configuration again. */
  reload(): void {
    this.#child.kill('SIGHUP');
  }

  /** Resident memory first: looking inside collects garbage. */
  async sample(pass: number): Promise<Sample> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    const residentMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    const open = await this.#descriptors();
    this.#child.kill('SIGUSR2');
    const { heapTotal, heapUsed, external, timers } = JSON.parse((await this.#inside.next()).value as string) as Inside;
    const sockets = open.filter((target) => target.startsWith('socket:')).length;
    return {
      pass,
      residentMb,
      reservedMb: mb(heapTotal),
      heapMb: mb(heapUsed),
      externalMb: mb(external),
      files: open.length,
      sockets,
      timers,
    };
  }

  async #descriptors(): Promise<readonly string[]> {
    const folder = `/proc/${this.#child.pid}/fd`;
    // One that is closed between the two steps is none.
    const targets = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')));
    return targets.filter((target) => target !== '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}

function mb(bytes: number): number {
  return bytes / 1024 / 1024;
}
