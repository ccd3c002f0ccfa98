/** Problems as text for people: aligned, sorted by place. */
import type { Problem } from './problem.ts';
import { printable } from '../printable.ts';

/** Wider columns than this are not aligned to: one long path must not push everything off the screen. */
const MAX_COLUMN = 48;

/** One line a problem, `file:line:column  field  message`, without a newline at the end. Empty for no problems. */
export function formatProblems(problems: readonly Problem[]): string {
  const rows = [...problems].sort(byPlace).map((problem) => ({
    place: printable(`${problem.file}:${problem.line}:${problem.column}`),
    field: printable(problem.field),
    // It may name other files, whose names anybody may choose.
    message: printable(`${problem.severity === 'warning' ? 'warning: ' : ''}${problem.message}`),
  }));
  const places = width(rows.map(({ place }) => place));
  const fields = width(rows.map(({ field }) => field));
  return rows
    .map(({ place, field, message }) =>
      fields === 0
        ? `${place.padEnd(places)}  ${message}`
        : `${place.padEnd(places)}  ${field.padEnd(fields)}  ${message}`,
    )
    .join('\n');
}

/** By file name, then position; names by code unit, so that the order is the same everywhere. */
export function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

function width(column: readonly string[]): number {
  return Math.min(
    MAX_COLUMN,
    column.reduce((widest, { length }) => Math.max(widest, length), 0),
  );
}
