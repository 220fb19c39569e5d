/** Reads the ranges of a dump in worker threads, each consuming its rows where it reads them. */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { cutDump, rangesAgree, readDump, type Cursor, type DumpRange } from '../src/index.ts';

interface Task {
  readonly path: string;
  readonly range: DumpRange;
}

interface Result {
  readonly rows: number;
  readonly sum: number;
  readonly end: Cursor;
}

async function consume({ path, range }: Task): Promise<Result> {
  let rows = 0;
  let sum = 0;
  const options = {
    ...(range.from === undefined ? {} : { from: range.from }),
    ...(range.to === undefined ? {} : { to: range.to }),
  };
  for await (const event of readDump(path, options)) {
    if (event.kind === 'end') return { rows, sum, end: event.cursor };
    if (event.kind !== 'rows') continue;
    rows += event.rows.length;
    for (const row of event.rows) for (const value of row) if (value !== null) sum += value.length;
  }
  throw new Error('no end event');
}

if (isMainThread) {
  const [path = '', workers = '1'] = process.argv.slice(2);
  const ranges = await cutDump(path, Number(workers));
  const results = await Promise.all(
    ranges.map(
      (range) =>
        new Promise<Result>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: { path, range } });
          worker.once('message', resolve).once('error', reject);
        }),
    ),
  );
  for (const [i, result] of results.slice(0, -1).entries()) {
    const next = ranges[i + 1];
    if (next === undefined || !rangesAgree(result.end, next)) throw new Error(`range ${i + 1} does not join`);
  }
  const rows = results.reduce((total, result) => total + result.rows, 0);
  process.stdout.write(`${JSON.stringify({ ranges: ranges.length, rows })}\n`);
} else {
  parentPort?.postMessage(await consume(workerData as Task));
}
