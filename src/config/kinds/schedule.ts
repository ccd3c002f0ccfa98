/** Kinds of the settings of `schedule`: cron expressions, intervals and freeze windows. */
import { Cron } from 'croner';
import cron, { parse } from 'node-cron';
import { show } from '../../base/text.ts';
import type { FreezeWindow as WrittenWindow } from '../config.generated.ts';
import type { FreezeWindow, Resync } from '../config.ts';
import { bad, every, type Fault, good, type Kind, type Read, textual } from '../setting.ts';
import { duration, formatDuration, notADuration, parseDuration, timezone } from './scalars.ts';

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
    return isEver ? undefined : `${show(expression)} never comes: no such day exists`;
  } catch (error) {
    // node-cron reads a day counted from the end of the month (L-3), croner does not.
    return `${show(expression)} is more than a schedule may use: ${(error as Error).message.replace(/^CronPattern: (Syntax error, )?/, '')}`;
  }
}

const length = duration('1s', '8784h');

/** Times in which nothing is changed: a list, which only the file can hold. */
export const freezeWindows: Kind<readonly FreezeWindow[]> = {
  fromText: () => bad('freeze windows can be given in the configuration file only'),
  fromFile: (value) => every((value as readonly unknown[]).map(readWindow)),
  toFile: (windows) =>
    windows.map(({ durationMs, ...window }) => ({ ...window, duration: formatDuration(durationMs) })),
};

function readWindow(value: unknown): Read<FreezeWindow> {
  const written = Object(value) as Partial<WrittenWindow>;
  const start = readStart(text(written.start));
  const durationMs = length.fromText(text(written.duration), '');
  const zone = written.timezone === undefined ? good(undefined) : timezone.fromText(text(written.timezone), '');
  if (start.ok && durationMs.ok && zone.ok) {
    return good({ start: start.value, durationMs: durationMs.value, ...(zone.value && { timezone: zone.value }) });
  }
  return {
    ok: false,
    faults: [...under('start', start), ...under('duration', durationMs), ...under('timezone', zone)],
  };
}

/** A value that is not text becomes empty: the schema has reported it already. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function under(member: keyof WrittenWindow, read: Read<unknown>): Fault[] {
  return read.ok ? [] : read.faults.map(({ at, message }) => ({ at: [member, ...at], message }));
}

/** Windows are looked up by croner, since it can look into the past. It reads slightly less syntax than node-cron. */
function readStart(expression: string): Read<string> {
  const fault = cronFault(expression);
  if (fault !== undefined) return bad(fault);
  try {
    const happens = new Cron(expression, { paused: true, domAndDow: true }).nextRun() !== null;
    return happens ? good(expression.trim()) : bad(`${show(expression)} never comes: no such day exists`);
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: (Syntax error, )?/, '');
    return bad(
      `${show(expression)} is more than a window may use: ${reason}; write lists and plain ranges (22,23,0-2)`,
    );
  }
}

/** Why node-cron does not accept a cron expression; undefined if it does. */
function cronFault(expression: string): string | undefined {
  const write = 'write five or six cron fields, such as */5 * * * *';
  // Nicknames such as @daily are node-cron's own: this setting takes five or six fields.
  if (expression.trim().startsWith('@')) return `${show(expression)} is a nickname: ${write}`;
  const { valid, errors } = cron.validateDetailed(expression);
  if (valid) return undefined;
  const wrong = errors.map(({ field, value }) =>
    field === 'expression'
      ? `it has ${expression.split(/\s+/).filter(Boolean).length} fields`
      : `${show(value)} cannot be its ${FIELD_NAMES[field] ?? field}`,
  );
  return `${show(expression)} is not a schedule: ${wrong.join(', ')}; ${write}`;
}

const FIELD_NAMES: Readonly<Record<string, string>> = { dayOfMonth: 'day of month', dayOfWeek: 'day of week' };

/** How many values an unrestricted field has: second, minute, hour, day of month, month, day of week. */
const COMPLETE = [60, 60, 24, 31, 12, 7];

/**
 * Gives the first time of `expression` after `now`, both in epoch milliseconds, or Infinity where there is none.
 * croner finds the times, because node-cron does not run in the hour that the clock repeats in autumn and leaves out
 * the times that it skips in spring. croner runs in the repeated hour, and right after the skipped one.
 */
export function cronTimes(expression: string, timezone: string): (now: number) => number {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = parse(expression);
  const fields = [second, minute, hour, dayOfMonth, month, dayOfWeek];
  const pattern = fields.map((values, at) => (values.length === COMPLETE[at] ? '*' : values.join(','))).join(' ');
  const cron = new Cron(pattern, { paused: true, domAndDow: true, timezone });
  return (now) => cron.nextRun(new Date(now))?.getTime() ?? Number.POSITIVE_INFINITY;
}
