import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Adds up what vitest left in every package and prints it as the last line: `N passed, N failed, N skipped`.
 * A package without results counts as one failure: a run that was not made is no pass.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
// @ts-expect-error a plain module of the lint configuration
const { folderOf, layers } = (await import('../../layers.js')) as {
  folderOf: (name: string) => string;
  layers: Record<string, unknown>;
};

interface Results {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

let passed = 0;
let failed = 0;
let skipped = 0;
const skippedNames: string[] = [];
for (const name of Object.keys(layers)) {
  const path = join(root, folderOf(name), 'test-results', 'results.json');
  if (!existsSync(path)) {
    process.stdout.write(`${folderOf(name)}: no test results\n`);
    failed++;
    continue;
  }
  const results = JSON.parse(readFileSync(path, 'utf8')) as Results;
  passed += results.numPassedTests;
  failed += Math.max(results.numFailedTests, results.success ? 0 : 1);
  skipped += results.numPendingTests + results.numTodoTests;
  for (const { assertionResults } of results.testResults) {
    for (const { status, fullName } of assertionResults)
      if (status === 'skipped' || status === 'pending') skippedNames.push(fullName);
  }
}
for (const name of skippedNames) process.stdout.write(`skipped: ${name}\n`);
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
