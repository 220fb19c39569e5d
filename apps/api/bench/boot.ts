import { laddr } from '@cutover/laddr';
import { openPublicStore } from '@cutover/stores';
import { buildApp } from '../src/index.ts';
import { parseRecord } from '../src/load/parse-record.ts';

/**
 * One boot, or only reading and parsing, in a process of its own so that memory is this one's: `boot.ts
 * boot|read DIR`. Gives one line of JSON.
 */
const [mode, dir = ''] = process.argv.slice(2);
const publicStore = await openPublicStore(dir);
const sheets = new Map(laddr.target.sheets.map((sheet) => [sheet.name, sheet]));
globalThis.gc?.();
const before = process.memoryUsage();
const started = performance.now();
let held: unknown;
let count = 0;
if (mode === 'read') {
  for await (const { sheet, path, bytes } of publicStore.readRecords('main')) {
    const parsed = parseRecord(sheets.get(sheet)!, path, bytes);
    if ('record' in parsed) count++;
  }
} else {
  const privateStore = {
    async *read() {
      yield* [];
    },
    update: () => Promise.resolve(),
    edit: () => Promise.resolve(),
  };
  const app = await buildApp({ profile: laddr, publicStore, privateStore, branch: 'main', version: 'bench' });
  const { body } = await app.inject('/api/health/ready');
  count = (JSON.parse(body) as { records: { people: number } }).records.people;
  held = app;
}
const seconds = (performance.now() - started) / 1000;
globalThis.gc?.();
const after = process.memoryUsage();
const heapBytes = after.heapUsed + after.external - before.heapUsed - before.external;
process.stdout.write(
  `${JSON.stringify({ seconds, count, heapBytes, rssBytes: after.rss, held: held !== undefined })}\n`,
);
process.exit(0);
