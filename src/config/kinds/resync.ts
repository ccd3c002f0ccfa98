import type { Resync } from '../config.ts';
import { cronFault } from '../cron-fault.ts';
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
    const fault = cronFault(text);
    return fault === undefined ? good({ cron: text.trim() }) : bad(fault);
  },
  (resync) => ('cron' in resync ? resync.cron : formatDuration(resync.everyMs)),
);
