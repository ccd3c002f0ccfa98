/** Subscriptions and their states as a table for people. */
import { printable } from '../base/text.ts';
import type { SubscriptionStatus } from '../reconcile/report.ts';

/** One line a subscription, and one more for what is in its way; each ends with a newline. */
export function listStates(subscriptions: readonly SubscriptionStatus[]): string {
  const rows = subscriptions.map(({ state, title, id, url, source, enabled, error }) => ({
    // What has no id is not on the tenant, and nothing yet.
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

/** A stream that cannot be written is no reason to stop in the middle of a pass: the command goes on to its end. */
export function outliveOutput(): void {
  process.stderr.on('error', () => {
    // Nobody is left to be told.
  });
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // `| head` has all it wanted.
    if (code === 'EPIPE') return;
    process.stderr.write(`error: the result could not be written: ${message}\n`);
    process.once('exit', () => {
      process.exitCode = 1;
    });
  });
}
