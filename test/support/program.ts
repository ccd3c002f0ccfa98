/** The built program as a child process: what a user runs, seen from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, '../../dist/webhook-reconciler.js');

export type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Parsed JSON of which a test expects more than a type could say. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

/** Runs a command to its end. */
export async function program(args: readonly string[], env: Environment = {}, cwd?: string): Promise<Ended> {
  return ended(start(args, env, cwd));
}

/** The same in a shell, where `"$@"` is the command: `"$@" >/dev/full`. */
export async function programIn(script: string, args: readonly string[], env: Environment): Promise<Ended> {
  return ended(launch('sh', ['-c', script, 'sh', process.execPath, PROGRAM, ...args], env));
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

/** A daemon that has been started and listens. `await using` ends it. */
export class RunningDaemon implements AsyncDisposable {
  readonly url: string;
  /** Every line of its log so far, parsed. */
  readonly lines: readonly LogLine[];
  /** Its log as it was written. */
  readonly raw: readonly string[];
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #watchers: Set<() => void>;

  private constructor(child: ChildProcess, url: string, log: Log) {
    this.#child = child;
    this.url = url;
    this.lines = log.lines;
    this.raw = log.raw;
    this.#watchers = log.watchers;
    this.#ended = log.ended;
  }

  /** Resolves once it listens; rejects with its log if it ends before. */
  static async start(args: readonly string[], env: Environment): Promise<RunningDaemon> {
    // At debug, since passes that found nothing to do are told of there only.
    const child = start(['run', '--port', '0', ...args], { RECONCILER_HOST: '127.0.0.1', LOG_LEVEL: 'debug', ...env });
    const log = follow(child);
    const listening = await log.until(({ msg }) => msg === 'listening');
    return new RunningDaemon(child, `http://127.0.0.1:${String(listening['port'])}`, log);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The first line of the log, of those written or yet to come, that fits. */
  async until(fits: (line: LogLine) => boolean): Promise<LogLine> {
    return untilLine(this.lines, this.#watchers, this.#ended, fits);
  }

  /** A pass of this result (any, unless given) that ends from now on. */
  async nextPass(result?: string): Promise<LogLine> {
    const after = this.lines.length;
    return this.until(
      (line) =>
        line.msg === 'pass ended' && this.lines.indexOf(line) >= after && (!result || line['result'] === result),
    );
  }

  async get(path: string): Promise<{ readonly status: number; readonly body: Json }> {
    const response = await fetch(this.url + path);
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }

  /** Runs a pass and gives its report. */
  async reconcile(): Promise<{ readonly status: number; readonly body: Json }> {
    const response = await fetch(`${this.url}/-/reconcile?wait=true`, { method: 'POST' });
    return { status: response.status, body: await response.json() };
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends the signal and gives the exit status. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.kill(signal);
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}

interface Log {
  readonly lines: LogLine[];
  readonly raw: string[];
  readonly watchers: Set<() => void>;
  readonly ended: Promise<number | null>;
  until(fits: (line: LogLine) => boolean): Promise<LogLine>;
}

function follow(child: ChildProcess): Log {
  const lines: LogLine[] = [];
  const raw: string[] = [];
  const watchers = new Set<() => void>();
  if (!child.stderr) throw new Error('no stderr to follow');
  createInterface({ input: child.stderr }).on('line', (text) => {
    raw.push(text);
    lines.push(text.startsWith('{') ? (JSON.parse(text) as LogLine) : { msg: text });
    for (const watcher of watchers) watcher();
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { lines, raw, watchers, ended, until: async (fits) => untilLine(lines, watchers, ended, fits) };
}

async function untilLine(
  lines: readonly LogLine[],
  watchers: Set<() => void>,
  ended: Promise<number | null>,
  fits: (line: LogLine) => boolean,
): Promise<LogLine> {
  const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
  const look = () => {
    const line = lines.find(fits);
    if (line) resolve(line);
  };
  watchers.add(look);
  void ended.then((code) =>
    reject(new Error(`the daemon ended (${code}):\n${lines.map((line) => JSON.stringify(line)).join('\n')}`)),
  );
  look();
  try {
    return await promise;
  } finally {
    watchers.delete(look);
  }
}

/** A program that runs until it is stopped, with all that it shows. */
export interface Running {
  /** Both streams, as they came. */
  readonly shown: string;
  /** Its exit status. */
  readonly ended: Promise<number | null>;
  /** What it has shown, once that matches. */
  until(pattern: RegExp): Promise<string>;
  type(text: string): void;
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** `onTerminal`: as at a terminal, by way of util-linux's `script`. `fileBlocks`: no file it writes may be larger (`ulimit`). */
export function startProgram(
  args: readonly string[],
  env: Environment = {},
  { onTerminal = false, fileBlocks }: { readonly onTerminal?: boolean; readonly fileBlocks?: number } = {},
): Running {
  const command = [process.execPath, PROGRAM, ...args].join(' ');
  const child = onTerminal
    ? launch('script', ['--quiet', '--return', '--command', command, '/dev/null'], env)
    : fileBlocks === undefined
      ? start(args, env)
      : launch('sh', ['-c', `ulimit -f ${fileBlocks} && exec "$@"`, 'sh', process.execPath, PROGRAM, ...args], env);
  const watchers = new Set<() => void>();
  let shown = '';
  const take = (text: string) => {
    shown += text;
    for (const watcher of watchers) watcher();
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    get shown() {
      return shown;
    },
    ended,
    until: async (pattern) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = () => pattern.test(shown) && resolve(shown);
      watchers.add(look);
      void ended.then((code) => reject(new Error(`it ended (${code}):\n${shown}`)));
      look();
      return promise.finally(() => watchers.delete(look));
    },
    type: (text) => child.stdin?.write(text),
    stop: async (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function start(args: readonly string[], env: Environment, cwd?: string): ChildProcess {
  return launch(process.execPath, [PROGRAM, ...args], env, cwd);
}

function launch(command: string, args: readonly string[], env: Environment, cwd?: string): ChildProcess {
  const child = spawn(command, args, {
    // Nothing of the environment the tests run in: what is configured is what the test says.
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** A test that is given up at its time limit must not leave a process behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
