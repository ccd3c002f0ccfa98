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
  fromFile: (value) => every((value as readonly WrittenWindow[]).map(window)),
  toFile: (windows) =>
    windows.map(({ durationMs, ...window }) => ({ ...window, duration: formatDuration(durationMs) })),
};

function window(value: WrittenWindow): Read<FreezeWindow> {
  const written = Object(value) as WrittenWindow;
  const start = startOf(written.start);
  const durationMs = length.fromText(written.duration, '');
  const zone = written.timezone === undefined ? undefined : timezone.fromText(written.timezone, '');
  if (start.ok && durationMs.ok && (zone === undefined || zone.ok)) {
    return good({ start: start.value, durationMs: durationMs.value, ...(zone && { timezone: zone.value }) });
  }
  const faults: Fault[] = [
    ...under('start', start),
    ...under('duration', durationMs),
    ...(zone ? under('timezone', zone) : []),
  ];
  return { ok: false, faults };
}

function under(member: string, read: Read<unknown>): Fault[] {
  return read.ok ? [] : read.faults.map(({ at, message }) => ({ at: [member, ...at], message }));
}

/** Windows are looked up by croner, which knows the past as well; it has to agree with the scheduler's syntax. */
function startOf(expression: string): Read<string> {
  const fault = cronFault(expression);
  if (fault !== undefined) return bad(fault);
  try {
    const happens = new Cron(expression, { paused: true, domAndDow: true }).nextRun() !== null;
    return happens ? good(expression.trim()) : bad(`${show(expression)} never comes: no such day exists`);
  } catch (error) {
    return bad(`${show(expression)} is not a start: ${(error as Error).message.replace(/^CronPattern: /, '')}`);
  }
}
