/**
 * Preloaded into the built program (`--import`): file system calls for paths below one of those that the file HANG_LIST
 * names, and look-ups of names that stand there, are held up at the pipe HANG_GATE for as long as nobody writes to it.
 * As with a network volume that is gone, each holds one of Node's few threads, and nothing can call it back.
 * Waits that begin meanwhile are HANG_FACTOR times as short, and so is the uptime: limits that are right for months need
 * not be waited for. While nothing hangs, waits are as long as they are: a busy machine must not run into them.
 */
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

type Call = (subject: unknown, ...rest: unknown[]) => Promise<unknown>;

const { HANG_LIST = '', HANG_GATE = '', HANG_FACTOR } = process.env;
const open = fs.open;

const listed = () => readFileSync(HANG_LIST, 'utf8').split('\n').filter(Boolean);
const hangs = (subject: string) => listed().some((name) => subject === name || subject.startsWith(`${name}/`));

const passGate = async (subject: unknown) => {
  if (hangs(String(subject))) await (await open(HANG_GATE, 'r')).close();
};

const gated =
  (real: Call): Call =>
  async (subject, ...rest) => {
    await passGate(subject);
    return real(subject, ...rest);
  };

const calls = fs as unknown as Record<string, Call>;
for (const name of ['access', 'lstat', 'open', 'opendir', 'readFile', 'readdir', 'readlink', 'realpath', 'stat']) {
  calls[name] = gated(calls[name] as Call);
}
const names = dns.promises as unknown as Record<string, Call>;
names['lookup'] = gated(names['lookup'] as Call);

// What `listen` uses.
const byCallback = dns as unknown as { lookup: (host: string, ...rest: unknown[]) => void };
const { lookup } = byCallback;
byCallback.lookup = (host, ...rest) => void passGate(host).then(() => lookup(host, ...rest));

const factor = Number(HANG_FACTOR);
const shortened = (ms: number) => (listed().length > 0 ? ms / factor : ms);
const realUptime = process.uptime.bind(process);
const realTimeout = globalThis.setTimeout;
const realSleep = timers.setTimeout;
process.uptime = () => realUptime() * factor;
globalThis.setTimeout = Object.assign(
  (run: () => void, ms = 0, ...args: []) => realTimeout(run, shortened(ms), ...args),
  realTimeout,
);
timers.setTimeout = async (ms, value, options) => realSleep(shortened(ms ?? 0), value, options);
syncBuiltinESMExports();
