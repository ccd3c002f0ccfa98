/**
 * Preloaded into the built program (`--import`), which itself is untouched.
 * Its time passes FAST_TIME_FACTOR times as fast since CHAOS_SINCE (epoch ms), when it was CHAOS_BEGIN (epoch ms), so that
 * waits which are right for months of running need not be waited for.
 * As long as the file CHAOS_NO_NAMES is there, no name is found.
 * It may read no more than a user that is not root: a file that nobody may read, it cannot open.
 */
import dnsPromises from 'node:dns/promises';
import { existsSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import '../support/fast-timers.ts';

const { FAST_TIME_FACTOR, CHAOS_SINCE, CHAOS_BEGIN, CHAOS_NO_NAMES = '' } = process.env;
const realNow = Date.now;
const now = () => Math.round(Number(CHAOS_BEGIN) + (realNow() - Number(CHAOS_SINCE)) * Number(FAST_TIME_FACTOR));

Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (original, args, newTarget) => Reflect.construct(original, args.length > 0 ? args : [now()], newTarget),
});

dnsPromises.lookup = async (host) => {
  if (!existsSync(CHAOS_NO_NAMES)) return [{ address: '127.0.0.1', family: 4 }];
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
};

const realOpen = fsPromises.open;
fsPromises.open = async (path, ...rest) => {
  const stats = await fsPromises.stat(path).catch(() => undefined);
  if (stats && (stats.mode & 0o444) === 0) {
    throw Object.assign(new Error(`EACCES: permission denied, open '${String(path)}'`), { code: 'EACCES' });
  }
  return realOpen(path, ...rest);
};
syncBuiltinESMExports();
