/** The last passes as bars, and as the sentence that says the same. */
import type { PassReport, PassResult } from '../../../reconcile/report.ts';
import type { Text } from './text.ts';
import { span } from './time.ts';

/** `x`, `width`, `dotX`: percent of the width. `y`, `height`, `dotY`: px. */
export interface PassBar {
  readonly pass: PassReport;
  readonly kind: PassResult;
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
  /** Where it changed something: the middle of the dot above the bar. */
  readonly dot?: { readonly x: number; readonly y: number };
}

export interface PassChart {
  readonly height: number;
  /** The line that what went through stands on, and what failed hangs from. */
  readonly axisY: number;
  /** The oldest first. */
  readonly bars: readonly PassBar[];
  /** The longest of those that went through. */
  readonly longestMs: number;
}

const SLOTS = 100;
const WIDTH = 0.72;
/** Room for the dot above the highest bar. */
const TOP = 6;
const TICK = 3;
/** Below the line: a scale of its own for what failed. */
const BELOW = 24;
const HIGHEST_BELOW = 20;

/** Those that ended by themselves: one that was interrupted says nothing of tenant or checkout, and the next follows. */
export function endedByThemselves(passes: readonly PassReport[]): readonly PassReport[] {
  return passes.filter(({ isInterrupted }) => !isInterrupted);
}

/** `passes`: the newest first. `height`: px above the line; a chart with failures is higher by their part. */
export function passBars(passes: readonly PassReport[], height = 60): PassChart {
  const kept = passes.slice(0, SLOTS);
  const base = height - 2;
  const longestMs = longest(kept.filter(({ result }) => result !== 'failed'));
  const longestFailedMs = longest(kept.filter(({ result }) => result === 'failed'));
  const bars = kept
    .map((pass, index): PassBar => {
      const x = SLOTS - 1 - index;
      const place = { pass, kind: pass.result, x, width: WIDTH };
      if (pass.result === 'failed') {
        const depth = Math.max(TICK, HIGHEST_BELOW * root(pass.durationMs, longestFailedMs));
        return { ...place, y: height, height: tenths(depth) };
      }
      const tall = tenths(Math.max(TICK, (base - TOP) * root(pass.durationMs, longestMs)));
      const y = tenths(base - tall);
      if (pass.result === 'observed') return { ...place, y, height: TICK };
      const dot = changesOf(pass) > 0 && { dot: { x: x + WIDTH / 2, y: Math.max(2, tenths(y - 4)) } };
      return { ...place, y, height: tall, ...dot };
    })
    .reverse();
  const hasFailed = kept.some(({ result }) => result === 'failed');
  return { height: height + (hasFailed ? BELOW : 0), axisY: base + 0.5, bars, longestMs };
}

function longest(passes: readonly PassReport[]): number {
  return passes.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
}

function root(durationMs: number, longestMs: number): number {
  return longestMs > 0 ? Math.sqrt(Math.max(0, durationMs) / longestMs) : 0;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

export function changesOf({ changes }: PassReport): number {
  return changes.create + changes.enable + changes.update + changes.delete;
}

/** What a pass takes that went through; undefined: none has. */
export function typicalMs(passes: readonly PassReport[]): number | undefined {
  const durations = passes.filter(({ result }) => result !== 'failed').map(({ durationMs }) => durationMs);
  return durations.sort((a, b) => a - b)[Math.floor(durations.length / 2)];
}

/** `passes`: the newest first. */
export function passesSentence(passes: readonly PassReport[]): Text {
  if (passes.length === 0) return ['No pass has ended yet.'];
  const streak = passes.findIndex(({ result }) => result !== 'failed');
  if (streak !== 0) return failedLately(passes, streak === -1 ? passes.length : streak);
  const typical = typicalMs(passes);
  const usually = typical === undefined ? '' : ` Usually ${span(typical)}.`;
  const of = (result: PassResult) => passes.filter((pass) => pass.result === result);
  const done = of('converged').length + of('observed').length;
  if (of('observed').length === passes.length) return [`${all(passes.length)} looked and changed nothing.${usually}`];
  if (done === passes.length) return [`${all(passes.length)} went through`, ...changesText(passes), `.${usually}`];
  const incomplete = of('incomplete').length;
  if (incomplete === passes.length) return [`${all(incomplete)} left something undone.${usually}`];
  const word = of('observed').length > 0 ? 'went through' : 'converged';
  return [
    `${done === 0 ? 'None' : done} of ${passes.length} ${word}. `,
    ...undone(passes, incomplete),
    ...failures(passes),
    `.${usually}`,
  ];
}

function all(count: number): string {
  if (count < 3) return count === 1 ? 'The only one' : 'Both';
  return `All ${count}`;
}

function failedLately(passes: readonly PassReport[], streak: number): Text {
  const first = passes[streak - 1];
  const since: Text = first ? [streak === 1 ? ', at ' : ', since ', { time: first.startedAt }] : [];
  const who = streak === passes.length ? all(streak) : streak === 1 ? 'The last one' : `The last ${streak}`;
  const before = passes.slice(streak);
  const typical = typicalMs(before);
  if (typical === undefined) return [`${who} failed`, ...since, '.'];
  const good = before.filter(({ result }) => result !== 'failed').length;
  const through = good < before.length ? `${good} of ${before.length}` : (['one', 'both'][good - 1] ?? 'all');
  return [`${who} failed`, ...since, `. Before that ${through} went through, usually in ${span(typical)}.`];
}

/** ", the last with 3 changes", ", one at 14:02 with 3 changes", ", 4 of them with changes". */
function changesText(passes: readonly PassReport[]): Text {
  const changing = passes.filter((pass) => changesOf(pass) > 0);
  const [pass, ...others] = changing;
  if (!pass) return [' and changed nothing'];
  if (others.length > 0) return [`, ${changing.length} of them with changes`];
  const count = `with ${changesOf(pass)} ${changesOf(pass) === 1 ? 'change' : 'changes'}`;
  if (passes.length === 1) return [` ${count}`];
  if (pass === passes[0]) return [`, the last ${count}`];
  return pass === passes.at(-1) ? [`, the first ${count}`] : [', the one of ', { time: pass.startedAt }, ` ${count}`];
}

/** "The last 7 left something undone", "3 left something undone, the last 2 among them". `count`: how many did. */
function undone(passes: readonly PassReport[], count: number): Text {
  if (count === 0) return [];
  const end = passes.some(({ result }) => result === 'failed') ? ['; '] : [];
  const did = 'left something undone';
  // Not all of them did, or this would not be asked.
  const streak = passes.findIndex(({ result }) => result !== 'incomplete');
  if (streak === count) return [`The last ${count === 1 ? 'one' : count} ${did}`, ...end];
  if (streak > 0)
    return [`${count} ${did}, ${streak === 1 ? 'the last one too' : `the last ${streak} among them`}`, ...end];
  const last = passes.find(({ result }) => result === 'incomplete');
  const at: Text = last ? [{ time: last.startedAt }] : [];
  return [`${count === 1 ? 'One' : count} ${did}, ${count === 1 ? 'at ' : 'the last at '}`, ...at, ...end];
}

function failures(passes: readonly PassReport[]): Text {
  const failed = passes.filter(({ result }) => result === 'failed');
  const [last, ...others] = failed;
  if (!last) return [];
  const at = { time: last.startedAt };
  // The newest did not fail, or this would not be asked.
  return others.length === 0
    ? ['one failed at ', at, ' and its retry went through']
    : [`${failed.length} failed, the last at `, at];
}
