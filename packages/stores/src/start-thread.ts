import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Workers are TypeScript too, and a loader that was registered in the main thread is not theirs. They load by
 * `require`, because a loader for ES modules is a thread of its own beside each worker, and takes 25 MB.
 */
const bootstrap = `const { workerData } = require('node:worker_threads');
require(workerData.loader).register();
require(workerData.module);`;

/**
 * Starts a thread on a module of TypeScript; `data` is what it finds in `workerData`, besides `loader` and `module`.
 * What it loads must do without `await` outside of functions. `youngMb`: room for what was just made, of which V8
 * otherwise takes 48 MB before it looks for garbage.
 */
export function startThread(module: URL, data: object, youngMb: number): Worker {
  const loader = createRequire(import.meta.url).resolve('tsx/cjs/api');
  return new Worker(bootstrap, {
    eval: true,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    workerData: { ...data, loader, module: fileURLToPath(module) },
  });
}
