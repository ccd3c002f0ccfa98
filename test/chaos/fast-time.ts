/**
 * Preloaded into the built program (`--import`): its time passes FAST_TIME_FACTOR times as fast since FAST_TIME_SINCE
 * (epoch ms), so that waits which are right for months of running need not be waited for. The program itself is untouched.
 */
import timers from 'node:timers/promises';
import { fastTime } from './fast-clock.ts';

const factor = Number(process.env['FAST_TIME_FACTOR']);
const now = fastTime(factor, Number(process.env['FAST_TIME_SINCE']));

Date.now = now;
const realUptime = process.uptime.bind(process);
process.uptime = () => realUptime() * factor;
globalThis.Date = new Proxy(Date, {
  construct: (original, args: [], newTarget) =>
    Reflect.construct(original, args.length > 0 ? args : [now()], newTarget) as Date,
});

const { setTimeout: realTimeout, setInterval: realInterval } = globalThis;
const realSleep = timers.setTimeout;
globalThis.setTimeout = Object.assign(
  (run: () => void, ms = 0, ...args: []) => realTimeout(run, ms / factor, ...args),
  realTimeout,
);
globalThis.setInterval = (run: () => void, ms = 0, ...args: []) => realInterval(run, ms / factor, ...args);
timers.setTimeout = async (ms, value, options) => realSleep((ms ?? 0) / factor, value, options);
