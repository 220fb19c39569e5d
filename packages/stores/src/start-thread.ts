import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';

/**
 * A loader of TypeScript that was registered in the main thread is not theirs. They load by
 * `require`, because a loader for ES modules is a thread of its own beside each worker, and takes 25 MB.
 */
const bootstrap = `const { workerData } = require('node:worker_threads');
workerData.stop.once('message', () => process.exit(0)).unref();
if (/ts$/.test(workerData.module)) require(workerData.loader).register();
require(workerData.module);`;

/**
 * Starts a thread on a module; `data` is what it finds in `workerData`, besides `loader` and `module`. What it loads
 * must do without `await` outside of functions. `youngMb`: room for what was just made, of which V8
 * otherwise takes 48 MB before it looks for garbage.
 */
export function startThread(module: URL, data: object, youngMb: number): Worker {
  const loader = createRequire(import.meta.url).resolve('tsx/cjs/api');
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(bootstrap, {
    eval: true,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    workerData: { ...data, loader, module: fileURLToPath(module), stop: port2 },
    transferList: [port2],
  });
  stops.set(worker, port1);
  worker.once('exit', () => {
    stops.delete(worker);
    port1.close();
  });
  return worker;
}

/** Where running threads are told to stop. */
const stops = new Map<Worker, MessagePort>();

/**
 * Ends a thread of `startThread` between two of its messages, and waits for that; by force where it goes on for
 * more than `patienceMs`. `terminate` alone may hit it where it makes a stream of zlib, and Node 20 then ends the process with an
 * assertion (`init_done_ && "close before init"`).
 */
export async function stopThread(worker: Worker, patienceMs = 5000): Promise<void> {
  const stop = stops.get(worker);
  if (stop === undefined) return;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.ref();
  stop.postMessage('stop');
  const force = setTimeout(() => void worker.terminate(), patienceMs);
  await ended;
  clearTimeout(force);
}
