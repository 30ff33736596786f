import { defineConfig } from 'vitest/config';

/** What only `scripts/test` runs: it needs a real Redis or a browser, or takes its time. */
const slow = ['test/crash/**', 'test/browser/**', 'test/**/*redis*.test.ts', 'test/dockerfile.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env.ZHIBU_ALL_TESTS ? [] : slow,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more workers only take turns with the databases they start.
    maxWorkers: 2,
  },
});
