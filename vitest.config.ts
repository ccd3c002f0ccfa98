import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    // One less than there are cores is the default, which on two cores is one; much of a test is waiting for a process.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By hand a test that fails now and then fails. CI's machine may be anything: there it is run once more, and named.
    retry: process.env['CI'] ? 1 : 0,
  },
});
