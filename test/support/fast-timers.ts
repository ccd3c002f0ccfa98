/**
 * Preloaded into the built program (`--import`): its timers and its uptime run FAST_TIME_FACTOR times as fast, so that
 * waits which are right for months of running need not be waited for. The program itself is untouched.
 */
import timers from 'node:timers/promises';

const factor = Number(process.env['FAST_TIME_FACTOR']);

const realUptime = process.uptime.bind(process);
process.uptime = () => realUptime() * factor;

const { setTimeout: realTimeout, setInterval: realInterval } = globalThis;
const realSleep = timers.setTimeout;
globalThis.setTimeout = Object.assign(
  (run: () => void, ms = 0, ...args: []) => realTimeout(run, ms / factor, ...args),
  realTimeout,
);
globalThis.setInterval = (run: () => void, ms = 0, ...args: []) => realInterval(run, ms / factor, ...args);
timers.setTimeout = async (ms, value, options) => realSleep((ms ?? 0) / factor, value, options);
