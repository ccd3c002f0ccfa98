/** Fires at the times of `schedule.resync`: a cron expression by node-cron, or every so often. */
import { schedule as scheduleCron } from 'node-cron';
import type { Resync } from '../config/config.ts';
import type { Log } from './log.ts';

export interface Schedule {
  /** Epoch ms of the next firing. */
  next(): number;
  /** Between the next two firings: the measure for how old a success may be. */
  intervalMs(): number;
  stop(): void;
}

export function schedule(resync: Resync, timezone: string, log: Log, fire: () => void): Schedule {
  return 'everyMs' in resync ? every(resync.everyMs, fire) : cron(resync.cron, timezone, log, fire);
}

function every(everyMs: number, fire: () => void): Schedule {
  let next = Date.now() + everyMs;
  const timer = setInterval(() => {
    next = Date.now() + everyMs;
    fire();
  }, everyMs);
  timer.unref();
  return { next: () => next, intervalMs: () => everyMs, stop: () => clearInterval(timer) };
}

function cron(expression: string, timezone: string, log: Log, fire: () => void): Schedule {
  // Left to itself, node-cron prints coloured text.
  const say = (message: string | Error) => log.debug({ detail: String(message) }, 'schedule');
  const task = scheduleCron(expression, fire, {
    timezone,
    unref: true,
    suppressMissedWarning: true,
    logger: { info: say, warn: say, error: say, debug: say },
  });
  return {
    next: () => task.getNextRun()?.getTime() ?? Number.NaN,
    intervalMs: () => {
      const [first, second] = task.getNextRuns(2);
      return first && second ? second.getTime() - first.getTime() : Number.NaN;
    },
    stop: () => void task.destroy(),
  };
}
