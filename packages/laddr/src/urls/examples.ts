import { readFileSync } from 'node:fs';
import { parseUrlExamples } from '@cutover/records';
import { exampleRecords } from './example-records.ts';

/** The hand-written list of legacy URLs and what the new site owes them. */
export const examples = {
  records: exampleRecords,
  cases: parseUrlExamples(readFileSync(new URL('legacy-urls.tsv', import.meta.url), 'utf8')),
};
