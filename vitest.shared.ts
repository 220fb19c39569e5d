import { defineConfig } from 'vitest/config';

/** One configuration for every package: results as JSON for the summary, generous limits, no speed asserted. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/results.json' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
});
