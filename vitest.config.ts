import { statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// Many tests make small files and repositories: in memory that takes a fifth less time, where there is enough of it.
const MEMORY = '/dev/shm';
if (process.env['TMPDIR'] === undefined && freeGigabytes(MEMORY) >= 4) process.env['TMPDIR'] = MEMORY;

function freeGigabytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return (bavail * bsize) / 2 ** 30;
  } catch {
    return 0;
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    // Files share their workers: starting one, and loading the sources in it, takes longer than most files do.
    // So a file leaves nothing behind in its process, and what must is done in a process that the test starts.
    isolate: false,
    // More than there are cores on a small machine: much of a test is waiting for a process.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By hand a test that fails now and then fails. CI's machine may be anything: there it is run once more, and named.
    retry: process.env['CI'] ? 1 : 0,
  },
});
