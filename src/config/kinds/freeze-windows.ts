import { Cron } from 'croner';
import { show } from '../../document/show.ts';
import type { FreezeWindow } from '../config.ts';
import type { FreezeWindow as WrittenWindow } from '../config.generated.ts';
import { cronFault } from '../cron-fault.ts';
import { formatDuration } from '../duration.ts';
import { bad, every, type Fault, good, type Kind, type Read } from '../kind.ts';
import { duration } from './duration.ts';
import { timezone } from './timezone.ts';

const length = duration('1s', '8784h');

/** Times in which nothing is changed: a list in the file, and there only. */
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

/** What is no text is reported by the schema already. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function under(member: keyof WrittenWindow, read: Read<unknown>): Fault[] {
  return read.ok ? [] : read.faults.map(({ at, message }) => ({ at: [member, ...at], message }));
}

/** Windows are looked up by croner, which knows the past as well, and knows a little less syntax than the scheduler. */
function readStart(expression: string): Read<string> {
  const fault = cronFault(expression);
  if (fault !== undefined) return bad(fault);
  try {
    const happens = new Cron(expression, { paused: true, domAndDow: true }).nextRun() !== null;
    return happens ? good(expression.trim()) : bad(`${show(expression)} never comes: there is no such day`);
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: (Syntax error, )?/, '');
    return bad(
      `${show(expression)} is more than a window may use: ${reason}; write lists and plain ranges (22,23,0-2)`,
    );
  }
}
