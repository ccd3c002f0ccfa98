import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    // More than there are cores on a small machine: much of a test is waiting for a process.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By hand a test that fails now and then fails. CI's machine may be anything: there it is run once more, and named.
    retry: process.env['CI'] ? 1 : 0,
    projects: [
      // What starts nothing and leaves nothing behind shares its workers, which saves loading the sources for each file.
      { extends: true, test: { name: 'inside', include: ['test/{unit,property}/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        test: { name: 'outside', include: ['test/**/*.test.ts'], exclude: ['test/{unit,property}/**'] },
      },
    ],
  },
});
