/** The times of a cron expression: read by node-cron, told by croner. */
import { Cron } from 'croner';
import { parse } from 'node-cron';

/** How many values a field has when it leaves nothing out: second, minute, hour, day of month, month, day of week. */
const COMPLETE = [60, 60, 24, 31, 12, 7];

/**
 * Gives the first time of `expression` after `now`; both in epoch ms. Infinity: there is none.
 * node-cron itself is silent for the hour that autumn's clock shows twice, and leaves out a time that spring's clock
 * skips; croner runs on through the one and right after the other.
 */
export function cronTimes(expression: string, timezone: string): (now: number) => number {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const fields = [second, minute, hour, dayOfMonth, month, dayOfWeek];
  const pattern = fields.map((values, at) => (values.length === COMPLETE[at] ? '*' : values.join(','))).join(' ');
  const cron = new Cron(pattern, { paused: true, domAndDow: true, timezone });
  return (now) => cron.nextRun(new Date(now))?.getTime() ?? Number.POSITIVE_INFINITY;
}
