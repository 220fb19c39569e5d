import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { timed, type Timing } from './measure.ts';

interface Workers {
  one(): Timing;
  two(): Timing;
  spinOne(): Promise<Timing>;
  spinTwo(): Promise<Timing>;
}

/** Readers in one and in two worker threads, and processes that only spin, to know what the machine gives. */
export function splitForWorkers(dump: string, built: string): Promise<Workers> {
  const worker = join(built, 'worker.mjs');
  return Promise.resolve({
    one: () => timed(process.execPath, [worker, dump, '1']),
    two: () => timed(process.execPath, [worker, dump, '2']),
    spinOne: () => spin(join(built, 'spin.mjs'), 1),
    spinTwo: () => spin(join(built, 'spin.mjs'), 2),
  });
}

async function spin(script: string, count: number): Promise<Timing> {
  const started = process.hrtime.bigint();
  const processes = Array.from({ length: count }, () =>
    spawn(process.execPath, [script], { stdio: 'ignore' }),
  );
  await Promise.all(processes.map((one) => new Promise((resolve) => one.once('close', resolve))));
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9 };
}
