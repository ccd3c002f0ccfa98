// Loaded into the daemon by --import: on SIGUSR2 it says on descriptor 3 what cannot be seen from outside.
import { writeSync } from 'node:fs';

process.on('SIGUSR2', () => {
  const { heapTotal } = process.memoryUsage();
  // Needs --expose-gc. What is left is what the program holds on to.
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  writeSync(3, `${JSON.stringify({ heapTotal, heapUsed, external, timers })}\n`);
});
