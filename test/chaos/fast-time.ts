/** Preloaded into the built program: as fast-timers.ts, and its clock runs as fast since FAST_TIME_SINCE (epoch ms). */
import '../support/fast-timers.ts';
import { fastTime } from './fast-clock.ts';

const now = fastTime(Number(process.env['FAST_TIME_FACTOR']), Number(process.env['FAST_TIME_SINCE']));

Date.now = now;
globalThis.Date = new Proxy(Date, {
  construct: (original, args: [], newTarget) =>
    Reflect.construct(original, args.length > 0 ? args : [now()], newTarget) as Date,
});
