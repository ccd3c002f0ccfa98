/** The thread of the watchdog: it runs on where the event loop it watches does not. */
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { Notice } from './watchdog.ts';

/** For the process to end by itself. */
const GRACE_MS = 3_000;

const timers = new Map<number, NodeJS.Timeout>();

parentPort?.on('message', (notice: Notice) => {
  if ('ended' in notice) {
    clearTimeout(timers.get(notice.id));
    timers.delete(notice.id);
    return;
  }
  const { what, repeat, limitMs } = notice.began;
  const overdue = () => {
    // Straight to the descriptor: console.log of a thread goes by way of the one that may stand still.
    writeSync(2, `${what} did not end within ${limitMs / 1000} s and is given up. To repeat it:\n  ${repeat}\n`);
    parentPort?.postMessage('overdue');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
  };
  timers.set(notice.id, setTimeout(overdue, limitMs));
});
