import { defineConfig } from 'vitest/config';

/**
 * One configuration for every package: results as JSON for the summary, generous limits, no speed asserted. The files of
 * a worker share its modules, as loading them anew for each file was half of the processor time of some packages: what
 * a test changes of its process it changes back.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    isolate: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/results.json' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
