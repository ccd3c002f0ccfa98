/** Output for people: subscriptions and their states as a table, and what happens where output cannot be written. */
import { printable } from '../base/text.ts';
import type { SubscriptionStatus } from '../reconcile/report.ts';

/**
 * One line a subscription, and one more for its error; each ends with a newline. An error that several share, or that has
 * been `reported` before, is not repeated.
 */
export function listStates(subscriptions: readonly SubscriptionStatus[], reported: readonly string[] = []): string {
  const shown = subscriptions.slice(0, MAX_SHOWN);
  const known = new Set(reported.map((message) => errorKey({ message })));
  const rows = shown.map(({ state, title, url, source, enabled, error }) => ({
    columns: [state, printable(title), enabled === false ? 'disabled' : '', printable(source ?? url ?? '')],
    error: error && isNew(error, known) ? printable(error.message) : undefined,
  }));
  const widths = [0, 1, 2].map((i) => Math.max(0, ...rows.map(({ columns }) => columns[i]?.length ?? 0)));
  const lines = rows
    .map(({ columns, error }) => {
      const line = columns
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .filter((text) => text !== '')
        .join('  ');
      return `  ${line.trimEnd()}\n${error === undefined ? '' : `      ${error}\n`}`;
    })
    .join('');
  return lines + summaryOf(subscriptions.slice(MAX_SHOWN));
}

/** So many subscriptions are shown; the others are counted. */
const MAX_SHOWN = 20;

/** `  and 7 more: 5 Failed, 2 Pending`, or nothing for none. */
function summaryOf(others: readonly SubscriptionStatus[]): string {
  if (others.length === 0) return '';
  const counts = Object.entries(Object.groupBy(others, ({ state }) => state));
  return `  and ${others.length} more: ${counts.map(([state, { length }]) => `${length} ${state}`).join(', ')}\n`;
}

/** Whether the error is not among the known ones, to which it is added. */
function isNew(error: NonNullable<SubscriptionStatus['error']>, known: Set<string>): boolean {
  const key = errorKey(error);
  if (known.has(key)) return false;
  known.add(key);
  return true;
}

/** The same fault of many requests differs by the ids of the requests alone. */
function errorKey({ message }: { readonly message: string }): string {
  return message.replaceAll(/ \(request [^()]*\)/g, '');
}

/** Lets a command go on to its end where its output cannot be written, so that a pass is not stopped halfway. */
export function outliveOutput(): void {
  process.stderr.on('error', () => {
    // There is no other stream to report this on.
  });
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // The reader has closed the pipe, as `| head` does.
    if (code === 'EPIPE') return;
    process.stderr.write(`error: the result could not be written: ${message}\n`);
    process.once('exit', () => {
      process.exitCode = 1;
    });
  });
}
