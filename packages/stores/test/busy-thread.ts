import { parentPort, workerData } from 'node:worker_threads';
import { deflateRawSync } from 'node:zlib';

/** With `zlib` it makes streams all the while, as those who pack and read ledgers do. */
const { busyMs, zlib } = workerData as { busyMs: number; zlib: boolean };
parentPort!.on('message', () => {
  parentPort!.postMessage('begun');
  for (const end = Date.now() + busyMs; Date.now() < end;)
    if (zlib) deflateRawSync('some text', { level: 1 });
  parentPort!.postMessage('done');
});
