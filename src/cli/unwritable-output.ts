/** What becomes of a command whose output finds no reader, or no room. */

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
