/** Output for people: subscriptions and their states as a table, and what happens where output cannot be written. */
import { printable } from '../base/text.ts';
import type { SubscriptionStatus } from '../reconcile/report.ts';

/** One line a subscription, and one more for its error; each ends with a newline. */
export function listStates(subscriptions: readonly SubscriptionStatus[]): string {
  const rows = subscriptions.map(({ state, title, id, url, source, enabled, error }) => ({
    // A subscription without an id is not on the tenant yet, so it is neither enabled nor disabled.
    columns: [state, printable(title), enabled || id === undefined ? '' : 'disabled', printable(source ?? url)],
    error: error && printable(error.message),
  }));
  const widths = [0, 1, 2].map((i) => Math.max(0, ...rows.map(({ columns }) => columns[i]?.length ?? 0)));
  return rows
    .map(({ columns, error }) => {
      const line = columns
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .filter((text) => text !== '')
        .join('  ');
      return `  ${line.trimEnd()}\n${error === undefined ? '' : `      ${error}\n`}`;
    })
    .join('');
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
