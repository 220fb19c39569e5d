/** Child process: reads the dump with this package and looks at every value; prints rows and memory. */
import { readDump, type ReadOptions } from '../src/index.ts';

const [path = '', range] = process.argv.slice(2);
const options = range === undefined ? {} : (JSON.parse(range) as Pick<ReadOptions, 'from' | 'to'>);
let rows = 0;
let sum = 0;
for await (const event of readDump(path, options)) {
  if (event.kind !== 'rows') continue;
  rows += event.rows.length;
  for (const row of event.rows) for (const value of row) if (value !== null) sum += value.length;
}
process.stdout.write(
  `${JSON.stringify({ rows, sum, maxRssBytes: process.resourceUsage().maxRSS * 1024 })}\n`,
);
