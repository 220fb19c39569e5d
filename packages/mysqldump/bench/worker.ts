/** Reads the ranges of a dump in worker threads, each consuming its rows where it reads them. */
import { once } from 'node:events';
import { Worker, isMainThread, type MessagePort, parentPort } from 'node:worker_threads';
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
  // Workers load while the file is being cut; whoever is idle takes the next range.
  const pool = Array.from({ length: Number(workers) }, () => new Worker(new URL(import.meta.url)));
  const ranges: DumpRange[] = [];
  const results: Result[] = [];
  const cut = cutDump(path, pool.length);
  await Promise.all(
    pool.map(async (worker) => {
      for (let next = await cut.next(); next.done !== true; next = await cut.next()) {
        const place = ranges.push(next.value) - 1;
        worker.postMessage({ path, range: next.value } satisfies Task);
        [results[place]] = (await once(worker, 'message')) as [Result];
      }
      await worker.terminate();
    }),
  );
  for (const [i, result] of results.slice(0, -1).entries()) {
    const next = ranges[i + 1];
    if (next === undefined || !rangesAgree(result.end, next)) throw new Error(`range ${i + 1} does not join`);
  }
  const rows = results.reduce((total, result) => total + result.rows, 0);
  process.stdout.write(`${JSON.stringify({ ranges: ranges.length, rows })}\n`);
} else {
  const port = parentPort as MessagePort;
  port.on('message', (task: Task) => {
    void consume(task).then((result) => port.postMessage(result));
  });
}
