import { parentPort, workerData } from 'node:worker_threads';
import { deflateRawSync } from 'node:zlib';

const { busyMs } = workerData as { busyMs: number };
parentPort!.on('message', () => {
  parentPort!.postMessage('begun');
  for (const end = Date.now() + busyMs; Date.now() < end;) deflateRawSync('some text', { level: 1 });
  parentPort!.postMessage('done');
});
