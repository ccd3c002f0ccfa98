import { show } from '../../document/show.ts';
import type { Resync } from '../config.ts';
import { cronFault } from '../cron-fault.ts';
import { cronTimes } from '../cron-times.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { bad, good, type Kind, type Read, textual } from '../kind.ts';
import { duration, notADuration } from './duration.ts';

// A timer cannot wait for longer than 2^31 - 1 ms, 596 hours.
const interval = duration('100ms', '576h');

/** A cron expression, or an interval as a duration. */
export const resync: Kind<Resync> = textual(
  (text): Read<Resync> => {
    if (parseDuration(text) !== undefined) {
      const read = interval.fromText(text, '');
      return read.ok ? good({ everyMs: read.value }) : read;
    }
    if (!/\s/.test(text.trim())) return bad(`${notADuration(text)}, or five or six cron fields, such as */5 * * * *`);
    const fault = cronFault(text) ?? neverFires(text);
    return fault === undefined ? good({ cron: text.trim() }) : bad(fault);
  },
  (resync) => ('cron' in resync ? resync.cron : formatDuration(resync.everyMs)),
);

function neverFires(expression: string): string | undefined {
  try {
    const isEver = Number.isFinite(cronTimes(expression, 'UTC')(Date.now()));
    return isEver ? undefined : `${show(expression)} never comes: there is no such day`;
  } catch (error) {
    // A day counted from the end of the month, L-3, is read by the one and not known to the other.
    return `${show(expression)} is more than a schedule may use: ${(error as Error).message.replace(/^CronPattern: (Syntax error, )?/, '')}`;
  }
}
