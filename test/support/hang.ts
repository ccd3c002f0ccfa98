/**
 * Preloaded into the built program (`--import`): file system calls for paths below one of those that the file HANG_LIST
 * names, and look-ups of names that stand there, are held up at the pipe HANG_GATE for as long as nobody writes to it.
 * As with a network volume that is gone, each holds one of Node's few threads, and nothing can call it back.
 */
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

type Call = (subject: unknown, ...rest: unknown[]) => Promise<unknown>;

const { HANG_LIST = '', HANG_GATE = '' } = process.env;
const open = fs.open;

const hangs = (subject: string) =>
  readFileSync(HANG_LIST, 'utf8')
    .split('\n')
    .some((listed) => listed !== '' && (subject === listed || subject.startsWith(`${listed}/`)));

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
syncBuiltinESMExports();
