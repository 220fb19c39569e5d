import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Adds up what vitest left in every package and prints it as the last line: `N passed, N failed, N skipped`. Before it
 * stand the names of the tests that were skipped and of those that failed, each with how.
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
    readonly name: string;
    readonly status: string;
    /** Why the file itself failed, e.g. as it cannot be loaded. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

let passed = 0;
let failed = 0;
let skipped = 0;
const skippedNames: string[] = [];
const failures: string[] = [];
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
  for (const file of results.testResults) {
    const path = relative(root, file.name);
    if (file.status === 'failed' && file.message !== '') failures.push(`${path}\n${file.message}`);
    for (const { status, fullName, failureMessages } of file.assertionResults) {
      if (status === 'skipped' || status === 'pending') skippedNames.push(fullName);
      if (status !== 'failed') continue;
      const how = failureMessages.join('\n').split('\n', 12);
      failures.push([`${path}: ${fullName}`, ...how].join('\n'));
    }
  }
}
for (const name of skippedNames) process.stdout.write(`skipped: ${name}\n`);
for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
